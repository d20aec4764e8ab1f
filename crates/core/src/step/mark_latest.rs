//! Which release is the newest, whichever was published last (X13).

use semver::Version;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::model::{CommitId, Condition, StepId};

/// Mark a release as the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkLatest {
    /// The tag of the release to mark.
    pub tag: String,
    /// What the tag points to.
    pub commit: CommitId,
    /// The tag of the release that has the mark now. None: none has it.
    pub instead_of: Option<String>,
}

impl Kind for MarkLatest {
    fn id(&self, _: &Version) -> StepId {
        StepId::of("mark", format!("{} latest", self.tag))
    }

    fn preconditions(&self) -> Vec<Condition> {
        vec![
            Condition::TagAt { tag: self.tag.clone(), commit: self.commit.clone() },
            Condition::ForgeLatest { tag: self.instead_of.clone() },
        ]
    }
}
