# An index that cannot be asked is no precondition that does not hold: the step failed, it was not refused.
policy on-merge
world 4.0.0 0.91.0
day 2022-05-05
run
merge release-5.0.0
registry token none
run
expect tag v5.0.0
plan
registry token a-pocket
registry offline
apply
expect no refused
expect no crate codegen 0.92.0
registry online
apply
run
expect crate demo 5.0.0
expect release v5.0.0
