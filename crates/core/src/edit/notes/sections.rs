//! Notes in sections: `## 4.0.0`, then `Unreleased.` or `Released 2022-12-20.` (R3).

use jiff::civil::Date;
use semver::Version;

use super::{
    NotesError,
    blocks::{Block, BlockKind, Blocks},
    file::{NotesFile, Section, State},
    heading::{self, Manner, with_words},
    lines::with_line_ends_of,
    title::Says,
};
use crate::edit::splice::Splices;

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
    let filled = template.trim_start_matches('\u{feff}').replace("VERSION", &version.to_string());
    Ok(with_line_ends_of(text, &format!("{}\n", filled.trim_end())))
}

/// Add a section on top.
pub(super) fn open(text: &str, version: &Version, template: Option<&str>) -> Result<String, NotesError> {
    let blocks = Blocks::of(text);
    let file = NotesFile::of_blocks(text, &blocks);
    let first = file.sections.iter().find(|section| section.version().is_some());
    let separated = blocks.all.iter().any(is_separator);
    let empty = text.trim_start_matches('\u{feff}').trim().is_empty();
    let mut section = fill(text, version, template)?;
    if template.is_none() && !separated && !empty {
        // The built-in template ends with a line that this file's sections do not have.
        let end = section.trim_end().trim_end_matches('-').trim_end().len();
        section.truncate(end);
        section += &with_line_ends_of(text, "\n");
    }
    if let Some(first) = first.filter(|first| template.is_none() && first.level != 2) {
        // Its headings are as deep as those of the file.
        let (own, parts) = ("#".repeat(first.level), "#".repeat(first.level + 1));
        section = section.replace("\n### ", &format!("\n{parts} ")).replacen("## ", &format!("{own} "), 1);
    }
    let blank = with_line_ends_of(text, "\n");
    Ok(match first {
        Some(first) => {
            let (before, after) = text.split_at(place_before(text, &blocks, first, &section));
            [before, &section, &blank, after].concat()
        }
        None if empty => format!("{}{section}", text.trim()),
        None => {
            let end = if text.ends_with('\n') { "" } else { blank.as_str() };
            [text, end, &blank, &section].concat()
        }
    })
}

fn is_separator(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Separator)
}

/// Where a new section goes before another: above the line that separates that one from what is over it, where the new one
/// brings such a line along.
fn place_before(text: &str, blocks: &Blocks, first: &Section<'_>, new: &str) -> usize {
    let heading = first.heading.bytes.start;
    let brings = Blocks::of(new).all.first().is_some_and(is_separator);
    let over = blocks.all.iter().rev().find(|block| block.place.end <= heading && is_separator(block));
    match over {
        Some(line) if brings && text[line.place.end..heading].trim().is_empty() => line.place.start,
        _ => heading,
    }
}

/// Date the section of a version; one that was dated for another day gets the day that it became.
pub(super) fn release(text: &str, version: &Version, date: Date) -> Result<String, NotesError> {
    let file = NotesFile::parse(text);
    let section = file.to_release(version).ok_or_else(|| NotesError::NoSection { version: version.clone() })?;
    let unfit = || NotesError::heading(&file, section);
    let is_own = section.version() == Some(version);
    let mut splices = Splices::default();
    match (section.state, &section.marker) {
        // Its heading has the day.
        (State::Released(_), None) => return Ok(text.to_owned()),
        (_, Some(marker)) => splices.replace(marker.bytes.clone(), format!("Released {date}")),
        (State::Unreleased | State::Undated, None) => {
            let says_so = section.heading_says == Says::Unreleased && is_own;
            let in_heading = newest_dated(&file).map_or(says_so, |newest| newest.marker.is_none());
            if in_heading {
                let heading = match Manner::of(&file).filter(|_| !is_own) {
                    Some(manner) => Some(with_words(&file, section, &manner.dated(version, date))),
                    None => heading::dated(&file, section, version, date),
                };
                splices.replace(section.heading.bytes.clone(), heading.ok_or_else(unfit)?);
                return Ok(splices.apply(text));
            }
            let (at, line) = marker_line(&file, section, date);
            splices.replace(at..at, line);
        }
    }
    if section.heading_says == Says::Unreleased || !is_own {
        let heading = heading::bare(&file, section, version);
        splices.replace(section.heading.bytes.clone(), heading.ok_or_else(unfit)?);
    }
    Ok(splices.apply(text))
}

fn newest_dated<'f, 't>(file: &'f NotesFile<'t>) -> Option<&'f Section<'t>> {
    file.sections.iter().find(|section| matches!(section.state, State::Released(_)))
}

/// A section that says neither that it is released nor that it is not gets a line that does, as the newest dated section of
/// the file has it: with a full stop at its end, or without. Where that goes, and the line.
fn marker_line(file: &NotesFile<'_>, section: &Section<'_>, date: Date) -> (usize, String) {
    let text = file.text;
    let newest = newest_dated(file).and_then(|newest| newest.marker.as_ref());
    let full_stop = newest.is_none_or(|marker| text[marker.bytes.end..].starts_with('.'));
    let at = section.heading.bytes.end;
    let (before, after) = text.split_at(at);
    let line_end = if before.ends_with('\n') { "" } else { "\n" };
    let blank = if after.is_empty() || after.starts_with(['\n', '\r']) { "" } else { "\n" };
    let line = format!("{line_end}\nReleased {date}{}\n{blank}", if full_stop { "." } else { "" });
    (at, with_line_ends_of(text, &line))
}
