//! What carrying changes of main to lines came to.

use serde::Serialize;

use super::picks::PickView;
use crate::model::{CommitId, LineName, Rule};

/// What became of the changes on every line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CarryView {
    /// The changes, oldest first.
    pub changes: Vec<CarriedChange>,
    /// The lines that were asked for.
    pub lines: Vec<CarriedLine>,
}

/// A change that is carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CarriedChange {
    /// Its commit on main.
    pub commit: CommitId,
    /// The first line of its message.
    pub subject: String,
}

/// What became of them on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CarriedLine {
    /// Its name.
    pub line: LineName,
    /// Its branch.
    pub branch: String,
    /// What became of the changes there.
    #[serde(flatten)]
    pub outcome: CarryOutcome,
    /// Changes that the line has already, and as which commit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub already: Vec<AlreadyThere>,
}

/// A change that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlreadyThere {
    /// Its commit on main.
    pub change: CommitId,
    /// The commit of the line. None: since the line was cut.
    #[serde(rename = "as")]
    pub commit: Option<CommitId>,
}

/// What became of changes on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum CarryOutcome {
    /// They were picked, or are there, or conflict.
    Picked(Box<PickView>),
    /// The policy does not take them there.
    Refused {
        /// `refused`.
        status: &'static str,
        /// By this rule.
        rule: Rule,
        /// Why.
        reason: String,
    },
    /// Something is missing from the clone. The other lines go on.
    Unknown {
        /// `unknown`.
        status: &'static str,
        /// What, and why.
        reason: String,
    },
}
