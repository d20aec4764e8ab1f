//! What would become of a change on lines, before it is merged.

use serde::Serialize;

use super::picks::{MissingChange, PickStatus};
use crate::model::{CommitId, LineName};

/// What would become of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prediction {
    /// Its newest commit.
    pub change: CommitId,
    /// Where it parted from main.
    pub base: CommitId,
    /// Every line that was asked for.
    pub lines: Vec<PredictedLine>,
}

/// What would become of it on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PredictedLine {
    /// Its name.
    pub line: LineName,
    /// The worst of its commits.
    pub status: PickStatus,
    /// Its commits, oldest first.
    pub commits: Vec<PredictedCommit>,
}

/// A commit of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PredictedCommit {
    /// Its id.
    pub commit: CommitId,
    /// The first line of its message.
    pub subject: String,
    /// What would become of it.
    pub status: PickStatus,
    /// The files that would not merge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<String>,
    /// Earlier changes that it rests on and the line lacks, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predecessors: Vec<MissingChange>,
}
