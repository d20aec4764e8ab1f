//! A proposal to people (R2).

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Kind, NewRef};
use crate::model::{Condition, PullRequestDraft, PullRequestKind, StepId};

/// Write a commit, point a branch at it, and open a pull request from that branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPullRequest {
    /// What it becomes.
    #[serde(flatten)]
    pub draft: PullRequestDraft,
    /// Merged ones from the same branch: what they brought was taken back since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_before: Vec<u64>,
}

impl OpenPullRequest {
    /// What the step is called that opens the pull request from this branch, or writes it anew.
    pub fn named(head: &str) -> StepId {
        match PullRequestKind::of_head(head) {
            Some(PullRequestKind::Backport { line, change }) => StepId::of("backport", format!("{change} to {line}")),
            _ => StepId::of("open pull request", head),
        }
    }
}

impl Kind for OpenPullRequest {
    fn id(&self, _: &Version) -> StepId {
        Self::named(&self.draft.head)
    }

    fn preconditions(&self) -> Vec<Condition> {
        let (head, merged) = (self.draft.head.clone(), self.merged_before.clone());
        let [base, branch] = branches(&self.draft);
        vec![base, branch, Condition::PullRequestAbsent { head, merged }]
    }

    fn makes(&self) -> Option<NewRef<'_>> {
        Some(NewRef::Branch(&self.draft.head))
    }
}

/// Where the branches of a draft must be: the one it goes to, and its own.
pub(super) fn branches(draft: &PullRequestDraft) -> [Condition; 2] {
    let base = Condition::BranchAt { branch: draft.base.clone(), commit: draft.change.base().clone() };
    let branch = draft.head.clone();
    let head = match &draft.replaces {
        Some(commit) => Condition::BranchAt { branch, commit: commit.clone() },
        None => Condition::BranchAbsent { branch },
    };
    [base, head]
}
