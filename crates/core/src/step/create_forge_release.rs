//! A release on the forge (R11).

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Kind, ShowForgeRelease};
use crate::model::{CommitId, Condition, ForgeReleaseDraft, StepId};

/// Create the release on the forge: for all to see, or hidden until its files are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateForgeRelease {
    /// What its tag points to.
    pub commit: CommitId,
    /// What it becomes.
    #[serde(flatten)]
    pub draft: ForgeReleaseDraft,
}

impl Kind for CreateForgeRelease {
    fn id(&self, _: &Version) -> StepId {
        match self.draft.hidden {
            true => StepId::of("prepare the release", &self.draft.tag),
            false => ShowForgeRelease::named(&self.draft.tag),
        }
    }

    fn preconditions(&self) -> Vec<Condition> {
        let tag = || self.draft.tag.clone();
        vec![Condition::TagAt { tag: tag(), commit: self.commit.clone() }, Condition::ForgeReleaseAbsent { tag: tag() }]
    }
}
