//! What was packaged.

use serde::Serialize;

use crate::model::{CommitId, Finding};

/// The crates of a commit, packaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Staged {
    /// What they were packaged from.
    pub commit: CommitId,
    /// In dependency order.
    pub crates: Vec<StagedFile>,
    /// What one should know of them.
    pub findings: Vec<Finding>,
}

/// A crate that was packaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StagedFile {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its `.crate` file, in hex.
    pub checksum: String,
    /// In bytes.
    pub size: u64,
    /// Where the file is.
    pub path: String,
    /// The crates of this release that must be in the index before it.
    pub after: Vec<String>,
}
