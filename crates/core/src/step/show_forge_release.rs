//! A release that everybody sees (R11).

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::model::{CommitId, Condition, FileDigest, StepId};

/// Show a release on the forge that was hidden until its files were there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowForgeRelease {
    /// Its tag.
    pub tag: String,
    /// What the tag points to.
    pub commit: CommitId,
    /// Newest by version (X13).
    pub latest: bool,
    /// Its files.
    pub files: BTreeMap<String, FileDigest>,
}

impl ShowForgeRelease {
    /// What the step is called after which everybody sees the release of this tag.
    pub fn named(tag: &str) -> StepId {
        StepId::of("release", tag)
    }
}

impl Kind for ShowForgeRelease {
    fn id(&self, _: &Version) -> StepId {
        Self::named(&self.tag)
    }

    fn preconditions(&self) -> Vec<Condition> {
        vec![
            Condition::TagAt { tag: self.tag.clone(), commit: self.commit.clone() },
            Condition::ForgeReleaseHidden { tag: self.tag.clone(), files: self.files.clone() },
        ]
    }
}
