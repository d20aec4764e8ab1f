//! How a change is known again on a line: by the commit it was picked from, by its pull request, by its first line.

use std::collections::BTreeSet;

use super::message::origins;
use crate::model::CommitId;

/// What the commits of a line say they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    origins: BTreeSet<String>,
    subjects: BTreeSet<String>,
    pull_requests: BTreeSet<u64>,
}

impl Names {
    /// Take note of a commit's message.
    pub fn add(&mut self, message: &str) {
        self.origins.extend(origins(message).map(str::to_owned));
        // A pull request that carries several changes lists them in its body.
        for line in message.lines() {
            let line = line.trim_start_matches(['*', '-', ' ']).trim();
            let (subject, number) = subject_of(line);
            self.pull_requests.extend(number);
            if !subject.is_empty() {
                self.subjects.insert(subject.to_owned());
            }
        }
    }

    /// Whether the line says that it has this change.
    pub fn has(&self, id: &CommitId, message: &str) -> bool {
        let (subject, number) = subject_of(message.lines().next().unwrap_or_default());
        self.origins.contains(id.as_str())
            || number.is_some_and(|number| self.pull_requests.contains(&number))
            || (subject.split_whitespace().count() > 1 && self.subjects.contains(subject))
    }
}

/// The pull request that a message's first line names at its end: `Fix it (#12)`.
pub fn pull_request_of(message: &str) -> Option<u64> {
    subject_of(message.lines().next().unwrap_or_default()).1
}

/// A first line without the number of its pull request, and that number.
pub(super) fn subject_of(line: &str) -> (&str, Option<u64>) {
    let numbered = line.rsplit_once(" (#").and_then(|(subject, rest)| {
        let number = rest.strip_suffix(')')?.parse().ok()?;
        Some((subject.trim(), Some(number)))
    });
    numbered.unwrap_or((line.trim(), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_known_by_origin_by_pull_request_and_by_first_line() {
        let id: CommitId = "1".repeat(40).parse().expect("an id");
        let has = |line: &str, message: &str| {
            let mut names = Names::default();
            names.add(line);
            names.has(&id, message)
        };
        assert!(has(&format!("Other words\n\n(cherry picked from commit {id})\n"), "Fix the sink (#12)"));
        assert!(has("Fix the sink (#12)", "Fix the sink better (#12)"));
        assert!(has("Backports (#20)\n\n* Fix the sink (#12)\n", "Fix the sink (#12)"));
        assert!(has("Fix the sink (#31)", "Fix the sink (#12)"), "the pull request of the line has its own number");
        assert!(!has("Fix the tap (#31)", "Fix the sink (#12)"));
        assert!(!has("Fix (#31)", "Fix (#12)"), "one word says too little");
    }
}
