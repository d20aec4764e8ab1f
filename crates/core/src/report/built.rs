//! What archives a release has here, and which another machine is expected to make.

use std::path::PathBuf;

use semver::Version;
use serde::Serialize;

use crate::{
    artifact::{Asset, Note, Obstacle},
    model::{CommitId, FileDigest},
};

/// The archives of a release that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Built {
    /// The commit that they are of.
    pub commit: CommitId,
    /// The version that names them.
    pub version: Version,
    /// All that were asked for, in the policy's order.
    pub archives: Vec<BuiltFile>,
}

/// One file of the release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct BuiltFile {
    /// What it is.
    #[serde(flatten)]
    pub asset: Asset,
    /// What came of it.
    #[serde(flatten)]
    pub state: BuiltState,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum BuiltState {
    /// It was made now.
    Made(FinishedFile),
    /// It was there.
    Kept(FinishedFile),
    /// Another machine is expected to make it.
    ExpectedFromCi {
        /// Why not this one, in words.
        reason: String,
        /// The same, typed.
        obstacle: Obstacle,
    },
}

/// A finished archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedFile {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256.
    pub checksum: FileDigest,
    /// In bytes.
    pub size: u64,
    /// What one should know of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}
