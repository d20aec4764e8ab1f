# X12: somebody else's crate has the version. Whoever merges is told; merged in spite of it, the release waits before its tag.
policy on-merge
world 4.0.0 0.91.0
day 2022-05-05
run
registry had demo 5.0.0
run
expect wait open pull request stationmaster/release-5.0.0: finding
merge release-5.0.0
run
expect no tag v5.0.0
expect no crate codegen 0.92.0
expect wait tag v5.0.0: finding
# The registry's people take it away.
registry loses demo 5.0.0
run
expect tag v5.0.0
expect crate demo 5.0.0
expect release v5.0.0
