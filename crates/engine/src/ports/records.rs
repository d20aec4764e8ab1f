//! The records of pull requests, where these are ours to keep.

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{CommitId, PullRequest};

use super::PortResult;

/// What merging needs of the records of pull requests, where these are ours to keep.
#[async_trait]
pub trait MergeRecords: Send + Sync {
    /// One pull request, at the head of its branch.
    async fn pull_request(&self, number: u64) -> PortResult<PullRequest>;
    /// Take hold of one: until the claim is gone, nobody else changes its record, and whoever wants to waits.
    async fn claim(&self, number: u64) -> PortResult<Box<dyn Claim>>;
}

/// A pull request whose record nobody else changes meanwhile. Dropped, it is as it was. Nothing else may be written to the
/// records or to the journal while it is held.
#[async_trait]
pub trait Claim: Send + Sync {
    /// How it is.
    fn pull_request(&self) -> &PullRequest;
    /// Take note that it was merged. [`PortError::Moved`] where it is not open.
    async fn merged(self: Box<Self>, commit: &CommitId, at: Timestamp, by: &str) -> PortResult<()>;
    /// Take note that it is closed without a merge. Already closed: fine. [`PortError::Moved`] where it is merged.
    async fn closed(self: Box<Self>) -> PortResult<()>;
}
