//! Going on with releases that have their tag.

use std::collections::BTreeSet;

use semver::Version;

use super::{
    decision::Decision,
    leaving, lines,
    merged::Merged,
    situation::{Due, Situation},
    unfinished::Unfinished,
};
use crate::{
    calendar::Train,
    model::{LineName, TrainReport},
};

/// One that has its tag: it goes on whatever became of its train, its branch or its line since.
pub(super) fn tagged(now: &Situation<'_>, version: &Version) -> Option<Unfinished> {
    let tag = now.policy.project.tag.with(version);
    now.unfinished.get(version).filter(|_| now.seen.own.tags.contains_key(&tag)).cloned()
}

/// Go on with all that have their tag and that no decision on a train was about; with the reports of those that are trains.
pub(super) fn finish(now: &Situation<'_>, decided: &BTreeSet<Version>) -> (Decision, Vec<TrainReport>) {
    let mut reports = Vec::new();
    let rest = now.unfinished.keys().filter(|version| !decided.contains(*version));
    let leave = |release: Unfinished| {
        let due = due(now, &release);
        let leaves = resume(now, &due, &release);
        if due.train.line.first_version() == release.version {
            reports.push(due.report(leaving::state(&leaves)));
        }
        leaves
    };
    let decision = rest.filter_map(|version| tagged(now, version)).map(leave).collect();
    (decision, reports)
}

/// Go on with a release that has its tag.
pub(super) fn resume(now: &Situation<'_>, due: &Due<'_>, release: &Unfinished) -> Decision {
    let Unfinished { version, number, commit, at } = release;
    let merged = Merged { version, number: *number, commit: commit.clone(), at: *at, together: Vec::new() };
    leaving::leave(now, due, &merged)
}

/// The release as something that leaves: by the rules of its line's cut. Where the calendar does not know the line any more, by
/// those of the day on which it was merged.
fn due<'a>(now: &Situation<'a>, release: &Unfinished) -> Due<'a> {
    let day = release.day();
    lines::departure(now, &release.version).unwrap_or_else(|| Due {
        train: Train {
            version: release.version.clone(),
            line: LineName::of(&release.version),
            cut: Some(day),
            nominal_release: day,
            release: day,
            on_merge: true,
            end_of_life: None,
            lts: false,
        },
        rules: now.policy.on(day),
        previous: None,
    })
}
