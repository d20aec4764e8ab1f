//! Commits by id, and commits yet to be written.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Identity;

/// The id of a git commit: 40 lower-case hex digits (or 64 with SHA-256).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CommitId(String);

/// A text that is no commit id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a commit id: 40 or 64 hex digits expected")]
pub struct InvalidCommitId(String);

impl CommitId {
    /// The id as hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first ten digits, for people.
    pub fn short(&self) -> &str {
        &self.0[..10]
    }
}

impl FromStr for CommitId {
    type Err = InvalidCommitId;

    fn from_str(text: &str) -> Result<Self, InvalidCommitId> {
        let hex = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
        if hex { Ok(Self(text.to_ascii_lowercase())) } else { Err(InvalidCommitId(text.to_owned())) }
    }
}

impl TryFrom<String> for CommitId {
    type Error = InvalidCommitId;

    fn try_from(text: String) -> Result<Self, InvalidCommitId> {
        text.parse()
    }
}

impl From<CommitId> for String {
    fn from(id: CommitId) -> Self {
        id.0
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The whole new text of one file. The path is relative to the repository's root, with `/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEdit {
    /// Where the file is.
    pub path: String,
    /// All of its new bytes, which are UTF-8.
    pub text: String,
}

/// A commit to be written: the parent's tree with some files replaced, and some gone. Everything that goes into its id is here, so the
/// same value always gives the same commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitSpec {
    /// The only parent; its tree is what `edits` are made to.
    pub parent: CommitId,
    /// May be empty: a commit that only carries a message.
    pub edits: Vec<FileEdit>,
    /// Paths of files that are gone afterwards. Each is in the parent's tree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// The full message, ending with a newline.
    pub message: String,
    /// Author and committer.
    pub identity: Identity,
    /// Author and committer time, in seconds since 1970, at UTC.
    pub seconds: i64,
}
