//! Finished files to a release on the forge (R11).

use std::{collections::BTreeMap, path::PathBuf};

use semver::Version;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::model::{Condition, FileDigest, StepId};

/// Put files that a person has beside a hidden release, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliver {
    /// The release's tag.
    pub tag: String,
    /// Where the files are on this machine.
    pub folder: PathBuf,
    /// What is to be put there.
    pub files: Vec<DeliveredFile>,
    /// What lies beside the release now.
    pub there: BTreeMap<String, FileDigest>,
}

/// A file to be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredFile {
    /// Its name.
    pub name: String,
    /// Of its bytes.
    pub digest: FileDigest,
    /// In bytes.
    pub size: u64,
}

impl Kind for Deliver {
    fn id(&self, _: &Version) -> StepId {
        StepId::of("deliver to", &self.tag)
    }

    fn preconditions(&self) -> Vec<Condition> {
        vec![Condition::ForgeReleaseHidden { tag: self.tag.clone(), files: self.there.clone() }]
    }
}
