//! Branches: heads as expected, and cuts from known places.

use super::{Case, Violation, violation};
use crate::model::{Action, CommitId, Precondition, PullRequestState, Rule, Step};

/// What a step's preconditions say of refs is what was seen (X2).
pub(super) fn heads_as_expected(case: &Case<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for step in &case.plan.steps {
        for precondition in &step.preconditions {
            if let Some(detail) = unlike_seen(case, precondition) {
                violations.push(violation(&step.id, "branch-not-as-expected", Rule::X2, detail));
            }
        }
        if let Some(parent) = base_not_required(step) {
            let detail =
                format!("the change is made to {}, but no precondition holds its branch there", parent.short());
            violations.push(violation(&step.id, "branch-not-as-expected", Rule::X2, detail));
        }
    }
    violations
}

fn unlike_seen(case: &Case<'_>, precondition: &Precondition) -> Option<String> {
    let branch = |name: &str| case.seen.branches.get(name).map(|head| &head.commit);
    let tag = |name: &str| case.seen.tags.get(name).map(|tag| &tag.commit);
    match precondition {
        Precondition::BranchAt { branch: name, commit } if branch(name) != Some(commit) => {
            Some(format!("branch `{name}` is not at {}", commit.short()))
        }
        Precondition::BranchAbsent { branch: name } if branch(name).is_some() => {
            Some(format!("branch `{name}` exists"))
        }
        Precondition::TagAt { tag: name, commit } if tag(name) != Some(commit) => {
            Some(format!("tag `{name}` is not at {}", commit.short()))
        }
        Precondition::TagAbsent { tag: name } if tag(name).is_some() => Some(format!("tag `{name}` exists")),
        _ => None,
    }
}

/// A pull request's change is made to the head that its base is required to have.
fn base_not_required(step: &Step) -> Option<&CommitId> {
    let (Action::OpenPullRequest(draft) | Action::RefreshPullRequest { draft, .. }) = &step.action else { return None };
    let required = Precondition::BranchAt { branch: draft.base.clone(), commit: draft.change.base().clone() };
    (!step.preconditions.contains(&required)).then_some(draft.change.base())
}

/// A branch is cut from main's head, or from a merged release (X1, R7).
pub(super) fn cut_from_a_known_place(case: &Case<'_>) -> Vec<Violation> {
    let main = case.seen.branches.get(&case.policy.project.main).map(|head| &head.commit);
    let released = |commit: &CommitId| {
        case.seen
            .pull_requests
            .known()
            .into_iter()
            .flatten()
            .any(|pull| matches!(&pull.state, PullRequestState::Merged { commit: at, .. } if at == commit))
    };
    let mut violations = Vec::new();
    for step in &case.plan.steps {
        let Action::CutBranch { branch, commit } = &step.action else { continue };
        if main != Some(commit) && !released(commit) {
            let detail =
                format!("`{branch}` would start at {}, which is neither main's head nor a release", commit.short());
            violations.push(violation(&step.id, "cut-from-nowhere", Rule::X1, detail));
        }
    }
    violations
}
