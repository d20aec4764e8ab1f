//! Every edit is read again before it leaves: the section is where Markdown finds it, and no other one changed.

use semver::Version;

use super::{
    NotesError,
    blocks::Blocks,
    file::{NotesFile, Section, Title},
    lines::Lines,
};
use crate::model::strip_pre;

/// The edited text, if it is what was meant: it has a section for the version (or, as `open` leaves it, for what comes next) with
/// `holds`, and says of all other versions what `text` said.
pub(super) fn sure(
    text: &str,
    edited: String,
    version: &Version,
    holds: impl Fn(&Section<'_>) -> bool,
) -> Result<String, NotesError> {
    let (before, after) = (NotesFile::parse(text), NotesFile::parse(&edited));
    let there = after.to_release(version).is_some_and(holds);
    if there && others(&before, version).eq(others(&after, version)) {
        return Ok(edited);
    }
    Err(no_place(text))
}

/// Why a text has no place for a section.
pub(super) fn no_place(text: &str) -> NotesError {
    match Blocks::of(text).unclosed {
        Some(at) => NotesError::Unclosed { line: Lines::of(text).number(at) },
        None => NotesError::NoPlace,
    }
}

/// What the sections for other versions say.
fn others<'f>(file: &'f NotesFile<'_>, version: &'f Version) -> impl Iterator<Item = &'f str> {
    let is_other = move |section: &&Section<'_>| match &section.title {
        Title::Version(other) => other != version && strip_pre(other) != *version,
        Title::Unreleased => false,
    };
    file.sections
        .iter()
        .filter(is_other)
        .map(|section| file.text[section.heading.bytes.start..section.body.end].trim_end())
}
