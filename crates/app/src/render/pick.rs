//! What picking came to.

use stationmaster_core::{
    pick::resolve::{ConflictKind, Meeting},
    report::picks::{PickStatus, PickView},
};

use super::style::{BAD, CARE, DIM, GOOD};

/// Print the commit's id alone on the first line, for scripts; the rest is for people and goes to standard error.
pub(crate) fn print(view: &PickView) {
    if view.tree.is_some() {
        crate::output::println!("{}", view.commit);
    }
    for one in &view.picks {
        let (style, words) = match one.status {
            PickStatus::Empty => (DIM, "changes nothing"),
            PickStatus::Present => (GOOD, "is there already"),
            PickStatus::Clean => (GOOD, "picked"),
            PickStatus::Conflict => (BAD, "does not merge"),
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
pub(super) fn conflict(view: &PickView) -> Vec<String> {
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
