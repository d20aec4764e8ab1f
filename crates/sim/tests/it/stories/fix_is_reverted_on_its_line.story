# X2: a line takes back what our pull request brought. It needs the fix again: one new pull request, and a person decides.
policy lines
policy train.first = { version = "7.0.0", cut = 2022-04-05 }
policy support.lts = "never"
world 8.0.0 0.95.0
day 2022-06-02
line 7.0.0 0.94.0
fix sink security crates/demo/src/lib.rs
run
merge backport-7.0-sink
revert-on sink release-7.0.0
run
run
expect pull-request backport-7.0-sink open
expect no pull-request release-7.0.1 open
close backport-7.0-sink
run
expect no pull-request backport-7.0-sink open
expect wait is closed
reopen backport-7.0-sink
run
merge backport-7.0-sink
run
expect no pull-request backport-7.0-sink open
merge release-7.0.1
run
expect tag v7.0.1
