# Main moves in the files of an open pull request: it is written anew. Elsewhere: it is left alone.
policy on-merge
world 4.0.0 0.91.0
day 2022-05-05
run
commit main crates/demo/src/lib.rs "//! Something else."
run
expect no done
day 2022-05-06
commit main RELEASES.md "# Releases"
run
expect done
expect pull-request release-5.0.0 open
merge release-5.0.0
run
expect tag v5.0.0
