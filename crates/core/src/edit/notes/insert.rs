//! Putting entries into a section, under the headings of their kinds.

use std::collections::BTreeMap;

use super::{
    NotesError,
    entry::Entry,
    file::{Group, NotesFile, Section, Title},
    kind::Kind,
    lines::with_line_ends_of,
    link::Link,
    summary,
};
use crate::{edit::splice::Splices, policy::NotesStyle};

/// The notes with entries in a section, and with the sentence that says which major breaking changes it has
/// (R3, R5). Headings that are there are used, others are added in their usual order, and those of other kinds go where
/// nothing stands below them. Without entries, the same text. What is for a version without a section goes to `Unreleased`.
///
/// # Errors
///
/// When there is no such section.
pub fn add_entries(text: &str, style: NotesStyle, title: &Title, entries: &[Entry]) -> Result<String, NotesError> {
    if entries.is_empty() {
        return Ok(text.to_owned());
    }
    let mut by_kind: BTreeMap<Kind, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        by_kind.entry(entry.kind.unwrap_or(Kind::Changed)).or_default().push(entry);
    }
    let pruned = without_empty_headings(text, title, |kind| by_kind.contains_key(&kind))?;
    let items = |bullet: char| {
        by_kind.iter().map(move |(kind, entries)| {
            let mut entries = entries.clone();
            entries.sort_by_key(|entry| order(entry));
            (*kind, entries.iter().map(|entry| entry.item(bullet)).collect())
        })
    };
    summarized(&insert(text, &pruned, style, title, items)?, title)
}

/// The notes with list items in a section as they are written, each under the heading of its kind. Where the section was only
/// opened for them, a template's headings without items go.
///
/// # Errors
///
/// When there is no such section.
pub(crate) fn add_items(
    text: &str,
    style: NotesStyle,
    title: &Title,
    items: &[(Kind, &str)],
    opened: bool,
) -> Result<String, NotesError> {
    let mut by_kind: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for (kind, item) in items {
        by_kind.entry(*kind).or_default().push(format!("{item}\n"));
    }
    let pruned = without_empty_headings(text, title, |kind| !opened || by_kind.contains_key(&kind))?;
    insert(text, &pruned, style, title, |_| by_kind)
}

/// The text `pruned` with items in a section, by kind; `items` is told how lists of the file begin. Line ends are those of
/// `text`.
fn insert<I: IntoIterator<Item = (Kind, Vec<String>)>>(
    text: &str,
    pruned: &str,
    style: NotesStyle,
    title: &Title,
    items: impl FnOnce(char) -> I,
) -> Result<String, NotesError> {
    let file = NotesFile::parse(pruned);
    let section = section_for(&file, title)?;
    let list = List::of(&file, style);
    let mut splices = Splices::default();
    for (kind, items) in items(list.bullet) {
        let items = items.into_iter();
        let (place, insert) = match section.groups.iter().find(|group| kind_of(group) == Some(kind)) {
            Some(group) => below(&file, group, &list, items),
            None => with_heading(&file, section, kind, &list, items),
        };
        splices.replace(place..place, with_line_ends_of(text, &insert));
    }
    let added = splices.apply(pruned);
    let ended = pruned.ends_with('\n');
    if ended {
        return Ok(added);
    }
    // Blank lines at the end go; spaces at the end of the last line are somebody's words.
    let words = added.trim_end_matches("\r\n").trim_end_matches('\n');
    Ok(with_line_ends_of(text, &format!("{words}\n")))
}

/// The section that new entries go to.
fn section_for<'f, 't>(file: &'f NotesFile<'t>, title: &Title) -> Result<&'f Section<'t>, NotesError> {
    match title {
        Title::Unreleased => file.unreleased().ok_or(NotesError::NothingUnreleased),
        Title::Version(version) => {
            file.to_release(version).ok_or_else(|| NotesError::NoSection { version: version.clone() })
        }
    }
}

/// Major breaking changes first, then minor ones, then by number, then by text: the same entries always in the same order.
fn order(entry: &Entry) -> (u8, u64, String) {
    let number = entry.all_links().iter().find_map(Link::number).unwrap_or(u64::MAX);
    (entry.breaking.rank(), number, entry.text.clone())
}

fn kind_of(group: &Group<'_>) -> Option<Kind> {
    Kind::of_heading(group.heading.as_ref()?.words)
}

/// A template's headings that nothing was written below, and nothing will be.
fn without_empty_headings(text: &str, title: &Title, wanted: impl Fn(Kind) -> bool) -> Result<String, NotesError> {
    let file = NotesFile::parse(text);
    let section = section_for(&file, title)?;
    let mut splices = Splices::default();
    for group in &section.groups {
        let unwanted = kind_of(group).is_some_and(|kind| !wanted(kind)) && group.is_empty();
        if let Some(heading) = group.heading.as_ref().filter(|_| unwanted) {
            splices.replace(heading.place.bytes.start..group.body.end, "");
        }
    }
    Ok(splices.apply(text))
}

/// How the lists of a file are written.
struct List {
    bullet: char,
    /// What stands between two items.
    between: &'static str,
}

impl List {
    fn of(file: &NotesFile<'_>, style: NotesStyle) -> Self {
        let changelog = style == NotesStyle::KeepAChangelog;
        let groups = file.sections.iter().flat_map(|section| &section.groups);
        let gap = groups.filter_map(|group| group.items.windows(2).next()).next().map(|pair| {
            let between = &file.text[pair[0].place.bytes.end..pair[1].place.bytes.start];
            between.matches('\n').count() > 1
        });
        let bullet = file.bullet().unwrap_or(if changelog { '-' } else { '*' });
        Self { bullet, between: if gap.unwrap_or(!changelog) { "\n" } else { "" } }
    }

    /// Items as they follow each other, without the last line end.
    fn joined(&self, items: impl Iterator<Item = String>) -> String {
        let all: Vec<String> = items.collect();
        all.join(self.between).trim_end().to_owned()
    }
}

/// Where items go that stand under a heading of their kind, and what is put there.
fn below(file: &NotesFile<'_>, group: &Group<'_>, list: &List, items: impl Iterator<Item = String>) -> (usize, String) {
    let items = list.joined(items);
    if let Some(last) = group.items.last() {
        return (last.place.bytes.end, format!("\n{}{items}", list.between));
    }
    let start = group.heading.as_ref().map_or(group.body.start, |heading| heading.place.bytes.start);
    let written = file.text[start..group.body.end].trim_end();
    let place = start + written.len();
    (place, format!("\n\n{items}{}", blank_after(file.text, place)))
}

/// Where items go for whose kind there is no heading, and what is put there.
fn with_heading(
    file: &NotesFile<'_>,
    section: &Section<'_>,
    kind: Kind,
    list: &List,
    items: impl Iterator<Item = String>,
) -> (usize, String) {
    let headings = || section.groups.iter().filter_map(|group| group.heading.as_ref());
    let level = headings().next().map_or(section.level + 1, |heading| heading.level);
    let part = format!("{} {}\n\n{}", "#".repeat(level), kind.heading(), list.joined(items));
    let next = headings().find(|heading| Kind::of_heading(heading.words).is_some_and(|other| other > kind));
    match next {
        Some(next) => (next.place.bytes.start, format!("{part}\n\n")),
        None => {
            let start = section.heading.bytes.start;
            let place = start + file.text[start..section.body.end].trim_end().len();
            (place, format!("\n\n{part}{}", blank_after(file.text, place)))
        }
    }
}

/// A blank line, unless one follows, or nothing does.
fn blank_after(text: &str, place: usize) -> &'static str {
    let rest = &text[place..];
    let words = rest.trim_start();
    let lines = rest[..rest.len() - words.len()].matches('\n').count();
    if words.is_empty() || lines > 1 { "" } else { "\n" }
}

/// The notes with the sentence on major breaking changes in the section of a version: renewed where it is, else added.
fn summarized(text: &str, title: &Title) -> Result<String, NotesError> {
    let file = NotesFile::parse(text);
    let section = section_for(&file, title)?;
    let sentence = summary::sentence(section.items().map(|item| &item.entry));
    let mut splices = Splices::default();
    if let Some(place) = &section.summary {
        splices.replace(place.clone(), sentence);
        return Ok(splices.apply(text));
    }
    let place = match &section.marker {
        Some(marker) => marker.bytes.end + text[marker.bytes.end..].lines().next().map_or(0, str::len),
        None => section.heading.bytes.start + text[section.heading.bytes.clone()].trim_end().len(),
    };
    let insert = format!("\n\n{sentence}{}", blank_after(text, place));
    splices.replace(place..place, with_line_ends_of(text, &insert));
    Ok(splices.apply(text))
}
