//! How headings of versions are written in a file, and writing one more.

use jiff::civil::Date;
use semver::Version;

use super::{
    blocks::{BlockKind, Blocks},
    days::{day_at, written_like},
    file::{NotesFile, Section, State, Title},
    title::{self, Says, unreleased_words},
};

/// How a file writes the heading of a version: what stands before the version, and around its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manner<'t> {
    before: &'t str,
    between: &'t str,
    /// A day, as the file writes it.
    day: &'t str,
    after: &'t str,
}

impl<'t> Manner<'t> {
    /// As the newest section with a day in its heading is written. None: there is none, or it says more than version and day.
    pub(super) fn of(file: &NotesFile<'t>) -> Option<Self> {
        file.sections.iter().filter(|section| section.marker.is_none()).take(16).find_map(|section| {
            let words = &file.text[section.words.clone()];
            let (State::Released(_), Some(version)) = (section.state, section.version()) else { return None };
            let version = version.to_string();
            let (before, rest) = words.split_at(words.find(&version)?);
            let rest = &rest[version.len()..];
            let (day, _) = day_at(rest)?;
            let (between, after) = (&rest[..day.start], &rest[day.end..]);
            let after = &after[..after.len() - after.trim_start_matches([')', ']', '*', '_']).len()];
            let known = BEFORE.contains(&before);
            let plain = !between.contains(char::is_alphanumeric) && !between.contains("](");
            (known && plain).then(|| Self { before, between, day: &rest[day], after })
        })
    }

    pub(super) fn dated(&self, version: &Version, date: Date) -> String {
        let Self { before, between, day, after } = self;
        format!("{before}{version}{between}{}{after}", written_like(day, date))
    }
}

/// What may stand before the version in a heading that is written once more.
const BEFORE: [&str; 9] = ["", "[", "v", "[v", "V", "Version ", "Version v", "version ", "Release "];

/// A version as the newest heading of the file names it: `[1.2.0]`, `v1.2.0`, `Version 1.2.0`. `linked`: how it is named where
/// there is none.
pub(super) fn named(file: &NotesFile<'_>, version: &Version, linked: bool) -> String {
    let newest = file.sections.iter().find_map(|section| Some((section, section.version()?)));
    let before = newest.and_then(|(section, newest)| {
        let (before, _) = file.text[section.words.clone()].split_once(&newest.to_string())?;
        BEFORE.contains(&before).then_some(before)
    });
    let before = before.unwrap_or(if linked { "[" } else { "" });
    format!("{before}{version}{}", if before.starts_with('[') { "]" } else { "" })
}

/// The heading of a section with other words, in its own form: with as many `#`, or underlined.
pub(super) fn with_words(file: &NotesFile<'_>, section: &Section<'_>, words: &str) -> String {
    let text = file.text;
    let (heading, old) = (&section.heading.bytes, &section.words);
    let (before, after) = (&text[heading.start..old.start], &text[old.end..heading.end]);
    let line = after.trim();
    let underlined = line.len() == text[old.clone()].chars().count() && !line.is_empty() && !before.contains('#');
    let after = if underlined {
        let mark = if line.starts_with('=') { "=" } else { "-" };
        after.replace(line, &mark.repeat(words.chars().count().max(3)))
    } else {
        after.to_owned()
    };
    format!("{before}{words}{after}")
}

/// The heading of a version's section with a day, in the file's own manner. None: none is found that reads as one again.
pub(super) fn dated(file: &NotesFile<'_>, section: &Section<'_>, version: &Version, date: Date) -> Option<String> {
    let words = &file.text[section.words.clone()];
    let manner = Manner::of(file);
    let day = manner.as_ref().map_or_else(|| date.to_string(), |manner| written_like(manner.day, date));
    let in_place =
        unreleased_words(words).map(|place| format!("{}{day}{}", &words[..place.start], &words[place.end..]));
    let behind = (section.heading_says == Says::Nothing).then(|| format!("{words} - {day}"));
    let is_bare = words.trim_matches(['[', ']', 'v', 'V']) == version.to_string();
    let of_file = manner.map(|manner| manner.dated(version, date));
    let (first, second) = if is_bare { (of_file, behind) } else { (in_place.or(behind), of_file) };
    let plain = if words.starts_with('[') { format!("[{version}] - {date}") } else { format!("{version} - {date}") };
    let all = [first, second, Some(plain)].into_iter().flatten();
    all.map(|words| with_words(file, section, &words)).find(|heading| says(heading, version, Says::Released(date)))
}

/// The heading of a version's section without a word on its release.
pub(super) fn bare(file: &NotesFile<'_>, section: &Section<'_>, version: &Version) -> Option<String> {
    let words = &file.text[section.words.clone()];
    let name = version.to_string();
    let upto = words.find(&name).map(|at| {
        let end = at + name.len();
        let end = if words[end..].starts_with(']') { end + 1 } else { end };
        words[..end].to_owned()
    });
    let all = [upto, Some(name)].into_iter().flatten();
    all.map(|words| with_words(file, section, &words)).find(|heading| says(heading, version, Says::Nothing))
}

/// Whether a heading alone reads as one for a version, and what it says.
fn says(heading: &str, version: &Version, says: Says) -> bool {
    let blocks = Blocks::of(heading);
    let [block] = blocks.all.as_slice() else { return false };
    let BlockKind::Heading(heading) = &block.kind else { return false };
    title::read(&heading.shown)
        .is_some_and(|named| named.title == Title::Version(version.clone()) && named.says == says && !named.weak)
}
