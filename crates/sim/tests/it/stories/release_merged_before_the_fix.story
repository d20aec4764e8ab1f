# X5: a line's release was merged before a fix reached the line. It leaves without the fix, and holds no other line's place.
policy lines
policy train.first = { version = "6.0.0", cut = 2022-04-05 }
policy support.lts = "never"
world 8.0.0 0.95.0
day 2022-06-02
line 6.0.0 0.93.0
line 7.0.0 0.94.0
commit release-6.0.0 crates/demo-cli/src/lib.rs "//! Only here."
ask 6.0.1
run
merge release-6.0.1
checks release-6.0.1 pending
fix sink security crates/demo/src/lib.rs
run
merge backport-6.0-sink
merge backport-7.0-sink
run
merge release-7.0.1
checks release-6.0.1 green
run
# 6.0.1 has no fix, so 7.0.1 waits for 6.0.2.
expect tag v6.0.1
expect no tag v7.0.1
merge release-6.0.2
run
expect tag v6.0.2
expect tag v7.0.1
