//! What the policy says of a change on every line.

use serde::Serialize;

use crate::{
    backport::{Classified, Demand, LineState},
    model::{CommitId, LineName},
};

/// What the policy says of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NominationView {
    /// Its commit on main.
    pub change: CommitId,
    /// The first line of its message.
    pub subject: String,
    /// Its class, and what says so.
    #[serde(flatten)]
    pub class: Classified,
    /// Version groups that a patch for it moves.
    pub groups: Vec<String>,
    /// Every line that is not past its end of life, oldest first.
    pub lines: Vec<Verdict>,
    /// It is nominated; else no line may have it.
    pub nominated: bool,
}

/// What the policy says of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Its name.
    pub line: LineName,
    /// What is true of it on the day.
    pub state: LineState,
    /// Whether it must, may or must not have the change.
    #[serde(flatten)]
    pub demand: Demand,
}
