//! Releases on the forge as they were seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::FileDigest;

/// A release as the forge shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgeRelease {
    /// The tag it is for.
    pub tag: String,
    /// Its heading.
    pub title: String,
    /// Its notes, Markdown.
    pub notes: String,
    /// A candidate.
    pub prerelease: bool,
    /// Shown as the newest (X13). At most one has it.
    pub latest: bool,
    /// Nobody sees it yet: its files are still to come.
    pub hidden: bool,
    /// Its files, by name.
    pub files: BTreeMap<String, FileDigest>,
}
