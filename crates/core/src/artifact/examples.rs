//! Archives of the demo, for the tests of this folder.

use super::{Job, jobs};
use crate::policy::Policy;

pub(super) const C_API: &str = "[[artifact]]\nname = \"{project}-v{version}-{arch}-{os}-c-api\"\nkind = \"c-api\"\n\
    package = \"abacist-c-api\"\ntargets = [\"x86_64-unknown-linux-gnu\"]\n";
pub(super) const CLI: &str = "[[artifact]]\nname = \"{project}-v{version}-{arch}-{os}\"\nkind = \"cli\"\n\
    package = \"abacist-cli\"\ntargets = [\"x86_64-unknown-linux-gnu\"]\n";
pub(super) const SOURCE: &str = "[[artifact]]\nname = \"{project}-v{version}-src\"\nkind = \"source\"\n";

/// The first archive of a policy with these lines.
pub(super) fn job(artifact: &str) -> Job {
    let head =
        "[project]\nname = \"Abacist\"\nmain = \"main\"\n[train]\nfirst = { version = \"5.0.0\", cut = 2026-12-05 }\n";
    let policy = Policy::parse(&format!("{head}{artifact}")).expect("a policy");
    let jobs = jobs("Abacist", &policy.epochs()[0].rules, &semver::Version::new(5, 0, 0));
    jobs.into_iter().next().expect("an archive")
}
