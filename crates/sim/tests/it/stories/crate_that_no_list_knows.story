# Rules: R11.
# A crate that came on main since the last release: there is no list to forget it in, so it leaves with the others, in its place.
policy on-merge
world 4.0.0 0.91.0
commit main crates/codegen-text/Cargo.toml "[package]\nname = "codegen-text"\nversion = "0.91.0"\nlicense = "MIT"\ndescription = "Text"\n"
replace main crates/codegen/Cargo.toml "[dependencies]\n" "[dependencies]\ncodegen-text = { path = "../codegen-text", version = "=0.91.0" }\n"
day 2022-05-05
run
merge release-5.0.0
run
expect tag v5.0.0
expect crate codegen-text 0.92.0
expect crate demo-cli 5.0.0
