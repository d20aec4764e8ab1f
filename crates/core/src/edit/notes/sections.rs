//! Notes in sections: `## 4.0.0`, then `Unreleased.` or `Released 2022-12-20.` (R3).

use jiff::civil::Date;
use semver::Version;

use super::{
    NotesError,
    file::{NotesFile, Section, State},
    headings::{MarkKind, marks, with_line_ends_of},
};

pub(super) const TEMPLATE: &str = "\
## VERSION

Unreleased.

### Added

### Changed

### Fixed

--------------------------------------------------------------------------------
";

/// The template for a version; ends with a line end.
pub(super) fn fill(text: &str, version: &Version, template: Option<&str>) -> Result<String, NotesError> {
    let template = template.unwrap_or(TEMPLATE);
    if !template.contains("VERSION") {
        return Err(NotesError::TemplateWithoutVersion);
    }
    let filled = template.replace("VERSION", &version.to_string());
    Ok(with_line_ends_of(text, &format!("{}\n", filled.trim_end())))
}

/// Add a section on top, unless there is one for the version, or one for whatever comes next.
pub(super) fn open(text: &str, version: &Version, template: Option<&str>) -> Result<String, NotesError> {
    let file = NotesFile::parse(text);
    // An empty `Unreleased` above versions is an old habit, and no place for notes.
    if file.section(version).is_some() || file.unreleased().is_some() {
        return Ok(text.to_owned());
    }
    let separated = marks(text).iter().any(|mark| mark.kind == MarkKind::Separator);
    let mut section = fill(text, version, template)?;
    if template.is_none() && !separated && !text.is_empty() {
        // The built-in template ends with a line that this file's sections do not have.
        let end = section.trim_end().trim_end_matches('-').trim_end().len();
        section.truncate(end);
        section += &with_line_ends_of(text, "\n");
    }
    let blank = with_line_ends_of(text, "\n");
    let first = file.sections.iter().find(|section| section.version().is_some());
    Ok(match first {
        Some(first) => {
            let (before, after) = text.split_at(place_before(text, first, &section));
            [before, &section, &blank, after].concat()
        }
        None if text.trim().is_empty() => section,
        None => {
            let end = if text.ends_with('\n') { "" } else { blank.as_str() };
            [text, end, &blank, &section].concat()
        }
    })
}

/// Where a new section goes before another: above the line that separates that one from what is over it, where the new one
/// brings such a line along.
fn place_before(text: &str, first: &Section<'_>, new: &str) -> usize {
    let heading = first.heading.bytes.start;
    let brings = marks(new).first().is_some_and(|mark| mark.kind == MarkKind::Separator);
    let marks = marks(text);
    let over = marks.iter().rev().find(|mark| mark.place.end <= heading && mark.kind == MarkKind::Separator);
    match over {
        Some(line) if brings && text[line.place.end..heading].trim().is_empty() => line.place.start,
        _ => heading,
    }
}

/// Date the section of a version; one that was dated for another day gets the day that it became.
pub(super) fn release(text: &str, version: &Version, date: Date) -> Result<String, NotesError> {
    let file = NotesFile::parse(text);
    let Some(section) = file.section(version) else { return release_next(&file, version, date) };
    match (section.state, &section.marker) {
        (State::Released(day), _) if day == date => Ok(text.to_owned()),
        (_, Some(marker)) => {
            let (before, after) = (&text[..marker.bytes.start], &text[marker.bytes.end..]);
            Ok(format!("{before}Released {date}{after}"))
        }
        // Its heading has the day.
        (State::Released(_), None) => Ok(text.to_owned()),
        (State::Unreleased | State::Undated, None) => Ok(with_marker(&file, section, date)),
    }
}

/// A section that says neither that it is released nor that it is not gets a line that does, as the newest dated section of
/// the file has it: with a full stop at its end, or without.
fn with_marker(file: &NotesFile<'_>, section: &Section<'_>, date: Date) -> String {
    let text = file.text;
    let dated = file.sections.iter().filter(|other| matches!(other.state, State::Released(_)));
    let newest = dated.filter_map(|other| other.marker.as_ref()).next();
    let full_stop = newest.is_none_or(|marker| text[marker.bytes.end..].starts_with('.'));
    let (before, after) = text.split_at(section.heading.bytes.end);
    let line_end = if before.ends_with('\n') { "" } else { "\n" };
    let blank = if after.is_empty() || after.starts_with(['\n', '\r']) { "" } else { "\n" };
    let line = format!("{line_end}\nReleased {date}{}\n{blank}", if full_stop { "." } else { "" });
    [before, &with_line_ends_of(text, &line), after].concat()
}

/// Give the section for whatever comes next its version and date.
fn release_next(file: &NotesFile<'_>, version: &Version, date: Date) -> Result<String, NotesError> {
    let next = file.unreleased().ok_or_else(|| NotesError::NoSection { version: version.clone() })?;
    let heading = format!("{} {version}\n\nReleased {date}.\n", "#".repeat(next.level));
    let heading = with_line_ends_of(file.text, &heading);
    let place = &next.heading.bytes;
    Ok([&file.text[..place.start], &heading, &file.text[place.end..]].concat())
}
