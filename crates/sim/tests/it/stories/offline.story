# What cannot be seen is unknown, never absent: nothing is done.
policy on-merge
world 4.0.0 0.91.0
day 2022-05-05
forge down
run
expect no done
expect wait unknown
forge up
run
merge release-5.0.0
registry offline
run
expect no tag v5.0.0
expect wait unknown
expect no crate demo 5.0.0
registry online
run
expect crate demo 5.0.0
expect release v5.0.0
