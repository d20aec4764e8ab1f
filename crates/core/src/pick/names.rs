//! Where to look for a change on a line: by its pull request, by its first line. Neither says that it is there.
//!
//! Rules: X2.

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

    /// Whether the line names this very commit as the one that it was picked from.
    pub fn has_origin(&self, id: &CommitId) -> bool {
        self.origins.contains(id.as_str())
    }

    /// Whether this change may be there: by its name, its number or its first line.
    pub fn may_have(&self, id: &CommitId, message: &str) -> bool {
        let (titles, number) = titles_of(message);
        self.has_origin(id)
            || number.is_some_and(|number| self.pull_requests.contains(&number))
            || titles.iter().any(|title| title.split_whitespace().count() > 1 && self.subjects.contains(*title))
    }
}

/// The pull request that a message's first line names at its end: `Fix it (#12)`.
pub fn pull_request_of(message: &str) -> Option<u64> {
    titles_of(message).1
}

/// What a change is called, for people: the first line of its message; of a merge, the title below that, with its number.
pub fn title(message: &str) -> String {
    let (titles, number) = titles_of(message);
    match (&titles[..], number) {
        ([_, below], Some(number)) if subject_of(below).1.is_none() => format!("{below} (#{number})"),
        ([_, below], _) => (*below).to_owned(),
        _ => message.lines().next().unwrap_or_default().to_owned(),
    }
}

/// The first lines that a commit is known by, and its pull request's number. A merge has the number in its first line, and the
/// title below it.
pub(super) fn titles_of(message: &str) -> (Vec<&str>, Option<u64>) {
    let (subject, number) = subject_of(message.lines().next().unwrap_or_default());
    let merged = || subject.strip_prefix("Merge pull request #")?.split(' ').next()?.parse().ok();
    let request = || {
        message
            .lines()
            .find_map(|line| line.trim().strip_prefix("See merge request ")?.rsplit_once('!')?.1.parse().ok())
    };
    let number = number.or_else(merged).or_else(request);
    let below = message.lines().skip(1).map(str::trim).find(|line| !line.is_empty());
    let is_merge = subject.starts_with("Merge ");
    ([subject].into_iter().chain(below.filter(|_| is_merge)).collect(), number)
}

/// Numbers of pull requests: `#12`, `!12`, `/pull/12`.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = u64> {
    let marks = ["#", "!", "/pull/", "/merge_requests/"];
    let starts = marks.into_iter().flat_map(move |mark| text.match_indices(mark).map(move |(at, _)| at + mark.len()));
    starts.filter_map(move |at| {
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        text[at..at + digits].parse().ok()
    })
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
    fn a_merge_is_called_by_the_title_of_its_pull_request() {
        for (message, wanted) in [
            ("Fix the sink (#12)\n\nLong.", "Fix the sink (#12)"),
            ("Merge pull request #12 from ada/topic\n\nFix the sink\n", "Fix the sink (#12)"),
            ("Merge pull request #12 from ada/topic\r\n\r\nFix the sink (#12)", "Fix the sink (#12)"),
            ("Merge branch 'topic' into 'main'\n\nFix the sink\n\nSee merge request a/b!12", "Fix the sink (#12)"),
            ("Merge pull request #12 from ada/topic", "Merge pull request #12 from ada/topic"),
            ("Merge the sink\n\nFix the sink", "Fix the sink"),
        ] {
            assert_eq!(title(message), wanted, "{message}");
        }
    }

    #[test]
    fn a_change_is_looked_for_by_origin_by_pull_request_and_by_first_line() {
        let id: CommitId = "1".repeat(40).parse().expect("an id");
        let has = |line: &str, message: &str| {
            let mut names = Names::default();
            names.add(line);
            names.may_have(&id, message)
        };
        assert!(has(&format!("Other words\n\n(cherry picked from commit {id})\n"), "Fix the sink (#12)"));
        assert!(has("Fix the sink (#12)", "Fix the sink better (#12)"));
        assert!(has("Backports (#20)\n\n* Fix the sink (#12)\n", "Fix the sink (#12)"));
        assert!(has("Fix the sink (#31)", "Fix the sink (#12)"), "the pull request of the line has its own number");
        assert!(!has("Fix the tap (#31)", "Fix the sink (#12)"));
        assert!(!has("Fix (#31)", "Fix (#12)"), "one word says too little");
    }
}
