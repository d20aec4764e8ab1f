# R11: what this machine can build is made and delivered by the loop; the rest is expected from elsewhere.
policy on-merge
policy artifact.name = "{project}-v{version}-{arch}-{os}"
policy artifact.kind = "cli"
policy artifact.package = "demo-cli"
policy artifact.targets = ["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "aarch64-apple-darwin"]
world 4.0.0 0.91.0
machine x86_64-unknown-linux-gnu x86_64-unknown-linux-musl
day 2022-05-05
run
merge release-5.0.0
run
expect crate demo-cli 5.0.0
expect file v5.0.0 demo-v5.0.0-x86_64-linux.tar.xz
expect file v5.0.0 demo-v5.0.0-x86_64-musl.tar.xz
expect no release v5.0.0
expect wait archives from elsewhere: demo-v5.0.0-aarch64-macos.tar.xz
run
expect no done
# Another machine of the CI does its part.
deliver v5.0.0 demo-v5.0.0-aarch64-macos.tar.xz
# No key is asked for: the next run says where all files are from, and shows the release.
run
expect file v5.0.0 SHA256SUMS
expect file v5.0.0 provenance.intoto.jsonl
expect file v5.0.0 demo-v5.0.0-aarch64-macos.tar.xz.cdx.json
expect release v5.0.0
# One that cannot be made at once does not keep the others from being made.
day 2022-06-05
run
merge release-6.0.0
fault build failure
run
expect file v6.0.0 demo-v6.0.0-x86_64-linux.tar.xz
expect file v6.0.0 demo-v6.0.0-x86_64-musl.tar.xz
deliver v6.0.0 demo-v6.0.0-aarch64-macos.tar.xz
run
expect release v6.0.0
expect latest v6.0.0
