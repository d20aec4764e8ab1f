//! Fixes and lines for people: what a line must have, and where each fix stands.

use std::fmt::Write as _;

use jiff::civil::Date;
use stationmaster_core::{
    backport::{Cell, Demand, LineState, Matrix, Row, Standing},
    model::{CommitId, LineName},
    report::nominated::NominationView,
};

use super::style::{BAD, CARE, DIM, GOOD, HEAD, Style, counted, painted, width};

/// Print what the policy says of a change on every line.
pub(crate) fn verdicts(view: &NominationView) {
    let off = if view.class.on_by_default { "" } else { ", off by default" };
    crate::output::println!("{HEAD}{}{HEAD:#}  {}", view.change.short(), view.subject);
    crate::output::println!("  {}{off}: {}", view.class.class, view.class.source);
    if !view.groups.is_empty() {
        crate::output::println!("  a patch for it moves {}", view.groups.join(" and "));
    }
    for verdict in &view.lines {
        let (style, words, rule) = match &verdict.demand {
            Demand::Must { rule } => (GOOD, "must have it".to_owned(), rule),
            Demand::May { rule } => (CARE, "may have it".to_owned(), rule),
            Demand::MustNot { rule, why } => (DIM, format!("must not have it: {why}"), rule),
        };
        let state = if verdict.state == LineState::Boarding { ", not released yet" } else { "" };
        crate::output::println!("  {:<6} {style}{words}{style:#} ({rule}){state}", verdict.line.to_string());
    }
    if view.nominated {
        crate::output::println!("nominated; `stationmaster run` carries it to the lines that must have it");
    } else {
        crate::output::println!("not nominated: no line must have it");
    }
}

/// Print the matrix.
pub(crate) fn matrix(project: &str, today: Date, matrix: &Matrix) {
    crate::output::print!("{}", text(project, today, matrix, width()));
}

/// Columns of one line.
const COLUMN: usize = 13;

fn text(project: &str, today: Date, matrix: &Matrix, width: usize) -> String {
    let mut out = String::new();
    let counts = format!("{} on {}", counted(matrix.rows.len(), "change"), counted(matrix.lines.len(), "line"));
    put(&mut out, format_args!("{}  {today}: {counts}\n", painted(HEAD, project)));
    if matrix.rows.is_empty() {
        return out + "  no fix is nominated, and no line has changes of its own\n";
    }
    let subject = width.saturating_sub(COLUMN * matrix.lines.len() + 16).clamp(16, 60);
    put(&mut out, format_args!("\n{:<12}{:<subject$}  ", "", ""));
    for (line, state) in &matrix.lines {
        let name = match state {
            LineState::Boarding => format!("{line} (next)"),
            LineState::Supported => line.to_string(),
            LineState::Ended(_) => format!("{line} (ended)"),
        };
        put(&mut out, format_args!("{}", painted(HEAD, format_args!("{name:<COLUMN$}"))));
    }
    out.push('\n');
    for row in &matrix.rows {
        let shown = shortened(&row.fix.subject(), subject);
        put(&mut out, format_args!("{:<12}{shown:<subject$}  ", row.fix.change.id.short()));
        for cell in row.cells.values() {
            let (style, word) = short(cell);
            put(&mut out, format_args!("{}", painted(style, format_args!("{word:<COLUMN$}"))));
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }
    out + &details(matrix)
}

/// What does not fit into a cell.
fn details(matrix: &Matrix) -> String {
    let mut out = String::new();
    for row in &matrix.rows {
        let short = row.fix.change.id.short();
        if let Some(by) = &row.fix.partly_reverted_by {
            put(&mut out, format_args!("  {short} on main: {}\n", partly(by)));
        }
        for (line, cell) in &row.cells {
            if let Some(words) = detail(cell) {
                put(&mut out, format_args!("  {short} on {line}: {words}\n"));
            }
        }
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}

/// What a reader wants to know beyond one word.
pub(super) fn detail(cell: &Cell) -> Option<String> {
    let standing = match &cell.standing {
        Standing::Conflict { paths } => Some(format!("conflict in {}", paths.join(", "))),
        Standing::Waived { by, why } => Some(format!("waived by {by}: {why}")),
        Standing::Refused { rule, why } => Some(format!("refused: {why} ({rule})")),
        Standing::Unknown { why } => Some(format!("unknown: {why}")),
        Standing::Namesake { commit } => Some(namesake(commit)),
        _ => cell.partly_reverted_by.as_ref().map(partly),
    };
    match (standing, cell.namesake.as_ref().map(namesake)) {
        (Some(standing), Some(namesake)) => Some(format!("{standing}; {namesake}")),
        (standing, namesake) => standing.or(namesake),
    }
}

fn namesake(commit: &CommitId) -> String {
    format!("{} has its name, but not the same change", commit.short())
}

fn partly(by: &CommitId) -> String {
    format!("{} reverts it, but not all of it is gone as far as can be seen", by.short())
}

/// A cell in one word.
pub(super) fn short(cell: &Cell) -> (Style, String) {
    match &cell.standing {
        Standing::Included { version: Some(version) } => (DIM, format!("in {version}")),
        Standing::Included { version: None } => (DIM, "in it".to_owned()),
        Standing::Released { version, .. } => (GOOD, version.to_string()),
        Standing::Merged { .. } => (GOOD, "merged".to_owned()),
        Standing::Present => (GOOD, "present".to_owned()),
        Standing::Open { number } => (CARE, format!("open #{number}")),
        Standing::Closed { number } => (BAD, format!("closed #{number}")),
        Standing::Waived { .. } => (DIM, "waived".to_owned()),
        Standing::Refused { .. } => (DIM, "refused".to_owned()),
        Standing::Namesake { .. } => (CARE, "differs".to_owned()),
        Standing::Optional => (DIM, "-".to_owned()),
        Standing::Unneeded => (DIM, "not needed".to_owned()),
        Standing::Needed { .. } => (CARE, "needed".to_owned()),
        Standing::Conflict { .. } => (BAD, "conflict".to_owned()),
        Standing::Unknown { .. } => (BAD, "unknown".to_owned()),
    }
}

fn shortened(words: &str, room: usize) -> String {
    if words.chars().count() <= room {
        return words.to_owned();
    }
    let kept: String = words.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The fix, and one of its lines: what a cell is about.
pub(super) fn title(row: &Row, line: LineName, cell: &Cell) -> String {
    let words = detail(cell).unwrap_or_else(|| cell.standing.to_string());
    format!("{} on {line}: {words}", row.fix.subject())
}

/// Writing to a string cannot fail.
fn put(out: &mut String, words: std::fmt::Arguments<'_>) {
    out.write_fmt(words).expect("a string takes all that is written to it");
}
