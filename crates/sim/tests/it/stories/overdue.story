# R2: a pull request that waits longer than the policy's patience is overdue.
policy on-merge
policy train.patience-days = 3
world 4.0.0 0.91.0
day 2022-05-05
run
day 2022-05-08
run
expect wait merge of
expect no wait overdue
day 2022-05-09
run
expect wait overdue
expect no done
merge release-5.0.0
run
expect tag v5.0.0
expect no wait overdue
