# R7: a line reaches its end of life between the nomination of a fix and its release. The others go without it.
policy lines
policy train.first = { version = "5.0.0", cut = 2022-03-05 }
policy support.lts = { every = 4, from = "5.0.0", months = 24 }
world 8.0.0 0.95.0
day 2022-06-02
line 5.0.0 0.92.0
line 6.0.0 0.93.0
line 7.0.0 0.94.0
day 2022-06-05
run
merge bump-9.0.0
day 2022-06-17
fix sink security crates/demo/src/lib.rs
run
# The line that is cut and not released yet gets it too, and needs no patch.
expect pull-request backport-8.0-sink open
expect pull-request backport-6.0-sink open
merge backport-8.0-sink
merge backport-7.0-sink
merge backport-5.0-sink
run
expect wait line 6.0
# The last day of support is the day of 8.0.0.
day 2022-06-21
run
expect wait nothing: line 6.0 ended on 2022-06-20
merge release-8.0.0
run
expect tag v8.0.0
expect pull-request release-7.0.1 open
expect pull-request release-5.0.1 open
expect no pull-request release-6.0.1 open
merge release-7.0.1
merge release-5.0.1
run
expect tag v5.0.1
expect tag v7.0.1
expect latest v8.0.0
# A person may release it all the same, with a reason.
merge backport-6.0-sink
ask 6.0.1
run
expect no pull-request release-6.0.1 open
ask forced 6.0.1
run
merge release-6.0.1
run
expect tag v6.0.1
expect latest v8.0.0
