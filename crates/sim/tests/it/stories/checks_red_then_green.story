# No tag without green checks and approvals.
policy on-merge
policy gates.approvals = 1
policy gates.checks = ["ci"]
world 4.0.0 0.91.0
usual-checks pending
day 2022-05-05
run
expect wait approvals
approve release-5.0.0
checks release-5.0.0 failed
run
expect wait failed
checks release-5.0.0 green
run
expect wait merge of
usual-checks pending
merge release-5.0.0 squash
run
expect no tag v5.0.0
expect wait checks
checks release-5.0.0 green
run
expect tag v5.0.0
expect crate demo 5.0.0
