# Rules: R10.
# R7, X4, X5: a security fix over two normal and two long-term lines, one of which it does not merge into.
policy lines
world 8.0.0 0.95.0
day 2022-06-02
line 1.0.0 0.88.0
commit main crates/demo/src/lib.rs "//! Another start."
line 5.0.0 0.92.0
line 6.0.0 0.93.0
line 7.0.0 0.94.0
fix sink security crates/demo/src/lib.rs
run
expect pull-request backport-5.0-sink open
expect pull-request backport-7.0-sink open
expect wait backport-conflict
merge backport-5.0-sink squash
merge backport-6.0-sink
merge backport-7.0-sink
run
# The line that lacks it holds the others.
expect wait line 1.0
expect no pull-request release-7.0.1 open
by-hand sink release-1.0.0
run
expect pull-request release-1.0.1 open
expect pull-request release-5.0.1 open
expect pull-request release-6.0.1 open
expect pull-request release-7.0.1 open
merge release-1.0.1
merge release-5.0.1
merge release-6.0.1
run
expect wait release of 7.0.1 is not merged and green
expect no tag v1.0.1
merge release-7.0.1
checks release-7.0.1 failed
run
expect no tag v1.0.1
checks release-7.0.1 green
run
expect tag v1.0.1
expect tag v7.0.1
expect crate demo 1.0.1
expect crate codegen 0.94.1
expect release v5.0.1
expect latest v7.0.1
expect version release-6.0.0 codegen 0.93.1
