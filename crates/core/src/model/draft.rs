//! What is to be put on a forge, whole.

use serde::{Deserialize, Serialize};

use super::{CommitId, CommitSpec, Pick};

/// A pull request to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequestDraft {
    /// The branch to make.
    pub head: String,
    /// The branch it is to go to.
    pub base: String,
    /// One line.
    pub title: String,
    /// Markdown: what, why, and what happens on merge.
    pub body: String,
    /// Where the head branch is now: left behind by a run that was stopped, or by a pull request that was closed. None: it
    /// is absent.
    pub replaces: Option<CommitId>,
    /// The change.
    #[serde(flatten)]
    pub change: DraftChange,
}

/// The commit at the head of a pull request to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DraftChange {
    /// New texts of files.
    Commit(CommitSpec),
    /// Changes of other commits (X2).
    Pick {
        /// Which, and onto what.
        pick: Pick,
        /// The commit that it gives.
        commit: CommitId,
        /// Files that it changes.
        paths: Vec<String>,
    },
}

impl DraftChange {
    /// The commit that it is made to.
    pub fn base(&self) -> &CommitId {
        match self {
            Self::Commit(spec) => &spec.parent,
            Self::Pick { pick, .. } => &pick.onto,
        }
    }

    /// How many files it changes.
    pub fn files(&self) -> usize {
        match self {
            Self::Commit(spec) => spec.edits.len() + spec.removed.len(),
            Self::Pick { paths, .. } => paths.len(),
        }
    }
}

/// A forge release to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgeReleaseDraft {
    /// Its tag.
    pub tag: String,
    /// Its heading.
    pub title: String,
    /// Its notes, Markdown.
    pub notes: String,
    /// A candidate.
    pub prerelease: bool,
    /// Newest by version (X13).
    pub latest: bool,
    /// Nobody sees it until its files are there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}
