//! What says where the files of a release are from (X10).

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::model::{CommitId, Condition, FileDigest, Job, PublicKey, SignerIdentity, StepId};

/// Put beside the files of a hidden release what says where they are from: SBOMs, provenance, sums; the list of sums last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attest {
    /// The tag.
    pub tag: String,
    /// What the tag points to.
    pub commit: CommitId,
    /// The finished files, as they lie on the forge.
    pub files: BTreeMap<String, FileDigest>,
    /// What was put beside them before, by an attempt that was stopped.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub beside: BTreeMap<String, FileDigest>,
    /// What the project is called, as name patterns have it.
    pub project: String,
    /// Its archives.
    pub jobs: Vec<Job>,
    /// The key to sign with. None: no key signs it.
    pub key: Option<PublicKey>,
    /// The identity that signs with Sigstore. None: none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<SignerIdentity>,
    /// The digest of the policy's text, for the provenance. None: there is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<FileDigest>,
    /// The version of Stationmaster that planned it, for the provenance.
    pub tool: String,
}

impl Attest {
    /// What the step is called that attests the release of this tag.
    pub fn named(tag: &str) -> StepId {
        StepId::of("attest", tag)
    }
}

impl Kind for Attest {
    fn id(&self, _: &Version) -> StepId {
        Self::named(&self.tag)
    }

    fn preconditions(&self) -> Vec<Condition> {
        let mut files = self.files.clone();
        files.extend(self.beside.clone());
        vec![
            Condition::TagAt { tag: self.tag.clone(), commit: self.commit.clone() },
            Condition::ForgeReleaseHidden { tag: self.tag.clone(), files },
        ]
    }
}
