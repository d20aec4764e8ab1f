//! The history of a project, judged by its policy: what was not as it should be, with evidence and help.

mod history;
mod lines;
pub mod notes;
mod patches;
mod schedule;
mod tags;
mod unfinished;

use std::fmt::Display;

use jiff::civil::Date;

pub use history::{History, Line, LineCommit, Parted, Release};
pub use unfinished::unfinished;

use crate::{
    model::{Finding, Rule, Severity},
    policy::Policy,
};

/// Judge releases, tags, branches, patches, and whether the notes of releases are there and dated, by the rules of their day.
/// Sorted by day. What the notes say is judged by [`notes::findings`] alone.
pub fn findings(policy: &Policy, history: &History) -> Vec<Finding> {
    let mut found = schedule::findings(policy, history);
    found.extend(tags::findings(policy, history));
    found.extend(patches::findings(policy, history));
    found.extend(lines::findings(policy, history));
    found.extend(notes_of_releases(policy, history));
    found.extend(unseen(history));
    found.sort_by(|a, b| (a.date, &a.subject, &a.kind).cmp(&(b.date, &b.subject, &b.kind)));
    found
}

/// Kinds of findings on notes that are about a release as such.
const NOTES: [&str; 6] =
    ["missing-file", "unreadable-file", "missing-section", "unreleased-at-tag", "date-differs", "duplicate-section"];

fn notes_of_releases(policy: &Policy, history: &History) -> Vec<Finding> {
    let mut found = history.notes.clone();
    found.retain(|finding| NOTES.contains(&finding.kind.as_str()));
    for finding in &mut found {
        // Here everything is about a version or a branch.
        if let Some(version) = policy.project.tag.version_of(&finding.subject) {
            finding.evidence.get_or_insert_with(|| policy.project.tag.with(&version));
            finding.subject = version.to_string();
        }
    }
    found
}

/// So many days without a commit are usual in a clone that is up to date.
const QUIET_DAYS: i32 = 7;

/// What came after the newest commit is not there to be judged.
fn unseen(history: &History) -> Option<Finding> {
    let (seen, asked) = (history.until, history.asked);
    if (asked - seen).get_days() <= QUIET_DAYS {
        return None;
    }
    let about = say("old-clone", Severity::Information, Rule::R1, &"the clone", seen);
    let detail = format!("its newest commit is of {seen}: what was due after that, until {asked}, is not judged");
    // Of no day, so that it is told whatever days are asked for.
    Some(Finding {
        date: None,
        help: "get what came since with `git fetch --tags`".to_owned(),
        evidence: None,
        ..about.with(detail, String::new())
    })
}

/// The beginning of a finding about what has been: nothing is to be fixed.
fn say(kind: &str, severity: Severity, rule: Rule, subject: &dyn Display, day: Date) -> Past {
    Past { kind: kind.to_owned(), severity, rule, subject: subject.to_string(), day }
}

/// What a finding is about.
struct Past {
    kind: String,
    severity: Severity,
    rule: Rule,
    subject: String,
    day: Date,
}

impl Past {
    /// The finding, with what is wrong and what shows it.
    fn with(self, detail: String, evidence: String) -> Finding {
        Finding {
            kind: self.kind,
            severity: self.severity,
            subject: self.subject,
            detail,
            help: String::new(),
            rule: self.rule,
            date: Some(self.day),
            evidence: Some(evidence),
            file: None,
            line: None,
        }
    }
}

#[cfg(test)]
mod tests;
