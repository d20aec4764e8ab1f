//! What a publish came to.

use serde::Serialize;

use crate::model::CommitId;

/// The crates of a commit, all of which the index shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// What they were packaged from.
    pub commit: CommitId,
    /// What the registry is called.
    pub registry: String,
    /// In dependency order.
    pub crates: Vec<PublishedCrate>,
}

/// A crate that the index shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedCrate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its `.crate` file, in hex.
    pub checksum: String,
    /// In bytes.
    pub size: u64,
    /// It was in the index before.
    pub was_there: bool,
}
