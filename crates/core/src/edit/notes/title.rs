//! What the heading of a section says: for which version it is, and whether that is released.

use std::ops::Range;

use jiff::civil::Date;
use semver::Version;

use super::{days::day_in, file::Title};

/// A heading that begins a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) title: Title,
    pub(super) says: Says,
    /// It names neither a version nor `Unreleased`, but words such as `TBD`: only above all versions does that begin a section.
    pub(super) weak: bool,
}

/// What a heading says of the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Nothing,
    /// `Unreleased`, `TBD`, `YYYY-MM-DD` and the like.
    Unreleased,
    Released(Date),
}

/// Words that say that something is not released, wherever they stand in a heading.
const STRONG: [&[&str]; 12] = [
    &["unreleased"],
    &["tbd"],
    &["tba"],
    &["not", "yet", "released"],
    &["not", "released"],
    &["yet", "to", "be", "released"],
    &["to", "be", "released"],
    &["to", "be", "announced"],
    &["in", "development"],
    &["under", "development"],
    &["in", "progress"],
    &["releasedate"],
];
/// Words that say so where nothing else stands beside them.
const WEAK: [&[&str]; 10] = [
    &["next", "release"],
    &["next", "version"],
    &["upcoming", "release"],
    &["upcoming", "version"],
    &["coming", "soon"],
    &["upcoming"],
    &["next"],
    &["pending"],
    &["head"],
    &["date"],
];
/// Words that may stand between `Unreleased` and its version.
const BETWEEN: [&str; 5] = ["changes", "version", "release", "for", "in"];

/// What the words of a heading say, as a page shows them: `4.0.0`, `Version 4.0.0`, `[4.0.0] - 2022-12-20`, `4.0.0 (TBD)`,
/// `[Unreleased - 4.0.0]` and the like. None: it begins no section.
pub(super) fn read(shown: &str) -> Option<Named> {
    let words = words(shown);
    let called = matches!(words.first()?.lower.as_str(), "version" | "release") && words.len() > 1;
    let words = if called { &words[1..] } else { &words[..] };
    if let Some((version, whole)) = version(&words[0].lower) {
        let says = after_version(&words[1..], shown);
        let inside = version.pre.as_str();
        let inside = STRONG.iter().any(|phrase| phrase.len() == 1 && phrase[0] == inside);
        let says = if inside { Says::Unreleased } else { says };
        let version = if inside { crate::model::strip_pre(&version) } else { version };
        return (whole || says != Says::Nothing).then_some(Named { title: Title::Version(version), says, weak: false });
    }
    if called {
        return None;
    }
    unreleased(words)
}

/// Where a heading's words, as they are written, say that it is not released.
pub(super) fn unreleased_words(written: &str) -> Option<Range<usize>> {
    let words = words(written);
    let phrase = (0..words.len()).find_map(|at| {
        let placeholder = is_placeholder(&words[at].lower).then_some(1);
        let length = placeholder.or_else(|| longest(&STRONG, &words[at..])).or_else(|| {
            // What is weak stands alone, behind the version.
            longest(&WEAK, &words[at..]).filter(|length| at > 0 && at + length == words.len())
        })?;
        Some((at, length))
    });
    let (at, length) = phrase?;
    Some(words[at].place.start..words[at + length - 1].place.end)
}

/// `Unreleased` and what may stand behind it.
fn unreleased(words: &[Word]) -> Option<Named> {
    let strong = longest(&STRONG, words);
    let length = strong.or_else(|| longest(&WEAK, words))?;
    let weak = words[0].lower != "unreleased";
    let rest = &words[length..];
    let rest = &rest[rest.iter().take_while(|word| BETWEEN.contains(&word.lower.as_str())).count()..];
    let found = rest.first().and_then(|word| version(&word.lower));
    let title = match &found {
        Some((version, _)) => Title::Version(crate::model::strip_pre(version)),
        None => Title::Unreleased,
    };
    // Other words than `Unreleased` say so only where nothing else is said.
    let more = rest.len() - usize::from(found.is_some());
    let alone = rest.iter().rev().take(more).all(|word| is_placeholder(&word.lower));
    (!weak || alone).then_some(Named { title, says: Says::Unreleased, weak })
}

fn after_version(words: &[Word], shown: &str) -> Says {
    let strong =
        (0..words.len()).any(|at| is_placeholder(&words[at].lower) || longest(&STRONG, &words[at..]).is_some());
    let weak = longest(&WEAK, words) == Some(words.len()) && !words.is_empty();
    match day_in(shown) {
        _ if strong || weak => Says::Unreleased,
        Some(day) => Says::Released(day),
        None => Says::Nothing,
    }
}

/// How many words the phrase has with which words begin.
fn longest(phrases: &[&[&str]], words: &[Word]) -> Option<usize> {
    let begins =
        |phrase: &&&[&str]| phrase.len() <= words.len() && phrase.iter().zip(words).all(|(a, b)| *a == b.lower);
    phrases.iter().filter(begins).map(|phrase| phrase.len()).max()
}

/// A day that is not known: `YYYY-MM-DD`, `2026-??-??`, `xxxx/xx/xx`.
fn is_placeholder(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.chars().count()).collect();
    let open = |part: &&str| part.chars().all(|c| "ymdx?".contains(c));
    let part = |part: &&str| part.chars().all(|c| "ymdx?0123456789".contains(c));
    lengths == [4, 2, 2] && parts.iter().all(part) && parts.iter().any(open)
}

/// A version, and whether it is one without further signs: `2.0` could be anything, but `2.0 (unreleased)` is 2.0.0.
fn version(word: &str) -> Option<(Version, bool)> {
    let bare = word.trim_start_matches('v');
    if let Ok(version) = Version::parse(bare) {
        return Some((version, true));
    }
    let two = bare.split('.').count() == 2 && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    two.then(|| Version::parse(&format!("{bare}.0")).ok()).flatten().map(|version| (version, false))
}

struct Word {
    lower: String,
    place: Range<usize>,
}

/// Words without the signs around them.
fn words(text: &str) -> Vec<Word> {
    let is_sign = |c: char| !c.is_alphanumeric() && c != '?';
    let (mut words, mut start) = (Vec::new(), 0);
    for part in text.split_inclusive(|c: char| c.is_whitespace() || "[](){}|".contains(c)) {
        let left = part.trim_start_matches(is_sign);
        let word = left.trim_end_matches(is_sign);
        let at = start + part.len() - left.len();
        start += part.len();
        if !word.is_empty() {
            words.push(Word { lower: word.to_lowercase(), place: at..at + word.len() });
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn named(words: &str) -> String {
        match read(words) {
            None => "no section".to_owned(),
            Some(Named { title, says, weak }) => {
                let title = match title {
                    Title::Version(version) => version.to_string(),
                    Title::Unreleased => "what comes next".to_owned(),
                };
                let says = match says {
                    Says::Nothing => String::new(),
                    Says::Unreleased => ", unreleased".to_owned(),
                    Says::Released(day) => format!(", {day}"),
                };
                format!("{title}{says}{}", if weak { ", weakly" } else { "" })
            }
        }
    }

    #[test]
    fn a_heading_says_its_version_and_whether_that_is_released() {
        for (heading, said) in [
            ("4.0.0", "4.0.0"),
            ("Version 4.0.0", "4.0.0"),
            ("Release v4.0.0:", "4.0.0"),
            ("[4.0.0] - 2022-12-20", "4.0.0, 2022-12-20"),
            ("4.0.0 (December 20th, 2022)", "4.0.0, 2022-12-20"),
            ("[4.0.0] - 2022-12-20 [YANKED]", "4.0.0, 2022-12-20"),
            ("4.0.0-rc.1", "4.0.0-rc.1"),
            ("[4.0.0] - Unreleased", "4.0.0, unreleased"),
            ("4.0.0 (UNRELEASED)", "4.0.0, unreleased"),
            ("4.0.0 [unreleased]", "4.0.0, unreleased"),
            ("4.0.0 (not yet released)", "4.0.0, unreleased"),
            ("4.0.0, in development", "4.0.0, unreleased"),
            ("v4.0.0 - TBD", "4.0.0, unreleased"),
            ("4.0.0 - YYYY-MM-DD", "4.0.0, unreleased"),
            ("4.0.0 (2026-??-??)", "4.0.0, unreleased"),
            ("4.0.0 - xxxx/xx/xx", "4.0.0, unreleased"),
            ("4.0.0 - ReleaseDate", "4.0.0, unreleased"),
            ("4.0.0 (upcoming)", "4.0.0, unreleased"),
            ("4.0.0 - 2022-12-20 (unreleased)", "4.0.0, unreleased"),
            ("4.0.0-unreleased", "4.0.0, unreleased"),
            ("4.0 (unreleased)", "4.0.0, unreleased"),
            ("[Unreleased - 4.0.0]", "4.0.0, unreleased"),
            ("Unreleased (4.0.0)", "4.0.0, unreleased"),
            ("[unreleased] 4.0.0-dev", "4.0.0, unreleased"),
            ("Unreleased changes for 4.0.0", "4.0.0, unreleased"),
            ("Upcoming: 4.0.0", "4.0.0, unreleased, weakly"),
            ("[Unreleased]", "what comes next, unreleased"),
            ("UNRELEASED", "what comes next, unreleased"),
            ("Unreleased changes since 4.0.0", "what comes next, unreleased"),
            ("[Unreleased] - ReleaseDate", "what comes next, unreleased"),
            ("TBD", "what comes next, unreleased, weakly"),
            ("Next release", "what comes next, unreleased, weakly"),
            ("4.0.0 - Next to nothing", "4.0.0"),
            ("Next steps", "no section"),
            ("Upcoming deprecations", "no section"),
            ("Unreleasedness", "no section"),
            ("4.0", "no section"),
            ("Version", "no section"),
            ("Rust 1.80.0 is needed", "no section"),
            ("", "no section"),
        ] {
            assert_eq!(named(heading), said, "{heading}");
        }
    }

    #[test]
    fn the_words_to_replace_are_found_where_they_are_written() {
        let found = |written: &'static str| unreleased_words(written).map(|place| &written[place]);
        assert_eq!(found("[2.0.0] - Unreleased"), Some("Unreleased"));
        assert_eq!(found("2.0.0 *(Not yet released)*"), Some("Not yet released"));
        assert_eq!(found("2.0.0 - 2026-??-??"), Some("2026-??-??"));
        assert_eq!(found("2.0.0 (upcoming)"), Some("upcoming"));
        assert_eq!(found("2.0.0 - 2026-02-05"), None);
        assert_eq!(read("2.0.0 - 2026-02-05").map(|it| it.says), Some(Says::Released(date(2026, 2, 5))));
    }
}
