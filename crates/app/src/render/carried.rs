//! What carrying changes to lines came to.

use super::{
    pick::{self, Status},
    style::{BAD, DIM, GOOD, HEAD},
};
use crate::cli::backport::carry::{OnLine, Outcome, View};

/// Print it.
pub(crate) fn print(view: &View) {
    for change in &view.changes {
        crate::output::println!("{HEAD}{}{HEAD:#}  {}", change.commit.short(), change.subject);
    }
    for on in &view.lines {
        line(on);
    }
}

fn line(on: &OnLine) {
    match &on.outcome {
        Outcome::Refused { rule, reason, .. } => {
            crate::output::println!("  {:<6} {DIM}refused{DIM:#}: {reason} ({rule})", on.line.to_string());
        }
        Outcome::Unknown { reason, .. } => {
            crate::output::println!("  {:<6} {BAD}unknown{BAD:#}: {reason}", on.line.to_string());
        }
        Outcome::Picked(view) => {
            let (style, words) = match view.status {
                Status::Empty => (DIM, "changes nothing".to_owned()),
                Status::Present => (GOOD, "there already".to_owned()),
                Status::Clean => (GOOD, format!("clean as {}", view.commit)),
                Status::Conflict => (BAD, "conflict".to_owned()),
            };
            crate::output::println!("  {:<6} {style}{words}{style:#}", on.line.to_string());
            for there in &on.already {
                let place = there.commit.as_ref().map_or("since the cut".to_owned(), |id| format!("as {}", id.short()));
                crate::output::println!("         {DIM}{} is there {place}{DIM:#}", there.change.short());
            }
            for line in pick::conflict(view) {
                crate::output::println!("       {line}");
            }
        }
    }
}
