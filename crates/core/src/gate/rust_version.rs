//! A patch needs no newer Rust than the newest release of its line (X7).

use super::{Asked, Gate, Hold};
use crate::{
    bump,
    model::{CommitId, Finding, LineName, Rule, TreeFiles, WaitReason},
    releases::Releases,
    workspace::Workspace,
};

pub(super) struct RustVersion;

impl Gate for RustVersion {
    fn rule(&self) -> Rule {
        Rule::X7
    }

    fn holds(&self, asked: &Asked<'_>) -> Vec<Hold> {
        if asked.version.patch == 0 || !asked.policy.on(asked.ask.facts().today).gates.keep_rust_version {
            return Vec::new();
        }
        raised(asked).err().into_iter().collect()
    }
}

fn raised(asked: &Asked<'_>) -> Result<(), Hold> {
    let releases = Releases::of(&asked.policy.project, asked.ask.facts());
    let Some((newest, released)) = releases.newest_of(LineName::of(asked.version)) else { return Ok(()) };
    // Both are asked for in one round.
    let (before, after) = (files(asked, released), files(asked, asked.commit));
    let rust = |files| Workspace::read(files).ok().and_then(|workspace| workspace.rust_version());
    let branch = asked.policy.project.release_branch.with(&LineName::of(asked.version).first_version());
    match (rust(before?), rust(after?)) {
        (Some(before), Some(after)) if after > before => Err(Hold::For(WaitReason::from(Finding {
            kind: "rust-version-raised".into(),
            subject: branch.clone(),
            detail: format!("the packages on `{branch}` need Rust {after}, and {newest} needed {before}"),
            help: format!("take back on `{branch}` what raised `rust-version`"),
            ..Finding::of(Rule::X7)
        }))),
        _ => Ok(()),
    }
}

fn files<'a>(asked: &Asked<'a>, commit: &CommitId) -> Result<&'a TreeFiles, Hold> {
    let what = |unseen| Hold::unseen(&format!("files of commit {}", commit.short()), unseen);
    asked.ask.files(commit, &bump::files(asked.policy)).map_err(what)
}
