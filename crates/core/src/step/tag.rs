//! The tag of a release: from here on there is no way back (R2).

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Kind, NewRef};
use crate::model::{CommitId, Condition, Identity, StepId};

/// Create an annotated tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Short name.
    pub tag: String,
    /// The merged release commit.
    pub commit: CommitId,
    /// The annotation.
    pub message: String,
    /// Tagger.
    pub identity: Identity,
    /// Tagger time, seconds since 1970. The commit's own, so that the tag's id is fixed.
    pub seconds: i64,
    /// The pull request that was merged as this commit.
    pub pull_request: u64,
    /// Its checks that must have passed. None are named: all that are reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// Releases of other lines that must be merged and green as well (X5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<MergedRelease>,
}

/// A release that is merged, and its checks are green.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MergedRelease {
    /// Its pull request.
    pub number: u64,
    /// As what that was merged.
    pub commit: CommitId,
    /// Its checks that must have passed. None are named: all that are reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
}

impl Tag {
    /// What the step is called that makes this tag.
    pub fn named(tag: &str) -> StepId {
        StepId::of("tag", tag)
    }
}

impl Kind for Tag {
    fn id(&self, _: &Version) -> StepId {
        Self::named(&self.tag)
    }

    fn preconditions(&self) -> Vec<Condition> {
        let merged = |number, commit: &CommitId, checks: &[String]| Condition::PullRequestMerged {
            number,
            commit: commit.clone(),
            checks: checks.to_vec(),
        };
        let own = merged(self.pull_request, &self.commit, &self.checks);
        let others = self.together.iter().map(|other| merged(other.number, &other.commit, &other.checks));
        [own, Condition::TagAbsent { tag: self.tag.clone() }].into_iter().chain(others).collect()
    }

    fn makes(&self) -> Option<NewRef<'_>> {
        Some(NewRef::Tag(&self.tag))
    }
}
