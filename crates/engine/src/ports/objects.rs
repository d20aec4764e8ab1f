//! Commits, trees and files.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{
    CommitId, CommitSpec, FileSelection, Held, Histories, Identity, LineBranch, LineName, PatchIds, Pick, Picked,
    Place, TreeFiles, UnreadableFiles,
};

#[cfg(doc)]
use super::PortError;
use super::PortResult;

/// How a change is brought to a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeSpec {
    /// The newest commit of the change.
    pub head: CommitId,
    /// The message of the commit that brings it, if one has to be made.
    pub message: String,
    /// Its author and committer.
    pub identity: Identity,
    /// Its time, in seconds since 1970.
    pub seconds: i64,
}

/// What a merge comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeResult {
    /// The change is in already. Holds the commit that brought it.
    Present(CommitId),
    /// It merges. Holds where the branch is to be moved: to the change itself if the branch can go forward, else to a new commit.
    Clean(CommitId),
    /// It does not merge. Paths in conflict. Nothing was written.
    Conflict(Vec<String>),
}

/// A local store of objects. No verb moves a ref, and there is no work tree.
#[async_trait]
pub trait Objects: Send + Sync {
    /// The selected files of a commit's tree. Files that are absent, or not UTF-8, are left out.
    async fn files(&self, commit: &CommitId, wanted: &FileSelection) -> PortResult<TreeFiles>;
    /// What is at the selected paths and in the selected folders, and is no text: links, submodules, what is not UTF-8.
    async fn unreadable(&self, _commit: &CommitId, _wanted: &FileSelection) -> PortResult<UnreadableFiles> {
        Ok(UnreadableFiles::new())
    }
    /// When a commit was committed.
    async fn commit_time(&self, commit: &CommitId) -> PortResult<Timestamp>;
    /// Whether `ancestor` is `commit` or can be reached from it.
    async fn contains(&self, commit: &CommitId, ancestor: &CommitId) -> PortResult<bool>;
    /// What was committed on main, and on these lines since they parted from it, or were first released there.
    async fn histories(&self, main: &CommitId, lines: &BTreeMap<LineName, LineBranch>) -> PortResult<Histories>;
    /// What each of these picks comes to. Changes nothing.
    async fn try_picks(&self, picks: &[Pick]) -> Vec<PortResult<Picked>>;
    /// What each of these commits does. None: nothing.
    async fn patch_ids(&self, commits: &[CommitId]) -> Vec<PortResult<Option<PatchIds>>>;
    /// In which files each of these heads conflicts with its base; none: it merges. Changes nothing.
    async fn conflicts(&self, merges: &[(CommitId, CommitId)]) -> Vec<PortResult<Vec<String>>>;
    /// How much of a change is in the tree of a commit, for each of these.
    async fn held(&self, places: &[Place]) -> Vec<PortResult<Held>>;
    /// Write the commit of a pick. The same pick gives the same id. [`PortError::Refused`] if it does not
    /// merge, or nothing is left of it.
    async fn write_pick(&self, pick: &Pick) -> PortResult<CommitId>;
    /// Write a commit's objects. The same value gives the same id.
    async fn write_commit(&self, spec: &CommitSpec) -> PortResult<CommitId>;
    /// Merge a change into the branch that is at `into`: three-way, of trees. Writes the commit that brings it, if one is needed.
    /// The same value gives the same id. [`PortError::Refused`] if the two have no common history.
    async fn merge(&self, into: &CommitId, spec: &MergeSpec) -> PortResult<MergeResult>;
}
