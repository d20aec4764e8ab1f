# X7: a line whose packages need a newer Rust than its newest release gets no patch, and holds the others.
policy lines
policy train.first = { version = "6.0.0", cut = 2022-04-05 }
policy support.lts = "never"
world 8.0.0 0.95.0
day 2022-06-02
line 6.0.0 0.93.0
line 7.0.0 0.94.0
rust release-7.0.0 1.90
fix sink security crates/demo/src/lib.rs
run
merge backport-6.0-sink
merge backport-7.0-sink
run
expect wait rust-version-raised
expect no pull-request release-7.0.1 open
merge release-6.0.1
run
expect no tag v6.0.1
rust release-7.0.0 1.85
run
merge release-7.0.1
run
expect tag v6.0.1
expect tag v7.0.1
