# R11: a release with archives is shown when all of them are there, wherever they are made.
policy on-merge
policy artifact.name = "{project}-v{version}-src"
policy artifact.kind = "source"
policy artifact.build = "ci"
policy provenance.key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
world 4.0.0 0.91.0
day 2022-05-05
run
merge release-5.0.0
run
expect tag v5.0.0
expect crate demo-cli 5.0.0
expect no release v5.0.0
expect no latest v5.0.0
expect wait demo-v5.0.0-src.tar.xz
run
expect no done
deliver v5.0.0 demo-v5.0.0-src.tar.xz
day 2022-05-06
run
expect no done
expect wait SHA256SUMS
deliver v5.0.0 SHA256SUMS SHA256SUMS.minisig provenance.intoto.jsonl
run
expect release v5.0.0
expect latest v5.0.0
run
expect no done
# The next train does not wait for anything of the last.
day 2022-06-05
run
expect pull-request release-6.0.0 open
