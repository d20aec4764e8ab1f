//! Notes in sections: `## 4.0.0`, then `Unreleased.` or `Released 2022-12-20.` (R3).

use jiff::civil::Date;
use semver::Version;

use super::{
    NotesError,
    headings::{Mark, MarkKind, end_of, line, marks, with_line_ends_of},
};

pub(super) const TEMPLATE: &str = "\
## VERSION

Unreleased.

### Added

### Changed

### Fixed

--------------------------------------------------------------------------------
";

const UNRELEASED: &str = "Unreleased";

/// What the section of a version says.
pub(super) fn body(text: &str, version: &Version) -> Option<String> {
    let marks = marks(text);
    let at = find(&marks, version)?;
    Some(text[marks[at].place.end..end_of(text, &marks, at)].trim().to_owned())
}

fn find(marks: &[Mark<'_>], version: &Version) -> Option<usize> {
    marks.iter().position(|mark| mark.version().as_ref() == Some(version))
}

/// The template for a version; ends with a line end.
pub(super) fn fill(text: &str, version: &Version, template: Option<&str>) -> Result<String, NotesError> {
    let template = template.unwrap_or(TEMPLATE);
    if !template.contains("VERSION") {
        return Err(NotesError::TemplateWithoutVersion);
    }
    let filled = template.replace("VERSION", &version.to_string());
    Ok(with_line_ends_of(text, &format!("{}\n", filled.trim_end())))
}

/// Add a section on top, unless there is one for the version or one for whatever comes next.
pub(super) fn open(text: &str, version: &Version, template: Option<&str>) -> Result<String, NotesError> {
    let marks = marks(text);
    if marks.iter().any(|mark| mark.version().as_ref() == Some(version) || mark.is_unreleased()) {
        return Ok(text.to_owned());
    }
    let separated = marks.iter().any(|mark| mark.kind == MarkKind::Separator);
    let mut section = fill(text, version, template)?;
    if template.is_none() && !separated && !text.is_empty() {
        // The built-in template ends with a line that this file's sections do not have.
        let end = section.trim_end().trim_end_matches('-').trim_end().len();
        section.truncate(end);
        section += &with_line_ends_of(text, "\n");
    }
    let blank = with_line_ends_of(text, "\n");
    Ok(match marks.iter().find(|mark| mark.version().is_some()) {
        Some(first) => {
            let (before, after) = text.split_at(first.place.start);
            [before, &section, &blank, after].concat()
        }
        None if text.trim().is_empty() => section,
        None => {
            let end = if text.ends_with('\n') { "" } else { blank.as_str() };
            [text, end, &blank, &section].concat()
        }
    })
}

/// Date the section of a version.
pub(super) fn release(text: &str, version: &Version, date: Date) -> Result<String, NotesError> {
    let marks = marks(text);
    let Some(at) = find(&marks, version) else { return release_next(text, &marks, version, date) };
    let start = marks[at].place.end;
    let end = marks.get(at + 1).map_or(text.len(), |mark| mark.place.start);
    let mut offset = start;
    for line in text[start..end].split_inclusive('\n') {
        if line.starts_with(UNRELEASED) {
            let after = offset + UNRELEASED.len();
            return Ok(format!("{}Released {date}{}", &text[..offset], &text[after..]));
        }
        if line.starts_with("Released ") {
            return Ok(text.to_owned());
        }
        offset += line.len();
    }
    Err(NotesError::NoMarker { version: version.clone(), line: line(text, marks[at].place.start) })
}

/// Give the section for whatever comes next its version and date.
fn release_next(text: &str, marks: &[Mark<'_>], version: &Version, date: Date) -> Result<String, NotesError> {
    let next = marks.iter().find(|mark| mark.is_unreleased());
    let next = next.ok_or_else(|| NotesError::NoSection { version: version.clone() })?;
    let MarkKind::Heading { level, .. } = next.kind else {
        return Err(NotesError::NoSection { version: version.clone() });
    };
    let heading = format!("{} {version}\n\nReleased {date}.\n", "#".repeat(level));
    let heading = with_line_ends_of(text, &heading);
    Ok([&text[..next.place.start], &heading, &text[next.place.end..]].concat())
}
