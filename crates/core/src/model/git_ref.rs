//! Branches and tags as they were seen.

use serde::{Deserialize, Serialize};

use super::CommitId;

/// Where a branch points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchHead {
    /// The newest commit.
    pub commit: CommitId,
}

/// Where a tag points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagRef {
    /// The commit, through any annotation.
    pub commit: CommitId,
}
