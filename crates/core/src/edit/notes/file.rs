//! A file of release notes as a model: sections, headings, entries and the archive list, each with its place (R3, X3).
//!
//! Any text can be read; what is no section is kept by not being touched.

use std::{collections::BTreeSet, ops::Range};

use jiff::civil::Date;
use semver::Version;

pub use super::items::Item;
use super::{
    archive,
    blocks::{Block, BlockKind, Blocks, HeadingBlock},
    changelog::is_heading_label,
    days::numeric,
    items,
    lines::Lines,
    link::{Labels, Link},
    summary,
    title::{self, Named, Says},
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
    pub(super) labels: Labels,
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
    /// How deep its heading is, from 1.
    pub level: usize,
    /// The words of its heading.
    pub(super) words: Range<usize>,
    /// What its heading says of the release.
    pub(super) heading_says: Says,
    /// The words `Unreleased` or `Released 2022-12-20`, where they are below the heading.
    pub marker: Option<Place>,
    /// The sentence that says which major breaking changes it has.
    pub(super) summary: Option<Range<usize>>,
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
    /// The links of that text.
    pub links: Vec<Link>,
}

/// A heading inside a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading<'t> {
    /// Without `#`.
    pub words: &'t str,
    /// Where it stands.
    pub place: Place,
    /// How deep it is, from 1.
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

    /// The pull requests that it links to, in items and between them.
    pub fn numbers(&self) -> BTreeSet<u64> {
        let items = self.items().flat_map(|item| &item.links);
        items.chain(self.groups.iter().flat_map(|group| &group.links)).filter_map(Link::number).collect()
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
        Self::of_blocks(text, &Blocks::of(text))
    }

    pub(super) fn of_blocks(text: &'t str, blocks: &Blocks) -> Self {
        let labels = blocks.labels.iter().map(|label| (label.name.to_lowercase(), label.address.clone())).collect();
        let read = Source { text, lines: Lines::of(text), labels };
        let starts = starts(&blocks.all);
        let ends = starts.iter().skip(1).map(|(at, ..)| *at).chain([blocks.all.len()]);
        let sections = starts.iter().zip(ends).map(|(start, end)| section(&read, blocks, start, end)).collect();
        Self { text, sections, archive: archive::read(text, blocks, &read.lines) }
    }

    /// The first section of a version.
    pub fn section(&self, version: &Version) -> Option<&Section<'t>> {
        self.sections.iter().find(|section| section.version() == Some(version))
    }

    /// The section that becomes a version's when it is released: its own, or that of what is unreleased.
    pub fn to_release(&self, version: &Version) -> Option<&Section<'t>> {
        self.section_to_be(version).or_else(|| self.unreleased())
    }

    /// A version's own section, or one that says to be unreleased and of a version before it in name only, such as `2.0.0-dev`.
    pub(super) fn section_to_be(&self, version: &Version) -> Option<&Section<'t>> {
        let comes_before = |section: &&Section<'_>| {
            let pre = section.version().filter(|other| !other.pre.is_empty());
            section.state == State::Unreleased && pre.is_some_and(|other| crate::model::strip_pre(other) == *version)
        };
        self.section(version).or_else(|| self.sections.iter().find(comes_before))
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
        self.text[section.words.clone()].starts_with('[')
    }

    /// How lists begin in this file: with the mark of its first item. None: it has no list.
    pub fn bullet(&self) -> Option<char> {
        let item = self.sections.iter().find_map(|section| section.items().next())?;
        self.text[item.place.bytes.clone()].trim_start().chars().next()
    }
}

/// The headings that begin sections: which block each is, its heading, and what that says.
fn starts(blocks: &[Block]) -> Vec<(usize, &HeadingBlock, Named)> {
    let mut starts: Vec<(usize, &HeadingBlock, Named)> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let BlockKind::Heading(heading) = &block.kind else { continue };
        let Some(named) = title::read(&heading.shown) else { continue };
        if !named.weak || starts.is_empty() {
            starts.push((at, heading, named));
        }
    }
    starts
}

/// `end` is the block with which the next section begins.
fn section<'t>(
    read: &Source<'t>,
    blocks: &Blocks,
    (at, heading, named): &(usize, &HeadingBlock, Named),
    end: usize,
) -> Section<'t> {
    let text = read.text;
    let place = &blocks.all[*at].place;
    let ends = |block: &Block| match &block.kind {
        BlockKind::Heading(other) => other.level <= heading.level,
        BlockKind::Separator => true,
        _ => false,
    };
    let inside = &blocks.all[at + 1..end];
    let own = &inside[..inside.iter().position(ends).unwrap_or(inside.len())];
    let next = blocks.all.get(at + 1 + own.len()).map_or(text.len(), |block| block.place.start);
    let last = own.last().map_or(place.end, |block| block.place.end);
    let end = before_heading_labels(blocks, last, next);
    let groups = groups(read, own, place.end..end);
    let (marker, state) = match (named.says, marker(read, own)) {
        (Says::Released(day), _) => (None, State::Released(day)),
        (Says::Unreleased, marker) => (marker.map(|(place, _)| place), State::Unreleased),
        (Says::Nothing, Some((place, state))) => (Some(place), state),
        (Says::Nothing, None) => (None, State::Undated),
    };
    Section {
        title: named.title.clone(),
        state,
        heading: Place::new(&read.lines, place.clone()),
        level: heading.level,
        words: heading.words.clone(),
        heading_says: named.says,
        marker,
        summary: summary(read, own),
        body: place.end..end,
        groups,
    }
}

/// The labels of headings that follow the last words of a changelog are not part of its last section.
fn before_heading_labels(blocks: &Blocks, last: usize, end: usize) -> usize {
    let from = blocks.labels.partition_point(|label| label.place.start < last);
    let after = blocks.labels[from..].iter().take_while(|label| label.place.start < end);
    let first = after.filter(|label| is_heading_label(&label.name)).map(|label| label.place.start).next();
    first.unwrap_or(end)
}

fn groups<'t>(read: &Source<'t>, blocks: &[Block], body: Range<usize>) -> Vec<Group<'t>> {
    let mut groups = Vec::new();
    let mut rest = blocks;
    let mut heading: Option<Heading<'t>> = None;
    loop {
        let own = rest.iter().position(|block| matches!(block.kind, BlockKind::Heading(_))).unwrap_or(rest.len());
        let start = heading.as_ref().map_or(body.start, |heading| heading.place.bytes.end);
        let end = rest.get(own).map_or(body.end, |next| next.place.start);
        let words = heading.as_ref().map(|heading| heading.words);
        let (items, prose) = items::read(read, &rest[..own], words);
        let links = items::links_between(read, &rest[..own]);
        groups.push(Group { heading: heading.take(), body: start..end, items, prose, links });
        let Some(Block { place, kind: BlockKind::Heading(next) }) = rest.get(own) else { return groups };
        let place = Place::new(&read.lines, place.clone());
        heading = Some(Heading { words: &read.text[next.words.clone()], place, level: next.level });
        rest = &rest[own + 1..];
    }
}

/// The words that say whether a section is released, and what they say. They begin a line of a paragraph above all headings.
fn marker(read: &Source<'_>, blocks: &[Block]) -> Option<(Place, State)> {
    head_lines(read, blocks).find_map(|(start, line)| {
        let (words, state) = state_of(line)?;
        Some((Place::new(&read.lines, start + words.start..start + words.end), state))
    })
}

/// The sentence on major breaking changes, above all headings.
fn summary(read: &Source<'_>, blocks: &[Block]) -> Option<Range<usize>> {
    let mut lines = head_lines(read, blocks);
    lines.find(|(_, line)| line.starts_with(summary::START)).map(|(start, line)| start..start + line.len())
}

/// The lines of paragraphs above all headings, each with where it begins.
fn head_lines<'t>(read: &Source<'t>, blocks: &[Block]) -> impl Iterator<Item = (usize, &'t str)> {
    let head = blocks.iter().take_while(|block| !matches!(block.kind, BlockKind::Heading(_)));
    head.filter(|block| matches!(block.kind, BlockKind::Paragraph)).flat_map(|block| lines_of(read.text, block))
}

/// The lines of a block, each with where it begins.
fn lines_of<'t>(text: &'t str, block: &Block) -> impl Iterator<Item = (usize, &'t str)> {
    let mut start = block.place.start;
    text[block.place.clone()].split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line.trim_end())
    })
}

/// The words at the start of a line that say whether the section is released: `Unreleased`, in emphasis or not, or
/// `Released 2022-12-20`.
pub(super) fn state_of(line: &str) -> Option<(Range<usize>, State)> {
    let words = line.trim_start_matches([' ', '*', '_', '(']);
    let start = line.len() - words.len();
    if words.get(..UNRELEASED.len()).is_some_and(|word| word.eq_ignore_ascii_case(UNRELEASED)) {
        let rest = words[UNRELEASED.len()..].trim_start();
        let sentence = words[UNRELEASED.len()..].starts_with('-') || rest.starts_with(char::is_alphanumeric);
        return (!sentence).then_some((start..start + UNRELEASED.len(), State::Unreleased));
    }
    let day = numeric(words.strip_prefix("Released ")?.get(..10)?)?;
    Some((start..start + RELEASED_LENGTH, State::Released(day)))
}

const UNRELEASED: &str = "Unreleased";
const RELEASED_LENGTH: usize = "Released 2022-12-20".len();
