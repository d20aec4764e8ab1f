# X1: the branch is cut on the 5th, the release is made from it on the 20th; main only moves on.
policy cut
world 5.0.0 0.92.0
day 2022-05-05
run
expect branch release-5.0.0
expect pull-request bump-6.0.0 open
day 2022-05-06
merge bump-6.0.0
run
expect version main demo 6.0.0
day 2022-05-12
commit main crates/demo/src/lib.rs "//! Newer."
run
expect no done
day 2022-05-20
run
expect pull-request release-5.0.0 open
day 2022-05-21
merge release-5.0.0
run
expect tag v5.0.0
expect crate demo 5.0.0
expect latest v5.0.0
expect version main demo 6.0.0
day 2022-06-05
run
expect branch release-6.0.0
