//! What carrying changes to lines came to.

use stationmaster_core::report::{
    carried::{CarriedLine, CarryOutcome, CarryView},
    picks::PickStatus,
};

use super::{
    pick,
    style::{BAD, DIM, GOOD, HEAD},
};

/// Print it.
pub(crate) fn print(view: &CarryView) {
    for change in &view.changes {
        crate::output::println!("{HEAD}{}{HEAD:#}  {}", change.commit.short(), change.subject);
    }
    for on in &view.lines {
        line(on);
    }
}

fn line(on: &CarriedLine) {
    match &on.outcome {
        CarryOutcome::Refused { rule, reason, .. } => {
            crate::output::println!("  {:<6} {DIM}refused{DIM:#}: {reason} ({rule})", on.line.to_string());
        }
        CarryOutcome::Unknown { reason, .. } => {
            crate::output::println!("  {:<6} {BAD}unknown{BAD:#}: {reason}", on.line.to_string());
        }
        CarryOutcome::Picked(view) => {
            let (style, words) = match view.status {
                PickStatus::Empty => (DIM, "changes nothing".to_owned()),
                PickStatus::Present => (GOOD, "there already".to_owned()),
                PickStatus::Clean => (GOOD, format!("clean as {}", view.commit)),
                PickStatus::Conflict => (BAD, "conflict".to_owned()),
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
