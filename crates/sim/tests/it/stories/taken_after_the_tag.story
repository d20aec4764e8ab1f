# X12: somebody else publishes a version between its tag and its publish. Nothing more is uploaded, nothing is shown, and it waits
# for a person however many releases pass; then it is finished, and is not the latest (X13).
policy on-merge
world 4.0.0 0.91.0
day 2022-05-05
run
merge release-5.0.0
registry token none
run
expect tag v5.0.0
expect no crate codegen 0.92.0
registry had demo 5.0.0
registry token a-pocket
run
expect wait publish v5.0.0: finding
expect no crate codegen 0.92.0
expect no release v5.0.0
day 2022-06-05
run
merge release-6.0.0
run
day 2022-07-05
run
merge release-7.0.0
run
expect release v7.0.0
day 2023-11-05
run
expect wait publish v5.0.0: finding
registry loses demo 5.0.0
run
expect crate demo 5.0.0
expect release v5.0.0
expect no latest v5.0.0
expect latest v7.0.0
