//! Archives of a release (R11).

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::model::{CommitId, Condition, Job, StepId};

/// Make archives of a release on this machine, and put each beside the hidden release as soon as it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeArchives {
    /// The tag.
    pub tag: String,
    /// What the tag points to.
    pub commit: CommitId,
    /// The folder of the workspace, from the repository's root; empty where they are the same.
    pub folder: String,
    /// What is to be made, in the policy's order.
    pub jobs: Vec<Job>,
    /// Those of its files that the release lacks.
    pub missing: BTreeSet<String>,
}

impl MakeArchives {
    /// What the step is called that makes the archives of this tag.
    pub fn named(tag: &str) -> StepId {
        StepId::of("make archives of", tag)
    }
}

impl Kind for MakeArchives {
    fn id(&self, _: &Version) -> StepId {
        Self::named(&self.tag)
    }

    fn preconditions(&self) -> Vec<Condition> {
        vec![
            Condition::TagAt { tag: self.tag.clone(), commit: self.commit.clone() },
            Condition::ForgeFilesAbsent { tag: self.tag.clone(), names: self.missing.clone() },
        ]
    }
}
