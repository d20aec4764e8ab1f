//! Packaging.

use std::path::PathBuf;

use async_trait::async_trait;
use stationmaster_core::model::{CommitId, CrateFacts, CrateRelease};

use super::PortResult;

/// A crate, packaged once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedCrate {
    /// Which.
    pub release: CrateRelease,
    /// Where its `.crate` file is. A pretend world makes up a path.
    pub path: PathBuf,
    /// SHA-256 of that file, in hex.
    pub checksum: String,
    /// Its length in bytes.
    pub size: u64,
}

/// Makes `.crate` files.
#[async_trait]
pub trait Builder: Send + Sync {
    /// Package these crates of a commit. The same commit gives the same bytes. What was staged before is used again.
    async fn stage(&self, commit: &CommitId, crates: &[CrateRelease]) -> PortResult<Vec<StagedCrate>>;
    /// What the registry will see of staged crates, in their order.
    async fn facts(&self, staged: &[StagedCrate]) -> PortResult<Vec<CrateFacts>>;
}
