//! Whether a change on a line says which change on main it is.

use std::collections::BTreeSet;

use super::{
    message::origins,
    names::{numbers, subject_of},
};

/// What the commits of main are called.
#[derive(Debug, Clone, Default)]
pub struct Originals {
    ids: BTreeSet<String>,
    subjects: BTreeSet<String>,
    pull_requests: BTreeSet<u64>,
}

impl Originals {
    /// Take note of a commit of main.
    pub fn add(&mut self, id: &str, message: &str) {
        let (subject, number) = subject_of(message.lines().next().unwrap_or_default());
        self.ids.insert(id.to_owned());
        self.subjects.insert(subject.to_owned());
        self.pull_requests.extend(number);
    }

    /// Whether a message of a line names a commit of main: as its origin, by its first line, or by its pull request.
    pub fn has_original_of(&self, message: &str) -> bool {
        let mut lines = message.lines();
        let first = lines.next().unwrap_or_default();
        let names_origin = origins(message).any(|id| self.ids.contains(id));
        let same_words = |line: &str| {
            let (subject, _) = subject_of(line.trim_start_matches(['*', '-', ' ']));
            // A backport of a backport has two numbers.
            let (bare, _) = subject_of(without_line(subject));
            [subject, bare]
                .into_iter()
                .any(|words| words.split_whitespace().count() > 1 && self.subjects.contains(words))
        };
        // The number at the end of the first line is that of the line's own pull request.
        let own = subject_of(first).1;
        let named = numbers(message).filter(|number| Some(*number) != own);
        names_origin
            || same_words(first)
            || lines.any(same_words)
            || named.into_iter().any(|number| self.pull_requests.contains(&number))
    }
}

/// A first line without what says that it is a backport: `[36.0.x] Backport `, `release-36.0.0: `.
fn without_line(subject: &str) -> &str {
    let rest = match subject.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((line, rest)) if line.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => {
            subject.split_once(": ").filter(|(line, _)| line.starts_with("release-")).map_or(subject, |(_, rest)| rest)
        }
    };
    let rest = rest.trim_start();
    rest.strip_prefix("Backport ").unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_its_original_in_any_of_the_usual_ways() {
        let mut main = Originals::default();
        main.add(&"1".repeat(40), "Fix the sink (#12)\n");
        let has = |message: &str| main.has_original_of(message);
        assert!(has(&format!("Other words (#20)\n\n(cherry picked from commit {})\n", "1".repeat(40))));
        assert!(has("Fix the sink (#20)"));
        assert!(has("[1.0.0] Backport of #12 (#20)"));
        assert!(has("Backports (#20)\n\n* Fix the sink (#12)\n"));
        assert!(has("Backport (#20)\n\nSee https://example.org/pull/12"));
        assert!(has("[36.0.x] Backport Fix the sink (#20)"));
        assert!(has("release-36.0.0: Fix the sink (#20)"));
        assert!(has("[24.0] Backport Fix the sink (#15) (#20)"));
        assert!(!has("Fix the tap (#20)"));
        assert!(!has("Fix the tap (#12)"), "its own number names nothing else");
    }
}
