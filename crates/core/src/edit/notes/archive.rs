//! One branch's notes only; those of older lines are links (X3).

use semver::Version;

use super::{
    NotesError,
    file::{Archive, Place},
    headings::{Lines, MarkKind, marks, with_line_ends_of},
    sections,
};

pub(super) const START: &str = "<!-- ARCHIVE_START -->";
const SEPARATOR: &str = "--------------------------------------------------------------------------------\n";
const INTRODUCTION: &str = "\nNotes of earlier releases are on their release branches.\n\n<!-- ARCHIVE_START -->\n";

/// The archive list of a text.
pub(super) fn read<'t>(text: &'t str, ends: &Lines) -> Option<Archive<'t>> {
    let start = text.find(START)?;
    let mut lines = text[start..].split_inclusive('\n');
    let mut end = start + lines.next().map_or(0, str::len);
    let (mut offset, mut links) = (end, Vec::new());
    for line in lines {
        offset += line.len();
        let words = line.trim();
        match words.strip_prefix("* ").or_else(|| words.strip_prefix("- ")) {
            Some(item) => {
                links.push(linked(item).unwrap_or((item, None)));
                end = offset;
            }
            None if words.is_empty() => {}
            None => break,
        }
    }
    Some(Archive { place: Place::new(ends, start..end), links })
}

/// `[24.0.x](address)`
fn linked(item: &str) -> Option<(&str, Option<&str>)> {
    let (name, address) = item.strip_prefix('[')?.split_once("](")?;
    Some((name, Some(address.strip_suffix(')')?)))
}

/// Replace the notes by the template for `new`, and put `old` on top of the archive.
pub(super) fn cut(
    text: &str,
    old: &Version,
    new: &Version,
    template: Option<&str>,
    link: Option<&str>,
) -> Result<String, NotesError> {
    let marks = marks(text);
    if marks.iter().any(|mark| mark.version().as_ref() == Some(new)) {
        return Ok(text.to_owned());
    }
    let mut fresh = sections::fill(text, new, template)?;
    if !super::headings::marks(&fresh).iter().any(|mark| mark.kind == MarkKind::Separator) {
        fresh += &with_line_ends_of(text, &format!("\n{SEPARATOR}"));
    }
    let line = format!("{}.{}.x", old.major, old.minor);
    let entry = |name: &str| match link {
        Some(link) => format!("* [{name}]({link})\n"),
        None => format!("* {name}\n"),
    };
    let Some(start) = text.find(START) else {
        // The first cut: the branch of the old version holds everything that was written so far.
        let name = if marks.iter().filter(|mark| mark.version().is_some()).count() > 1 {
            format!("{line} (and prior)")
        } else {
            line
        };
        return Ok(fresh + &with_line_ends_of(text, &format!("{INTRODUCTION}{}", entry(&name))));
    };
    let last = marks.iter().rev().find(|mark| mark.kind == MarkKind::Separator && mark.place.end <= start);
    let archive = &text[last.map_or(start, |mark| mark.place.end)..];
    if archive.contains(&format!("* [{line}]")) {
        return Ok(fresh + archive);
    }
    let after = archive.find(START).map_or(0, |at| at + START.len());
    let after = archive[after..].find('\n').map_or(archive.len(), |at| after + at + 1);
    let (introduction, entries) = archive.split_at(after);
    let blank = if introduction.ends_with('\n') { String::new() } else { with_line_ends_of(text, "\n") };
    Ok([&fresh, introduction, &blank, &with_line_ends_of(text, &entry(&line)), entries].concat())
}
