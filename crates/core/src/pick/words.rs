//! What a message that says it takes something back says to look at. Words only say where to look; the change decides.

use super::names::{numbers, subject_of, titles_of};
use crate::model::{CommitId, LoggedCommit};

/// How people and buttons say that something is taken back, or that this is itself taken back.
const WORDS: [&str; 18] = [
    "revert",
    "back out",
    "backs out",
    "backed out",
    "backout",
    "backing out",
    "roll back",
    "rolls back",
    "rolled back",
    "rollback",
    "undo",
    "reapply",
    "re-apply",
    "reland",
    "re-land",
    "take back",
    "takes back",
    "took back",
];

/// Where to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Ids, whole or shortened to seven digits and more.
    ids: Vec<String>,
    /// Numbers of pull requests.
    numbers: Vec<u64>,
    /// First lines.
    titles: Vec<String>,
}

impl Words {
    /// What a message names. None: it does not say that it takes anything back.
    pub fn of(message: &str) -> Option<Self> {
        let lower = message.to_lowercase();
        WORDS.iter().any(|word| lower.contains(word)).then(|| {
            let hex = lower.split(|c: char| !c.is_ascii_alphanumeric());
            let hex = hex.filter(|word| (7..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit()));
            let firsts = titles_of(message).0;
            Self {
                ids: hex.map(str::to_owned).collect(),
                numbers: numbers(message).chain(numbers_of_branches(message)).collect(),
                titles: firsts.into_iter().flat_map(titles).collect(),
            }
        })
    }

    /// What a commit and those that came with it name.
    pub fn of_commit(commit: &LoggedCommit) -> Option<Self> {
        let all = commit.messages().filter_map(|(_, message)| Self::of(message));
        all.reduce(|mut all, one| {
            all.ids.extend(one.ids);
            all.numbers.extend(one.numbers);
            all.titles.extend(one.titles);
            all
        })
    }

    /// Whether they may mean this commit.
    pub fn mean(&self, id: &CommitId, message: &str) -> bool {
        if self.ids.iter().any(|short| id.as_str().starts_with(short)) {
            return true;
        }
        let (titles, number) = titles_of(message);
        let is_cut = |short: &str, title: &str| {
            let start = short.strip_suffix('…').or_else(|| short.strip_suffix("...")).map(str::trim_end);
            start.is_some_and(|start| start.len() > 15 && title.starts_with(start))
        };
        number.is_some_and(|number| self.numbers.contains(&number))
            || self.titles.iter().any(|short| titles.iter().any(|title| short == title || is_cut(short, title)))
    }
}

/// The pull requests that GitHub names in the branch of a revert: `revert-12-topic`.
fn numbers_of_branches(message: &str) -> impl Iterator<Item = u64> {
    message.match_indices("revert-").filter_map(|(at, mark)| {
        let (number, _) = message[at + mark.len()..].split_once('-')?;
        number.parse().ok()
    })
}

/// The titles that a first line may be about: in quotes, after a word, or after a conventional `revert: `.
fn titles(first: &str) -> Vec<String> {
    let bare = subject_of(first).0;
    let mut titles = Vec::new();
    let is_quote = |c: char| matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '`');
    if let (Some(open), Some(close)) = (bare.find(is_quote), bare.rfind(is_quote)) {
        let open = open + bare[open..].chars().next().map_or(1, char::len_utf8);
        titles.extend(bare.get(open..close).map(str::to_owned));
    }
    let lower = bare.to_lowercase();
    let after = |word: &str| {
        let rest = lower.starts_with(word).then(|| bare.get(word.len()..)).flatten()?;
        Some(rest.trim_start_matches([':', ' ']).to_owned())
    };
    titles.extend(WORDS.iter().filter_map(|word| after(word)));
    titles.extend(bare.split_once("): ").or_else(|| bare.split_once(": ")).map(|(_, rest)| rest.trim().to_owned()));
    let bare: Vec<String> = titles.iter().map(|title| subject_of(title).0.to_owned()).collect();
    titles.extend(bare);
    // What applies a change again takes back its revert.
    let again = ["reapply", "re-apply", "reland", "re-land"].iter().any(|word| lower.starts_with(word));
    let reverts: Vec<String> = titles.iter().filter(|_| again).map(|title| format!("Revert \"{title}\"")).collect();
    titles.extend(reverts);
    titles.retain(|title| !title.is_empty());
    titles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_button_and_habit_says_where_to_look() {
        let id: CommitId = "0123456789".repeat(4).parse().expect("an id");
        let means =
            |message: &str| Words::of(message).is_some_and(|words| words.mean(&id, "feat: Add a tap (#10)\n\nBody"));
        for message in [
            "Revert \"feat: Add a tap\" (#11)\n\nReverts example/tally#10".to_owned(),
            "Revert \"feat: Add a tap (#10)\" (#11)".to_owned(),
            "Revert 'feat: Add a tap'".to_owned(),
            "revert: feat: Add a tap".to_owned(),
            "revert(taps): feat: Add a tap (#11)".to_owned(),
            format!("Revert \"Other words\"\n\nThis reverts commit {id}."),
            format!("Revert it\n\nThis reverts commit {id}, reversing\nchanges made to {}.", "9".repeat(40)),
            "Revert it\n\nThis reverts commit 0123456 (feat: Add a tap, 2026-01-02).".to_owned(),
            "Revert it\n\nThis reverts merge request !10".to_owned(),
            "Back out the tap\n\nSee https://example.org/a/b/pull/10".to_owned(),
            "Backed out changeset 012345678901 (bug 77)".to_owned(),
            "Roll back 0123456 and 9999999".to_owned(),
            "Undo #10 and #9".to_owned(),
            "Merge pull request #11 from ada/topic\n\nRevert \"feat: Add a tap\"".to_owned(),
            "Merge pull request #11 from ada/revert-10-tap\n\nMend the build".to_owned(),
            "Merge branch 'revert-01234567' into 'main'\n\nIt drips\n\nSee merge request a/b!11".to_owned(),
            "Revert feat: Add a tap".to_owned(),
        ] {
            assert!(means(&message), "{message}");
        }
        assert!(!means("Fix it\n\nIt comes after 0123456."), "it does not say that it takes anything back");
        assert!(!means("Revert \"Add a drain\" (#11)\n\nReverts example/tally#9"));
        assert!(!means("Revert it\n\nThis reverts commit 01234."), "too short to tell");
        let again = Words::of("Reapply \"Add a tap\" (#18)").expect("words");
        assert!(again.mean(&id, "Revert \"Add a tap\" (#11)\n"), "{again:?}");
        let cut = Words::of("Revert \"Add a tap for the very long…\"").expect("words");
        assert!(cut.mean(&id, "Add a tap for the very long pipe of the roof (#10)"));
    }
}
