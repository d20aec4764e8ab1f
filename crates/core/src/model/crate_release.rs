//! A crate at a version, as a release has it.

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::LockFile;

/// One crate of a release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CrateRelease {
    /// Its name in the registry.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// Crates of the same release that must be in the index before it.
    pub after: BTreeSet<String>,
    /// Whether its package holds a lock file.
    #[serde(default)]
    pub lock_file: LockFile,
}
