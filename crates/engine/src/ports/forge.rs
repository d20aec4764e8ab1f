//! Pull requests, checks and releases.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{CommitId, ForgeRelease, ForgeReleaseDraft, PullRequest, PullRequestDraft};

#[cfg(doc)]
use super::PortError;
use super::{ArchiveFile, PortResult};

/// Where pull requests, checks and releases are.
#[async_trait]
pub trait Forge: Send + Sync {
    /// All pull requests whose head branch starts with `prefix`, by number.
    async fn pull_requests(&self, prefix: &str) -> PortResult<Vec<PullRequest>>;
    /// Open one, for a head branch that is at this commit and a base that exists; else [`PortError::Missing`]. If one is open for
    /// that head: its number.
    async fn open_pull_request(&self, draft: &PullRequestDraft, head: &CommitId, at: Timestamp) -> PortResult<u64>;
    /// Take note that the head branch moved, and that title, body and base changed with it. Approvals of another commit do not
    /// count. [`PortError::Moved`] if it is not open.
    async fn refresh_pull_request(&self, number: u64, draft: &PullRequestDraft, head: &CommitId) -> PortResult<()>;
    /// The labels of a pull request, by its number; also of one that is not ours. None if there is no such pull request.
    async fn labels(&self, number: u64) -> PortResult<BTreeSet<String>>;
    /// Releases by tag.
    async fn releases(&self) -> PortResult<BTreeMap<String, ForgeRelease>>;
    /// Create a release of a tag that exists; else [`PortError::Missing`]. Already there with the same tag: fine, and it stays.
    async fn create_release(&self, draft: &ForgeReleaseDraft) -> PortResult<()>;
    /// Show a hidden release, as the newest if it is to be. Shown already: fine.
    async fn show_release(&self, tag: &str, latest: bool) -> PortResult<()>;
    /// Put a file beside a hidden release. There already with these bytes: fine; with others, which nobody has seen yet: it
    /// takes their place. [`PortError::Moved`] where the release is shown and does not have it.
    async fn put_file(&self, tag: &str, file: &ArchiveFile) -> PortResult<()>;
    /// Put a file beside a hidden release, unless one of its name is there, which then stays as it is: another machine was faster.
    /// Says whether it was put there. [`PortError::Moved`] where the release is shown and has none of that name.
    async fn add_file(&self, tag: &str, file: &ArchiveFile) -> PortResult<bool>;
    /// Take a file of a hidden release away. Says whether it was there. [`PortError::Moved`] where the release is shown and has it.
    async fn remove_file(&self, tag: &str, name: &str) -> PortResult<bool>;
    /// Copy a file of a release into a folder, under its name.
    async fn get_file(&self, tag: &str, name: &str, into: &Path) -> PortResult<()>;
    /// Mark one release as the newest, and no other (X13). [`PortError::Moved`] if it is hidden.
    async fn mark_latest(&self, tag: &str) -> PortResult<()>;
}
