//! Branches and tags.

use std::{collections::BTreeMap, slice};

use async_trait::async_trait;
use stationmaster_core::model::{CommitId, Identity};

#[cfg(doc)]
use super::PortError;
use super::PortResult;

/// A tag that is to be made, with its annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagSpec {
    /// Its short name.
    pub name: String,
    /// What it points to.
    pub commit: CommitId,
    /// Its annotation.
    pub message: String,
    /// The tagger.
    pub identity: Identity,
    /// When, in seconds since 1970.
    pub seconds: i64,
}

/// One ref that is to be moved or made, with the value it is expected to have: a lease, so that nobody's work is overwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefUpdate {
    /// A branch.
    Branch {
        /// Its short name.
        name: String,
        /// Where it is now. None: it does not exist.
        expected: Option<CommitId>,
        /// Where it is to be.
        to: CommitId,
    },
    /// A tag that does not exist. Tags are never moved.
    Tag(TagSpec),
}

/// Where the branches and tags live that everybody shares.
#[async_trait]
pub trait Refs: Send + Sync {
    /// Branches by short name.
    async fn branches(&self) -> PortResult<BTreeMap<String, CommitId>>;
    /// Tags by short name, peeled to commits. Tags of other things are left out.
    async fn tags(&self) -> PortResult<BTreeMap<String, CommitId>>;
    /// Move and make these refs, all or none. One that is already where it is to be is fine, and stays.
    /// [`PortError::Moved`] names one that is neither there nor where it is expected.
    /// [`PortError::Refused`] if a name is no ref's, or a ref is named twice.
    async fn update(&self, updates: &[RefUpdate]) -> PortResult<()>;

    /// [`Refs::update`] of one branch.
    async fn set_branch(&self, branch: &str, expected: Option<&CommitId>, commit: &CommitId) -> PortResult<()> {
        let update = RefUpdate::Branch { name: branch.to_owned(), expected: expected.cloned(), to: commit.clone() };
        self.update(slice::from_ref(&update)).await
    }

    /// [`Refs::update`] of one tag.
    async fn create_tag(&self, tag: &TagSpec) -> PortResult<()> {
        self.update(slice::from_ref(&RefUpdate::Tag(tag.clone()))).await
    }
}
