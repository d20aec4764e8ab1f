# Rules: R6.
# X5: two fixes meet in one patch. While the second is on one line only, that line holds the first as well.
policy lines
policy train.first = { version = "6.0.0", cut = 2022-04-05 }
policy support.lts = "never"
world 8.0.0 0.95.0
day 2022-06-02
line 6.0.0 0.93.0
line 7.0.0 0.94.0
fix sink security crates/demo/src/lib.rs
fix tap correctness crates/demo-cli/src/lib.rs
fix paint feature crates/codegen/src/lib.rs
fix bell - crates/codegen-entity/src/lib.rs
run
expect no pull-request backport-7.0-paint open
expect no pull-request backport-7.0-bell open
merge backport-6.0-sink
merge backport-7.0-sink
merge backport-7.0-tap
run
expect wait line 6.0 for "Fix the tap"
expect no pull-request release-6.0.1 open
merge backport-6.0-tap
# What nobody gave a class is nominated by hand; a line may be asked for beyond what must have it.
nominate bell correctness
run
merge backport-6.0-bell
merge backport-7.0-bell
run
merge release-6.0.1
merge release-7.0.1
run
expect tag v6.0.1
expect tag v7.0.1
expect no tag v7.0.2
expect version release-7.0.0 demo 7.0.1
