//! A proposal whose base moved under it (R2).

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Kind, OpenPullRequest, open_pull_request::branches};
use crate::model::{Condition, PullRequestDraft, StepId};

/// Write the commit anew on the base's new head and move the head branch of an open pull request to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshPullRequest {
    /// The pull request.
    pub number: u64,
    /// What it becomes.
    pub draft: PullRequestDraft,
}

impl Kind for RefreshPullRequest {
    fn id(&self, _: &Version) -> StepId {
        OpenPullRequest::named(&self.draft.head)
    }

    fn preconditions(&self) -> Vec<Condition> {
        let [base, head] = branches(&self.draft);
        let open = Condition::PullRequestOpen { number: self.number, head: self.draft.head.clone() };
        vec![base, head, open]
    }
}
