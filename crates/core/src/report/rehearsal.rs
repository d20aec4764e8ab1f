//! What a rehearsal did, and what would have failed on the day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Calendar, is_over},
    model::{CommitId, Finding, LineName, Severity, TrainReport, TrainState, Wait},
    policy::Policy,
    step::Plan,
};

/// A whole rehearsal. The same input gives the same value, but for [`timings`](Self::timings) and
/// [`sandbox`](Self::sandbox).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RehearsalReport {
    /// The project's name, from the policy.
    pub project: String,
    /// What was rehearsed, as the user named it.
    pub repository: String,
    /// The first simulated day.
    pub from: Date,
    /// The last simulated day.
    pub until: Date,
    /// What shipped, in order of day and version.
    pub released: Vec<Released>,
    /// What would have failed on the day, worst first.
    pub findings: Vec<Finding>,
    /// Every pull request, by number.
    pub pull_requests: Vec<RehearsedPull>,
    /// What is still waited for on the last day.
    pub waits: Vec<Wait>,
    /// The trains that the days touched, oldest first, as they stand on the last day.
    pub trains: Vec<TrainReport>,
    /// Seconds by phase. Differ from run to run.
    pub timings: BTreeMap<String, f64>,
    /// The folder that holds the repository and the registry that were made.
    pub sandbox: String,
}

/// One release that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Version of the first group.
    pub version: Version,
    /// Its line.
    pub line: LineName,
    /// The day of the tag.
    pub date: Date,
    /// The tag.
    pub tag: String,
    /// What it points to.
    pub commit: CommitId,
    /// What went to the registry, by name.
    pub crates: Vec<ReleasedCrate>,
    /// Every file that its release commit changed, by path.
    pub files: Vec<String>,
}

/// One crate in the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedCrate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// SHA-256 of its `.crate` file, in hex.
    pub sha256: String,
}

/// One pull request of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedPull {
    /// Its number on the embedded forge.
    pub number: u64,
    /// One line.
    pub title: String,
    /// The branch that holds the change.
    pub head: String,
    /// Where it went.
    pub base: String,
    /// The day it was opened.
    pub opened: Date,
    /// The day it was merged, if it was.
    pub merged: Option<Date>,
    /// Every file that it changes, by path.
    pub files: Vec<String>,
}

impl RehearsalReport {
    /// Something would have failed on the day: exit code 1.
    pub fn has_findings(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Finding)
    }

    /// Crates that went to the registry, over all releases.
    pub fn crate_count(&self) -> usize {
        self.released.iter().map(|release| release.crates.len()).sum()
    }

    /// All seconds.
    pub fn seconds(&self) -> f64 {
        self.timings.values().sum()
    }
}

/// The trains that the days touched, oldest first. The last plan knows those that are under way or supported on the last
/// day; a train that reached its end of life before is known from the calendar, and has left.
pub fn trains(policy: &Policy, from: Date, until: Date, last: &Plan) -> Vec<TrainReport> {
    let of_calendar = |train: crate::calendar::Train| {
        let known = last.trains.iter().find(|known| known.version == train.version);
        known.cloned().unwrap_or(TrainReport {
            version: train.version,
            state: if is_over(train.end_of_life, until) { TrainState::Released } else { TrainState::Scheduled },
            cut: train.cut,
            release: Some(train.release),
            end_of_life: train.end_of_life,
            lts: train.lts,
        })
    };
    Calendar::new(policy, from, until).trains.into_iter().map(of_calendar).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use semver::Version;

    use super::*;

    #[test]
    fn a_train_that_left_and_ended_within_the_days_is_shown_too() {
        let policy = crate::policy::preset("2021-merge").expect("it is a preset");
        let policy = Policy::parse(policy).expect("it is sound");
        let (from, until) = (date(2023, 1, 1), date(2023, 12, 31));
        let open = |version| TrainReport {
            version,
            state: TrainState::Boarding,
            cut: None,
            release: None,
            end_of_life: None,
            lts: false,
        };
        let calendar = Calendar::new(&policy, from, until);
        let newest = calendar.trains.last().expect("there are trains").version.clone();
        let last = Plan { today: until, steps: Vec::new(), waits: Vec::new(), trains: vec![open(newest.clone())] };
        let shown = trains(&policy, from, until, &last);
        let versions = |trains: &[TrainReport]| trains.iter().map(|it| it.version.clone()).collect::<Vec<Version>>();
        assert_eq!(versions(&shown), calendar.trains.iter().map(|it| it.version.clone()).collect::<Vec<_>>());
        assert_eq!(shown[0].state, TrainState::Released, "it ended in the first months");
        assert_eq!(shown.last(), Some(&open(newest)), "what the plan knows comes from the plan");
    }
}
