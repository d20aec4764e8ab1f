# A category that the registry does not know: found before the tag, and nothing has left.
policy on-merge
world 4.0.0 0.91.0
replace main crates/codegen/Cargo.toml "\ndescription" "\ncategories = ["wasm", "code-generation"]\ndescription"
day 2022-05-05
run
merge release-5.0.0
run
expect no tag v5.0.0
expect wait knows no category
