//! All steps of one plan are possible side by side, so no two of them change the same thing.

use std::collections::BTreeSet;

use super::{Invariant, Violation, breach, violation};
use crate::model::{Action, CrateRelease, Job, Plan, Step};

/// Steps that do again what a step before them does, or have its name.
pub(super) fn judge(plan: &Plan) -> Vec<Violation> {
    let mut before = BTreeSet::new();
    let mut violations = Vec::new();
    for step in &plan.steps {
        for what in changed(step) {
            if before.contains(&what) {
                let detail = format!("{what} is in the plan twice");
                violations.push(violation(step, breach(Invariant::Twice, detail)));
            }
            before.insert(what);
        }
    }
    violations
}

/// What a step changes, in words that name it.
fn changed(step: &Step) -> Vec<String> {
    let mut what = match &step.action {
        Action::CutBranch { branch, .. } => vec![branch_in_words(branch)],
        Action::OpenPullRequest(draft) | Action::RefreshPullRequest { draft, .. } => vec![branch_in_words(&draft.head)],
        Action::Tag { tag, .. } => vec![format!("tag `{tag}`")],
        Action::Publish { crates, .. } | Action::Yank { crates, .. } => crates.iter().map(crate_in_words).collect(),
        Action::CreateForgeRelease(draft) => vec![release_in_words(&draft.tag)],
        Action::ShowForgeRelease { tag, .. } | Action::Attest { tag, .. } => vec![release_in_words(tag)],
        Action::MakeArchives { jobs, .. } => jobs.iter().flat_map(Job::assets).map(|asset| asset.name).collect(),
        Action::MarkLatest { .. } => vec!["the mark of the latest release".to_owned()],
    };
    what.push(format!("step `{}`", step.id));
    what
}

fn branch_in_words(branch: &str) -> String {
    format!("branch `{branch}`")
}

fn release_in_words(tag: &str) -> String {
    format!("the release of `{tag}`")
}

fn crate_in_words(release: &CrateRelease) -> String {
    format!("{} {}", release.name, release.version)
}
