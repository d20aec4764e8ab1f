# While one process has the lease, another does nothing.
policy on-merge
world 4.0.0 0.91.0
day 2022-05-05
lease held
run
expect refused
expect no pull-request release-5.0.0 open
lease free
run
expect pull-request release-5.0.0 open
