//! Pull requests as they were seen.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Checks, CommitId};

/// A pull request, wherever it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// Its number on the forge.
    pub number: u64,
    /// Its address for people. None: the forge has no pages, as the embedded one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The branch that holds the change. This is how the product knows its own again.
    pub head: String,
    /// The branch that it is to go to.
    pub base: String,
    /// Commit at the head, when last seen.
    pub head_commit: CommitId,
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// Where it stands.
    pub state: PullRequestState,
    /// What was reported of `head_commit` or, once merged, of the merged commit.
    pub checks: Checks,
    /// Who approved it, by name.
    pub approvals: Vec<String>,
}

/// Where a pull request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum PullRequestState {
    /// Waits for a person.
    Open,
    /// Merged.
    Merged {
        /// The commit on the base branch that brought it.
        commit: CommitId,
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
    },
    /// Closed without a merge.
    Closed,
}
