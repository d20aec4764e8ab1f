//! Release notes (R3, R5, X3): sections found, opened, dated and archived; all other bytes kept.

mod archive;
mod changelog;
mod headings;
mod sections;

use jiff::civil::Date;
use semver::Version;
use thiserror::Error;

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
    /// A section says neither that it is unreleased nor when it was released.
    #[error("line {line}: the section for {version} has no line `Unreleased` that could be dated")]
    NoMarker {
        /// Which.
        version: Version,
        /// The line of its heading, from 1.
        line: usize,
    },
    /// A template has no place for the version.
    #[error("the template for release notes has no `VERSION` in it")]
    TemplateWithoutVersion,
}

/// The built-in template for a new section; `VERSION` stands for the version.
pub fn template(style: NotesStyle) -> &'static str {
    match style {
        NotesStyle::Sections | NotesStyle::Branch => sections::TEMPLATE,
        NotesStyle::KeepAChangelog => changelog::TEMPLATE,
    }
}

/// How a file of notes is kept, by its look. None: it has no section for any version.
pub fn style_of(text: &str) -> Option<NotesStyle> {
    let marks = headings::marks(text);
    if !marks.iter().any(|mark| mark.version().is_some() || mark.is_unreleased()) {
        return None;
    }
    if text.contains(archive::START) {
        return Some(NotesStyle::Branch);
    }
    let dated = |line: &str| line.starts_with("Unreleased") || line.starts_with("Released ");
    if marks.iter().any(|mark| mark.is_unreleased() || mark.is_linked()) && !text.lines().any(dated) {
        return Some(NotesStyle::KeepAChangelog);
    }
    Some(NotesStyle::Sections)
}

/// What the notes say of a version, without its heading: the text of a forge release. None: there is no section for it.
pub fn section(text: &str, style: NotesStyle, version: &Version) -> Option<String> {
    match style {
        NotesStyle::Sections | NotesStyle::Branch => sections::body(text, version),
        NotesStyle::KeepAChangelog => changelog::body(text, version),
    }
}

/// The notes with an unreleased section for a version on top. Already there: the same text.
///
/// # Errors
///
/// When the template has no `VERSION`.
pub fn open_section(
    text: &str,
    style: NotesStyle,
    version: &Version,
    template: Option<&str>,
) -> Result<String, NotesError> {
    match style {
        NotesStyle::Sections | NotesStyle::Branch => sections::open(text, version, template),
        NotesStyle::KeepAChangelog => Ok(changelog::open(text)),
    }
}

/// The notes with a version's section dated. Already dated: the same text.
///
/// # Errors
///
/// When there is no section for the version, or no place for the date in it.
pub fn release_section(text: &str, style: NotesStyle, version: &Version, date: Date) -> Result<String, NotesError> {
    match style {
        NotesStyle::Sections | NotesStyle::Branch => sections::release(text, version, date),
        NotesStyle::KeepAChangelog => changelog::release(text, version, date),
    }
}

/// The main branch's notes after `old` was cut from it and `new` is next.
///
/// Where each branch has its own notes, they become the template for `new`, and `old` becomes an entry of the archive, with
/// `archive_link`: the link to the notes on the branch of `old`, complete (X3). Else a section for `new` is opened.
///
/// # Errors
///
/// When the template has no `VERSION`.
pub fn cut(
    text: &str,
    style: NotesStyle,
    old: &Version,
    new: &Version,
    template: Option<&str>,
    archive_link: Option<&str>,
) -> Result<String, NotesError> {
    match style {
        NotesStyle::Sections => sections::open(text, new, template),
        NotesStyle::Branch => archive::cut(text, old, new, template, archive_link),
        NotesStyle::KeepAChangelog => Ok(changelog::cut(text, old)),
    }
}

#[cfg(test)]
mod tests;
