# X2: a fix is taken back on main. What is on lines and not out is taken back there, and nothing is released for it.
policy lines
policy train.first = { version = "6.0.0", cut = 2022-04-05 }
policy support.lts = "never"
world 8.0.0 0.95.0
day 2022-06-02
line 6.0.0 0.93.0
line 7.0.0 0.94.0
fix sink security crates/demo/src/lib.rs
run
merge backport-7.0-sink
revert sink
run
# 7.0 has the fix and needs the revert; 6.0 needs neither.
expect pull-request backport-7.0-nosink open
expect no pull-request backport-6.0-nosink open
expect no pull-request release-7.0.1 open
merge backport-7.0-nosink
close backport-6.0-sink
run
expect no pull-request release-7.0.1 open
expect no wait backport
# A fix that is out is taken back by a patch.
fix tap security crates/demo-cli/src/lib.rs
run
merge backport-6.0-tap
merge backport-7.0-tap
run
merge release-6.0.1
merge release-7.0.1
run
expect tag v6.0.1
expect tag v7.0.1
revert tap
run
merge backport-6.0-notap
merge backport-7.0-notap
run
merge release-6.0.2
merge release-7.0.2
run
expect tag v6.0.2
expect tag v7.0.2
