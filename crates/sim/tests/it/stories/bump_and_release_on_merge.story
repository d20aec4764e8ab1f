# Rules: R1.
# R2: the bump is proposed on the 5th, and merging it makes the release.
policy on-merge
world 4.0.0 0.91.0
day 2022-05-04
run
expect no done
expect wait until 2022-05-05
day 2022-05-05
run
expect pull-request release-5.0.0 open
day 2022-05-07
run
expect no done
merge release-5.0.0
run
expect tag v5.0.0
expect crate codegen 0.92.0
expect crate demo-cli 5.0.0
expect no crate demo-tests 5.0.0
expect latest v5.0.0
expect version main demo 5.0.0
expect branch release-5.0.0
run
expect no done
day 2022-06-05
run
merge release-6.0.0 squash
run
expect tag v6.0.0
expect latest v6.0.0
expect crate codegen 0.93.0
