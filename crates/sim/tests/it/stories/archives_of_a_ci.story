# R11: the policy may leave an archive to the machines of a CI.
policy on-merge
policy artifact.name = "{project}-v{version}-src"
policy artifact.kind = "source"
policy artifact.build = "ci"
world 4.0.0 0.91.0
day 2022-05-05
run
merge release-5.0.0
run
expect wait demo-v5.0.0-src.tar.xz (the policy lets only a CI make it)
expect no file v5.0.0 demo-v5.0.0-src.tar.xz
# What another machine was faster with is left as it is.
machine ci
plan
deliver v5.0.0 demo-v5.0.0-src.tar.xz
apply
expect refused
run
expect release v5.0.0
day 2022-06-05
run
merge release-6.0.0
run
expect file v6.0.0 demo-v6.0.0-src.tar.xz
expect release v6.0.0
