//! Release notes (R3, R5, X3): sections found, opened, dated and archived; all other bytes kept.

mod archive;
mod blocks;
mod changelog;
mod days;
mod entry;
mod file;
mod fragment;
mod heading;
mod insert;
mod items;
mod kind;
mod lines;
mod link;
mod plain;
mod pulls;
mod sections;
mod summary;
mod sure;
mod title;

use jiff::civil::Date;
use semver::Version;
use thiserror::Error;

use self::{
    blocks::{BlockKind, Blocks},
    sure::{no_place, sure},
};
pub use self::{
    entry::{Breaking, Entry, InvalidRfc, Rfc},
    file::{Archive, Group, Heading, Item, NotesFile, Place, Section, State, Title},
    fragment::{FragmentError, FragmentFault, fragment_name, fragments, is_fragment, read_fragment, write_fragment},
    insert::add_entries,
    kind::Kind,
    link::{Link, pull_request_pattern},
    plain::{as_markdown, said},
    pulls::MergedChange,
    summary::{sentence, with_summary},
};
pub(crate) use self::{insert::add_items, lines::with_line_ends_of};
use crate::policy::NotesStyle;

/// Why release notes could not be edited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotesError {
    /// There is no section for the version.
    #[error("the release notes have no section for {version}")]
    NoSection {
        /// Which.
        version: Version,
    },
    /// There is no section for what is unreleased.
    #[error("the release notes have no section for what is unreleased")]
    NothingUnreleased,
    /// No place in the text is one where a section would be found again.
    #[error("the release notes have no place for a section: no heading names a version or `Unreleased`")]
    NoPlace,
    /// What begins somewhere has no end, so that all below is part of it.
    #[error(
        "line {line} of the release notes begins a comment or a code block that nothing closes: all below is part of it"
    )]
    Unclosed {
        /// From 1.
        line: u32,
    },
    /// What is unreleased is written for another version.
    #[error(
        "line {line} of the release notes begins what is unreleased for {other}, and {version} has no section: give it the \
         version that it becomes"
    )]
    OtherVersion {
        /// From 1.
        line: u32,
        /// The version that it is written for.
        other: Version,
        /// The version that is released.
        version: Version,
    },
    /// A heading that says that its version is not released cannot be given a day.
    #[error("the heading on line {line} of the release notes, `{heading}`, cannot be given a date")]
    Heading {
        /// From 1.
        line: u32,
        /// As it is written.
        heading: String,
    },
    /// A file of the notes is there, and is no text.
    #[error("{path} {why}")]
    Unreadable {
        /// Its path.
        path: String,
        /// What it is: `is not UTF-8`.
        why: String,
    },
    /// A template that the policy names is not there.
    #[error(
        "the template for release notes, `{path}`, is not there: add it, or take `[notes] template` out of the policy"
    )]
    NoTemplate {
        /// Its path.
        path: String,
    },
    /// A template has no place for the version.
    #[error("the template for release notes has no `VERSION` in it")]
    TemplateWithoutVersion,
    /// A fragment cannot be read.
    #[error(transparent)]
    Fragment(#[from] FragmentError),
}

/// The built-in template for a new section; `VERSION` stands for the version.
pub fn template(style: NotesStyle) -> &'static str {
    match style {
        NotesStyle::Sections | NotesStyle::Branch => sections::TEMPLATE,
        NotesStyle::KeepAChangelog => changelog::TEMPLATE,
    }
}

impl NotesError {
    fn heading(file: &NotesFile<'_>, section: &Section<'_>) -> Self {
        let heading = file.text[section.heading.bytes.clone()].trim().to_owned();
        Self::Heading { line: section.heading.line, heading }
    }
}

/// How a file of notes is kept, by its look. None: it has no section for any version.
pub fn style_of(text: &str) -> Option<NotesStyle> {
    let file = NotesFile::parse(text);
    if file.sections.is_empty() {
        return None;
    }
    if file.archive.is_some() {
        return Some(NotesStyle::Branch);
    }
    let marked = file.sections.iter().any(|section| section.marker.is_some());
    let linked = |section: &Section<'_>| section.title == Title::Unreleased || file.is_linked(section);
    if file.sections.iter().any(linked) && !marked {
        return Some(NotesStyle::KeepAChangelog);
    }
    Some(NotesStyle::Sections)
}

/// What the notes say of a version, without its heading. None: there is no section for it.
pub fn section(text: &str, version: &Version) -> Option<String> {
    let file = NotesFile::parse(text);
    Some(file.body(file.section(version)?).to_owned())
}

/// The text of a forge release: what the notes say of a version, and which major breaking changes it has (R5). A candidate
/// has the notes of its version, or of what is unreleased. None: there are none.
pub fn release_text(text: &str, version: &Version) -> Option<String> {
    let file = NotesFile::parse(text);
    let of_version = || file.section(&crate::model::strip_pre(version)).or_else(|| file.unreleased());
    let section = match file.section(version) {
        Some(section) => section,
        None if version.pre.is_empty() => return None,
        None => of_version()?,
    };
    Some(with_summary(&file, section))
}

/// The notes with an unreleased section for a version on top. Already there: the same text.
///
/// # Errors
///
/// When the template has no `VERSION`, and when no place for a section is found: nothing in the text shows where versions are.
pub fn open_section(
    text: &str,
    style: NotesStyle,
    version: &Version,
    template: Option<&str>,
) -> Result<String, NotesError> {
    let blocks = Blocks::of(text);
    let file = NotesFile::of_blocks(text, &blocks);
    if file.to_release(version).is_some() {
        return Ok(text.to_owned());
    }
    // One heading is the title of the file.
    let headings = blocks.all.iter().filter(|block| matches!(block.kind, BlockKind::Heading(_))).count();
    if headings > 1 && file.sections.is_empty() {
        return Err(no_place(text));
    }
    let opened = match style {
        NotesStyle::Sections | NotesStyle::Branch => sections::open(text, version, template)?,
        NotesStyle::KeepAChangelog => changelog::open(text),
    };
    sure(text, opened, version, |_| true)
}

/// The notes with a version's section dated. Dated for another day: dated anew. Dated for this one: the same text.
///
/// # Errors
///
/// When there is no section for the version, and when it cannot be dated for sure.
pub fn release_section(text: &str, style: NotesStyle, version: &Version, date: Date) -> Result<String, NotesError> {
    let dated = match style {
        NotesStyle::Sections | NotesStyle::Branch => sections::release(text, version, date)?,
        NotesStyle::KeepAChangelog => changelog::release(text, version, date)?,
    };
    let released =
        |section: &Section<'_>| section.version() == Some(version) && matches!(section.state, State::Released(_));
    sure(text, dated, version, released)
}

/// The main branch's notes after `old` was cut from it and `new` is next.
///
/// Where each branch has its own notes, they become the template for `new`, and `old` becomes an entry of the archive, with
/// `archive_link`: the link to the notes on the branch of `old`, complete (X3). Else a section for `new` is opened.
///
/// # Errors
///
/// When the template has no `VERSION`, and when no place for a section is found.
pub fn cut(
    text: &str,
    style: NotesStyle,
    old: &Version,
    new: &Version,
    template: Option<&str>,
    archive_link: Option<&str>,
) -> Result<String, NotesError> {
    match style {
        NotesStyle::Sections => open_section(text, style, new, template),
        NotesStyle::Branch => archive::cut(text, old, new, template, archive_link),
        NotesStyle::KeepAChangelog => sure(text, changelog::cut(text, old), old, |_| true),
    }
}

#[cfg(test)]
mod tests;
