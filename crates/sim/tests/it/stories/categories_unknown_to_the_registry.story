# Rules: X12.
# A category that the registry does not know.
# Whoever looks at the pull request is told; mended on main, the release leaves whole.
policy on-merge
world 4.0.0 0.91.0
replace main crates/codegen/Cargo.toml "\ndescription" "\ncategories = ["wasm", "code-generation"]\ndescription"
day 2022-05-05
run
expect wait knows no category
replace main crates/codegen/Cargo.toml ", "code-generation"" ""
run
merge release-5.0.0
run
expect tag v5.0.0
expect crate codegen 0.92.0
expect crate demo-cli 5.0.0
