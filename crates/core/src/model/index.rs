//! What the registry's index says.

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};

/// Versions of one crate in the index. Empty: the crate is not there.
pub type CrateVersions = BTreeMap<Version, IndexVersion>;

/// One version of a crate in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexVersion {
    /// SHA-256 of the `.crate` file, in hex.
    pub checksum: String,
    /// Withdrawn.
    pub yanked: bool,
}

/// How the index stands to a crate that we packaged. Done is only [`IndexStanding::Ours`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexStanding<'a> {
    /// It does not have the version.
    Absent,
    /// It has it, with our bytes.
    Ours,
    /// It has it with our bytes, and nobody gets it any more: it is yanked.
    Yanked,
    /// It has the version with other bytes. One that differs only in build metadata is the same version to the registry.
    Taken {
        /// The version, as the index has it.
        by: &'a Version,
        /// Of its bytes.
        checksum: &'a str,
    },
}

impl<'a> IndexStanding<'a> {
    /// Of a version of ours with this checksum, by what the index has of the crate.
    pub fn of(versions: &'a CrateVersions, version: &Version, checksum: &str) -> Self {
        let parts = |it: &Version| (it.major, it.minor, it.patch, it.pre.clone());
        let same = || versions.iter().find(|(other, _)| parts(other) == parts(version));
        match versions.get_key_value(version).or_else(same) {
            None => Self::Absent,
            Some((by, entry)) if by != version || entry.checksum != checksum => {
                Self::Taken { by, checksum: &entry.checksum }
            }
            Some((_, entry)) if entry.yanked => Self::Yanked,
            Some(_) => Self::Ours,
        }
    }
}
