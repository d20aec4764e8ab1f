//! What picking changes onto a commit came to.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    model::CommitId,
    pick::resolve::{ConflictKind, ConflictedFile, Meeting},
};

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PickStatus {
    /// It changes nothing anywhere.
    Empty,
    /// All of it is there already.
    Present,
    /// It was made.
    Clean,
    /// It does not merge.
    Conflict,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PickView {
    /// Of all changes together.
    pub status: PickStatus,
    /// The last commit that was made; the one that was picked onto, where nothing was.
    pub commit: CommitId,
    /// Its tree; absent where nothing was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    /// The commit that was picked onto.
    pub onto: CommitId,
    /// Every change that was looked at, in order.
    pub picks: Vec<PickedChange>,
    /// Files that did not merge as text, and were resolved all the same.
    pub resolved: Vec<String>,
    /// Files that do not merge.
    pub conflicts: Vec<String>,
    /// What stands in the way, by file.
    pub conflict_kinds: BTreeMap<String, ConflictKind>,
    /// Lines that both changed, by file.
    pub conflict_hunks: BTreeMap<String, Vec<Meeting>>,
    /// Earlier changes that touched the same lines and are missing, newest first.
    pub predecessors: Vec<MissingChange>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PickedChange {
    /// Its commit.
    pub change: CommitId,
    /// What became of it.
    pub status: PickStatus,
    /// Files that were resolved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resolved: Vec<String>,
}

/// An earlier change that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingChange {
    /// Its commit.
    pub commit: CommitId,
    /// The first line of its message.
    pub subject: String,
    /// The files in which it touched the same lines.
    pub paths: Vec<String>,
}

impl PickView {
    /// Nothing is picked yet.
    pub fn new(onto: CommitId) -> Self {
        Self {
            status: PickStatus::Empty,
            commit: onto.clone(),
            tree: None,
            onto,
            picks: Vec::new(),
            resolved: Vec::new(),
            conflicts: Vec::new(),
            conflict_kinds: BTreeMap::new(),
            conflict_hunks: BTreeMap::new(),
            predecessors: Vec::new(),
        }
    }

    /// A change that made no commit.
    pub fn add(&mut self, change: CommitId, status: PickStatus) {
        self.status = self.status.max(status);
        self.picks.push(PickedChange { change, status, resolved: Vec::new() });
    }

    /// A change that was made, with the files that were resolved for it.
    pub fn add_clean(&mut self, change: CommitId, resolved: Vec<String>) {
        self.status = self.status.max(PickStatus::Clean);
        self.resolved.extend(resolved.iter().cloned());
        self.resolved.sort();
        self.resolved.dedup();
        self.picks.push(PickedChange { change, status: PickStatus::Clean, resolved });
    }

    /// A change that does not merge: nothing of all is made.
    pub fn stop(&mut self, change: CommitId, conflicts: Vec<ConflictedFile>, missing: Vec<MissingChange>) {
        self.add(change, PickStatus::Conflict);
        self.conflict_kinds = conflicts.iter().map(|file| (file.path.clone(), file.kind)).collect();
        self.conflict_hunks = conflicts.iter().map(|file| (file.path.clone(), file.meetings())).collect();
        self.conflicts = conflicts.into_iter().map(|file| file.path).collect();
        self.resolved.clear();
        // Nothing is made unless all of it is.
        self.commit = self.onto.clone();
        self.tree = None;
        self.predecessors = missing;
    }
}
