# A crate that the registry would refuse for its size: found before the tag, and nothing has left.
policy on-merge
world 4.0.0 0.91.0
blob main crates/codegen/tables.txt 10500000
day 2022-05-05
run
merge release-5.0.0
run
expect no tag v5.0.0
expect wait max upload size
