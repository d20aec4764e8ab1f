//! What picking came to.

use serde::Serialize;
use stationmaster_adapters::git::Predecessor;
use stationmaster_core::model::CommitId;

use super::style::{BAD, CARE, DIM, GOOD};

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// It changes nothing anywhere.
    Empty,
    /// All of it is there already.
    Present,
    /// It was made.
    Clean,
    /// It does not merge.
    Conflict,
}

/// What was made, as programs read it.
#[derive(Debug, Serialize)]
pub(crate) struct View {
    /// Of all changes together.
    pub(crate) status: Status,
    /// The last commit that was made; the one that was picked onto, where nothing was.
    pub(crate) commit: CommitId,
    /// Its tree; absent where nothing was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tree: Option<String>,
    /// The commit that was picked onto.
    onto: CommitId,
    /// Every change that was looked at, in order.
    picks: Vec<One>,
    /// Files that do not merge.
    conflicts: Vec<String>,
    /// Earlier changes that touched the same lines and are missing, newest first.
    predecessors: Vec<Missing>,
}

/// One change.
#[derive(Debug, Serialize)]
struct One {
    change: CommitId,
    status: Status,
}

/// An earlier change that is missing.
#[derive(Debug, Serialize)]
struct Missing {
    commit: CommitId,
    subject: String,
    paths: Vec<String>,
}

impl View {
    pub(crate) fn new(onto: CommitId) -> Self {
        Self {
            status: Status::Empty,
            commit: onto.clone(),
            tree: None,
            onto,
            picks: Vec::new(),
            conflicts: Vec::new(),
            predecessors: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, change: CommitId, status: Status) {
        self.status = self.status.max(status);
        self.picks.push(One { change, status });
    }

    pub(crate) fn stop(&mut self, change: CommitId, conflicts: Vec<String>, missing: Vec<Predecessor>) {
        self.add(change, Status::Conflict);
        self.conflicts = conflicts;
        // Nothing is made unless all of it is.
        self.commit = self.onto.clone();
        self.tree = None;
        let missing = missing.into_iter();
        self.predecessors =
            missing.map(|one| Missing { commit: one.commit, subject: one.subject, paths: one.paths }).collect();
    }
}

/// Print the commit's id alone on the first line, for scripts; the rest is for people and goes to standard error.
pub(crate) fn print(view: &View) {
    if view.tree.is_some() {
        anstream::println!("{}", view.commit);
    }
    for one in &view.picks {
        let (style, words) = match one.status {
            Status::Empty => (DIM, "changes nothing"),
            Status::Present => (GOOD, "is there already"),
            Status::Clean => (GOOD, "picked"),
            Status::Conflict => (BAD, "does not merge"),
        };
        anstream::eprintln!("{}  {style}{words}{style:#}", one.change.short());
    }
    for path in &view.conflicts {
        anstream::eprintln!("  {BAD}conflict{BAD:#}  {path}");
    }
    if !view.predecessors.is_empty() {
        anstream::eprintln!("it rests on changes that are not there:");
    }
    for missing in &view.predecessors {
        let paths = missing.paths.join(", ");
        anstream::eprintln!("  {CARE}{}{CARE:#}  {}  {DIM}{paths}{DIM:#}", missing.commit.short(), missing.subject);
    }
    if view.tree.is_none() {
        anstream::eprintln!("no commit was made");
    }
}
