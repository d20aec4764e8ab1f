# Rules: X12.
# A readme that the manifest names and the commit does not have.
# Whoever looks at the pull request is told; mended on main, the release leaves whole.
policy on-merge
world 4.0.0 0.91.0
replace main crates/demo/Cargo.toml "\ndescription" "\nreadme = "README.md"\ndescription"
day 2022-05-05
run
expect wait README.md
commit main crates/demo/README.md "# Demo"
run
merge release-5.0.0
run
expect tag v5.0.0
expect crate demo 5.0.0
expect crate demo-cli 5.0.0
