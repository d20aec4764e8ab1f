//! Crates to the registry (R11).

use semver::Version;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::model::{CommitId, Condition, CrateRelease, Pace, StepId};

/// What it does, in its name.
const VERB: &str = "publish";

/// Package the crates of a commit and put those that are missing into the registry, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// The tag of the release. None: a person asked for this very commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// What the tag points to.
    pub commit: CommitId,
    /// In dependency order; only crates that the index lacks.
    pub crates: Vec<CrateRelease>,
    /// How fast the registry takes them.
    pub pace: Pace,
    /// How long that takes, in seconds: for people.
    pub expected_seconds: i64,
}

impl Publish {
    /// What the step is called that publishes the crates of this tag, or commit.
    pub fn named(tag: &str) -> StepId {
        StepId::of(VERB, tag)
    }

    /// Whether a step is one that publishes.
    pub fn is_called(step: &StepId) -> bool {
        step.verb_is(VERB)
    }
}

impl Kind for Publish {
    fn id(&self, _: &Version) -> StepId {
        Self::named(self.tag.as_deref().unwrap_or(self.commit.short()))
    }

    fn preconditions(&self) -> Vec<Condition> {
        let tagged = self.tag.clone().map(|tag| Condition::TagAt { tag, commit: self.commit.clone() });
        let absent = |it: &CrateRelease| Condition::CrateAbsent { name: it.name.clone(), version: it.version.clone() };
        tagged.into_iter().chain(self.crates.iter().map(absent)).collect()
    }
}
