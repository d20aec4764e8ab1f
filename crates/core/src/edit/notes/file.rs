//! A file of release notes as a model: sections, headings, entries and the archive list, each with its place (R3, X3).
//!
//! Any text can be read; what is no section is kept by not being touched.

use std::ops::Range;

use jiff::civil::Date;
use semver::Version;

pub use super::items::Item;
use super::{
    archive,
    changelog::heading_link,
    days::{day_in, numeric},
    headings::{Lines, Mark, MarkKind, end_of, marks},
    items,
    link::{Labels, labels},
};

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its bytes, with the line end.
    pub bytes: Range<usize>,
    /// Its first line, from 1.
    pub line: u32,
}

impl Place {
    pub(super) fn new(lines: &Lines, bytes: Range<usize>) -> Self {
        Self { line: lines.number(bytes.start), bytes }
    }
}

/// A text, and what is found in all of it.
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    pub(super) lines: Lines,
    pub(super) labels: Labels<'t>,
}

/// A file of release notes, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotesFile<'t> {
    /// The whole text.
    pub text: &'t str,
    /// Sections, in the order of the file.
    pub sections: Vec<Section<'t>>,
    /// The list of older lines' notes, where there is one (X3).
    pub archive: Option<Archive<'t>>,
}

/// Links to the notes of older lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive<'t> {
    /// From the line that starts the list to the end of the last link.
    pub place: Place,
    /// What each is called, and its address if it has one: `24.0.x`.
    pub links: Vec<(&'t str, Option<&'t str>)>,
}

/// What a section is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// A version.
    Version(Version),
    /// Whatever comes next.
    Unreleased,
}

/// Whether a section is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It says that it is not.
    Unreleased,
    /// It says on which day.
    Released(Date),
    /// It says neither.
    Undated,
}

/// The notes of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'t> {
    /// What it is for.
    pub title: Title,
    /// Whether it is released.
    pub state: State,
    /// Its heading.
    pub heading: Place,
    /// How many `#` its heading has.
    pub level: usize,
    /// The words `Unreleased` or `Released 2022-12-20`, where they are below the heading.
    pub marker: Option<Place>,
    /// All below its heading, without the links of headings at its end.
    pub body: Range<usize>,
    /// Its parts. The first has no heading, and holds what stands before all headings.
    pub groups: Vec<Group<'t>>,
}

/// The part of a section under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'t> {
    /// Its heading. None: the start of the section.
    pub heading: Option<Heading<'t>>,
    /// All below the heading.
    pub body: Range<usize>,
    /// Its list items.
    pub items: Vec<Item<'t>>,
    /// Whether there is text that is no list item.
    pub prose: bool,
}

/// A heading inside a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading<'t> {
    /// Without `#`.
    pub words: &'t str,
    /// Where it stands.
    pub place: Place,
    /// How many `#`.
    pub level: usize,
}

impl Section<'_> {
    /// The version that it is for.
    pub fn version(&self) -> Option<&Version> {
        match &self.title {
            Title::Version(version) => Some(version),
            Title::Unreleased => None,
        }
    }

    /// All list items.
    pub fn items(&self) -> impl Iterator<Item = &Item<'_>> {
        self.groups.iter().flat_map(|group| &group.items)
    }
}

impl Group<'_> {
    /// Whether there is nothing under the heading.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && !self.prose
    }
}

impl<'t> NotesFile<'t> {
    /// Read a text.
    pub fn parse(text: &'t str) -> Self {
        let marks = marks(text);
        let read = Source { text, lines: Lines::of(text), labels: labels(text) };
        let sections = (0..marks.len()).filter_map(|at| section(&read, &marks, at)).collect();
        Self { text, sections, archive: archive::read(text, &read.lines) }
    }

    /// The first section of a version.
    pub fn section(&self, version: &Version) -> Option<&Section<'t>> {
        self.sections.iter().find(|section| section.version() == Some(version))
    }

    /// The section for whatever comes next.
    pub fn unreleased(&self) -> Option<&Section<'t>> {
        self.sections.iter().find(|section| section.title == Title::Unreleased)
    }

    /// What a section says, without its heading.
    pub fn body(&self, section: &Section<'_>) -> &'t str {
        self.text[section.body.clone()].trim()
    }

    /// Whether a section's heading is a link: `[4.0.0] - 2022-12-20`.
    pub(super) fn is_linked(&self, section: &Section<'_>) -> bool {
        self.text[section.heading.bytes.clone()].trim_start_matches(['#', ' ', '\t']).starts_with('[')
    }

    /// How lists begin in this file: with the mark of its first item. None: it has no list.
    pub fn bullet(&self) -> Option<char> {
        let item = self.sections.iter().find_map(|section| section.items().next())?;
        self.text[item.place.bytes.clone()].trim_start().chars().next()
    }
}

fn section<'t>(read: &Source<'t>, marks: &[Mark<'t>], at: usize) -> Option<Section<'t>> {
    let text = read.text;
    let mark = &marks[at];
    let MarkKind::Heading { level, text: words } = mark.kind else { return None };
    let title = match mark.version() {
        Some(version) => Title::Version(version),
        None if mark.is_unreleased() => Title::Unreleased,
        None => return None,
    };
    let end = without_heading_links(text, mark.place.end, end_of(text, marks, at));
    let groups = groups(read, &marks[at + 1..], mark.place.end..end);
    let (marker, state) = match (day_in(words), marker(read, &groups[0].body)) {
        (Some(day), _) => (None, State::Released(day)),
        (None, Some((place, state))) => (Some(place), state),
        (None, None) if title == Title::Unreleased => (None, State::Unreleased),
        (None, None) => (None, State::Undated),
    };
    Some(Section {
        title,
        state,
        heading: Place::new(&read.lines, mark.place.clone()),
        level,
        marker,
        body: mark.place.end..end,
        groups,
    })
}

/// The links of headings follow the last section of a changelog, and are not part of it.
fn without_heading_links(text: &str, start: usize, end: usize) -> usize {
    let mut offset = start;
    for line in text[start..end].split_inclusive('\n') {
        if line.starts_with('[') && heading_link(line).is_some() {
            return offset;
        }
        offset += line.len();
    }
    end
}

fn groups<'t>(read: &Source<'t>, marks: &[Mark<'t>], body: Range<usize>) -> Vec<Group<'t>> {
    let mut headings: Vec<Option<Heading<'t>>> = vec![None];
    for mark in marks.iter().take_while(|mark| mark.place.start < body.end) {
        if let MarkKind::Heading { level, text: words } = mark.kind {
            headings.push(Some(Heading { words, place: Place::new(&read.lines, mark.place.clone()), level }));
        }
    }
    let starts: Vec<usize> =
        headings.iter().map(|heading| heading.as_ref().map_or(body.start, |h| h.place.bytes.start)).collect();
    let ends = starts.iter().skip(1).copied().chain([body.end]);
    let mut groups = Vec::with_capacity(headings.len());
    for (heading, end) in headings.into_iter().zip(ends) {
        let body = heading.as_ref().map_or(body.start, |heading| heading.place.bytes.end)..end;
        let (items, prose) = items::read(read, body.clone(), heading.as_ref().map(|heading| heading.words));
        groups.push(Group { heading, body, items, prose });
    }
    groups
}

/// The words that say whether a section is released, and what they say.
fn marker(read: &Source<'_>, head: &Range<usize>) -> Option<(Place, State)> {
    let mut offset = head.start;
    for line in read.text[head.clone()].split_inclusive('\n') {
        let found = if line.starts_with(UNRELEASED) {
            Some((UNRELEASED.len(), State::Unreleased))
        } else {
            line.strip_prefix("Released ").and_then(|rest| {
                let day = numeric(rest.get(..10)?)?;
                Some((RELEASED_LENGTH, State::Released(day)))
            })
        };
        if let Some((length, state)) = found {
            return Some((Place::new(&read.lines, offset..offset + length), state));
        }
        offset += line.len();
    }
    None
}

pub(super) const UNRELEASED: &str = "Unreleased";
const RELEASED_LENGTH: usize = "Released 2022-12-20".len();
