# X13, R7: patches of old lines after a newer major: by hand, with a waiver, and long-term lines only where asked.
policy lines
world 8.0.0 0.95.0
day 2022-06-02
line 1.0.0 0.88.0
line 5.0.0 0.92.0
line 6.0.0 0.93.0
line 7.0.0 0.94.0
fix sink correctness crates/demo/src/lib.rs
nominate sink correctness 5.0
run
# The latest two must have it, 5.0 was asked for, and 1.0 only may.
expect pull-request backport-5.0-sink open
expect no pull-request backport-1.0-sink open
merge backport-5.0-sink
merge backport-7.0-sink
run
expect wait line 6.0
waive sink 6.0
run
expect pull-request release-5.0.1 open
expect no pull-request release-6.0.1 open
merge release-5.0.1
merge release-7.0.1
run
expect tag v5.0.1
expect latest v7.0.1
# By hand: a change of a line's own.
commit release-1.0.0 crates/demo/src/lib.rs "//! Only here."
run
expect no pull-request release-1.0.1 open
ask 1.0.1
run
merge release-1.0.1
run
expect tag v1.0.1
expect crate demo 1.0.1
expect latest v7.0.1
withdraw sink
run
expect no wait backport
