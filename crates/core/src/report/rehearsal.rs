//! What a rehearsal did, and what would have failed on the day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::{CommitId, Finding, LineName, Severity, TrainReport, Wait};

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
