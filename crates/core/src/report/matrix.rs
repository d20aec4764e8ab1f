//! Fixes and lines, and where each fix stands.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    backport::{Cell, Classified, LineState, Matrix, Row},
    model::{CommitId, LineName},
};

/// The matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixView<'m> {
    /// Its columns, oldest first.
    pub lines: Vec<MatrixLine<'m>>,
    /// Its rows, newest first.
    pub fixes: Vec<MatrixRow<'m>>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixLine<'m> {
    /// Its name.
    pub name: LineName,
    /// What is true of it on the day.
    #[serde(flatten)]
    pub state: &'m LineState,
}

/// A fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixRow<'m> {
    /// Its commit on main.
    pub change: &'m CommitId,
    /// The first line of its message.
    pub subject: String,
    /// Its class, and what says so.
    #[serde(flatten)]
    pub class: &'m Classified,
    /// A newer commit of main that takes a part of it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly_reverted_by: Option<&'m CommitId>,
    /// Where it stands on each line.
    pub lines: &'m BTreeMap<LineName, Cell>,
}

impl<'m> MatrixView<'m> {
    /// Of what was found.
    pub fn new(matrix: &'m Matrix) -> Self {
        Self {
            lines: matrix.lines.iter().map(|(name, state)| MatrixLine { name: *name, state }).collect(),
            fixes: matrix.rows.iter().map(row).collect(),
        }
    }
}

fn row(row: &Row) -> MatrixRow<'_> {
    let fix = &row.fix;
    MatrixRow {
        change: &fix.change.id,
        subject: fix.subject(),
        class: &fix.class,
        partly_reverted_by: fix.partly_reverted_by.as_ref(),
        lines: &row.cells,
    }
}
