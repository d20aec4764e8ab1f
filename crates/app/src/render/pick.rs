//! What picking came to.

use std::collections::BTreeMap;

use serde::Serialize;
use stationmaster_adapters::git::Predecessor;
use stationmaster_core::{
    model::CommitId,
    pick::resolve::{ConflictKind, ConflictedFile, Meeting},
};

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
    /// Files that did not merge as text, and were resolved all the same.
    resolved: Vec<String>,
    /// Files that do not merge.
    conflicts: Vec<String>,
    /// What stands in the way, by file.
    conflict_kinds: BTreeMap<String, ConflictKind>,
    /// Lines that both changed, by file.
    conflict_hunks: BTreeMap<String, Vec<Meeting>>,
    /// Earlier changes that touched the same lines and are missing, newest first.
    predecessors: Vec<Missing>,
}

/// One change.
#[derive(Debug, Serialize)]
struct One {
    change: CommitId,
    status: Status,
    /// Files that were resolved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resolved: Vec<String>,
}

/// An earlier change that is missing.
#[derive(Debug, Serialize)]
pub(crate) struct Missing {
    pub(crate) commit: CommitId,
    pub(crate) subject: String,
    paths: Vec<String>,
}

impl From<Predecessor> for Missing {
    fn from(one: Predecessor) -> Self {
        Self { commit: one.commit, subject: one.subject, paths: one.paths }
    }
}

impl View {
    pub(crate) fn new(onto: CommitId) -> Self {
        Self {
            status: Status::Empty,
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

    pub(crate) fn add(&mut self, change: CommitId, status: Status) {
        self.status = self.status.max(status);
        self.picks.push(One { change, status, resolved: Vec::new() });
    }

    pub(crate) fn add_clean(&mut self, change: CommitId, resolved: Vec<String>) {
        self.status = self.status.max(Status::Clean);
        self.resolved.extend(resolved.iter().cloned());
        self.resolved.sort();
        self.resolved.dedup();
        self.picks.push(One { change, status: Status::Clean, resolved });
    }

    pub(crate) fn stop(&mut self, change: CommitId, conflicts: Vec<ConflictedFile>, missing: Vec<Predecessor>) {
        self.add(change, Status::Conflict);
        self.conflict_kinds = conflicts.iter().map(|file| (file.path.clone(), file.kind)).collect();
        self.conflict_hunks = conflicts.iter().map(|file| (file.path.clone(), file.meetings())).collect();
        self.conflicts = conflicts.into_iter().map(|file| file.path).collect();
        self.resolved.clear();
        // Nothing is made unless all of it is.
        self.commit = self.onto.clone();
        self.tree = None;
        self.predecessors = missing.into_iter().map(Missing::from).collect();
    }
}

/// Print the commit's id alone on the first line, for scripts; the rest is for people and goes to standard error.
pub(crate) fn print(view: &View) {
    if view.tree.is_some() {
        crate::output::println!("{}", view.commit);
    }
    for one in &view.picks {
        let (style, words) = match one.status {
            Status::Empty => (DIM, "changes nothing"),
            Status::Present => (GOOD, "is there already"),
            Status::Clean => (GOOD, "picked"),
            Status::Conflict => (BAD, "does not merge"),
        };
        crate::output::eprintln!("{}  {style}{words}{style:#}", one.change.short());
        for path in &one.resolved {
            crate::output::eprintln!("  {GOOD}resolved{GOOD:#}  {path}");
        }
    }
    for line in conflict(view) {
        crate::output::eprintln!("{line}");
    }
    if view.tree.is_none() {
        crate::output::eprintln!("no commit was made");
    }
}

/// What stands in the way, a line each. Empty where nothing does.
pub(super) fn conflict(view: &View) -> Vec<String> {
    let mut lines = Vec::new();
    for path in &view.conflicts {
        let why = view.conflict_kinds.get(path).map_or("", |kind| in_words(*kind));
        let hunks = view.conflict_hunks.get(path).map_or_else(String::new, |hunks| places(hunks));
        lines.push(format!("  {BAD}conflict{BAD:#}  {path}{hunks}  {DIM}{why}{DIM:#}"));
    }
    if !view.predecessors.is_empty() {
        lines.push("it rests on changes that are not there:".to_owned());
    }
    for missing in &view.predecessors {
        let paths = missing.paths.join(", ");
        lines.push(format!("  {CARE}{}{CARE:#}  {}  {DIM}{paths}{DIM:#}", missing.commit.short(), missing.subject));
    }
    lines
}

/// `:12-15, 40`: the lines, as the line has them.
fn places(hunks: &[Meeting]) -> String {
    let place = |hunk: &Meeting| match hunk.line.len() {
        0 | 1 => hunk.line.start.to_string(),
        _ => format!("{}-{}", hunk.line.start, hunk.line.end - 1),
    };
    let places: Vec<String> = hunks.iter().map(place).collect();
    if places.is_empty() { String::new() } else { format!(":{}", places.join(", ")) }
}

fn in_words(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Text => "both changed the same lines",
        ConflictKind::Binary => "both changed a binary file",
        ConflictKind::Link => "both changed a symbolic link",
        ConflictKind::Submodule => "both moved a submodule",
        ConflictKind::Absent => "the line does not have it",
        ConflictKind::Removed => "the change removes it, and the line changed it",
        ConflictKind::Folder => "a file on one side, a folder on the other",
    }
}
