# Rules: X12.
# A crate that the registry would refuse for its size.
# Whoever looks at the pull request is told; mended on main, the release leaves whole.
policy on-merge
world 4.0.0 0.91.0
blob main crates/codegen/tables.txt 10500000
day 2022-05-05
run
expect wait max upload size
commit main crates/codegen/tables.txt "smaller"
run
merge release-5.0.0
run
expect tag v5.0.0
expect crate codegen 0.92.0
expect crate demo-cli 5.0.0
