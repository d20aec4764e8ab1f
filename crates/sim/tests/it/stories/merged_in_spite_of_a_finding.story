# Merged although the pull request showed what the registry would refuse: no tag, and nothing has left.
policy on-merge
world 4.0.0 0.91.0
replace main crates/codegen/Cargo.toml "\ndescription" "\ncategories = ["wasm", "code-generation"]\ndescription"
day 2022-05-05
run
expect wait knows no category
merge release-5.0.0
run
expect no tag v5.0.0
expect wait knows no category
