# Somebody pushes between plan and apply: the plan is refused, the next run makes a new one.
policy on-merge
world 4.0.0 0.91.0
day 2022-05-05
plan
commit main crates/demo/src/lib.rs "//! Just pushed."
apply
expect refused
expect no pull-request release-5.0.0 open
run
expect pull-request release-5.0.0 open
merge release-5.0.0
run
expect tag v5.0.0
