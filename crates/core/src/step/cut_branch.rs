//! A release branch (X1).

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Kind, NewRef};
use crate::model::{CommitId, Condition, StepId};

/// Create a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutBranch {
    /// Short name.
    pub branch: String,
    /// Where it starts.
    pub commit: CommitId,
    /// What is at that commit.
    pub from: CutFrom,
}

/// What a branch is cut from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CutFrom {
    /// The head of a branch.
    Branch(String),
    /// A release.
    Tag(String),
}

impl CutBranch {
    /// What the step is called that makes this branch.
    pub fn named(branch: &str) -> StepId {
        StepId::of("cut", branch)
    }
}

impl Kind for CutBranch {
    fn id(&self, _: &Version) -> StepId {
        Self::named(&self.branch)
    }

    fn preconditions(&self) -> Vec<Condition> {
        let commit = self.commit.clone();
        let start = match self.from.clone() {
            CutFrom::Branch(branch) => Condition::BranchAt { branch, commit },
            CutFrom::Tag(tag) => Condition::TagAt { tag, commit },
        };
        vec![start, Condition::BranchAbsent { branch: self.branch.clone() }]
    }

    fn makes(&self) -> Option<NewRef<'_>> {
        Some(NewRef::Branch(&self.branch))
    }
}
