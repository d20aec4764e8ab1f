//! What would become of a change on the lines.

use stationmaster_core::report::{
    picks::PickStatus,
    predicted::{PredictedLine, Prediction},
};

use super::style::{BAD, CARE, DIM, GOOD, HEAD, counted};

/// Print it.
pub(crate) fn print(view: &Prediction) {
    let count = view.lines.first().map_or(0, |line| line.commits.len());
    let commits = counted(count, "commit");
    crate::output::println!("{HEAD}{}{HEAD:#}  {commits} since {}", view.change.short(), view.base.short());
    for line in &view.lines {
        one(line);
    }
}

fn one(on: &PredictedLine) {
    let conflicts = on.commits.iter().filter(|one| one.status == PickStatus::Conflict).count();
    let (style, words) = match on.status {
        PickStatus::Conflict => (BAD, format!("{conflicts} of {} would conflict", counted(on.commits.len(), "commit"))),
        PickStatus::Clean => (GOOD, "clean".to_owned()),
        PickStatus::Present => (GOOD, "there already".to_owned()),
        PickStatus::Empty => (DIM, "changes nothing".to_owned()),
    };
    crate::output::println!("  {:<6} {style}{words}{style:#}", on.line.to_string());
    for commit in on.commits.iter().filter(|one| one.status == PickStatus::Conflict) {
        crate::output::println!("         {BAD}{}{BAD:#} {}", commit.commit.short(), commit.subject);
        crate::output::println!("           in {}", commit.conflicts.join(", "));
        for missing in &commit.predecessors {
            crate::output::println!("           rests on {CARE}{}{CARE:#} {}", missing.commit.short(), missing.subject);
        }
    }
}
