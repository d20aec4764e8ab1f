//! Keep a Changelog: `## [Unreleased]` on top, `## [1.2.0] - 2022-12-20` below.

use jiff::civil::Date;
use semver::Version;

use super::{
    NotesError,
    headings::{Mark, MarkKind, end_of, marks, with_line_ends_of},
};

pub(super) const TEMPLATE: &str = "## [Unreleased]\n";

/// What the section of a version says.
pub(super) fn body(text: &str, version: &Version) -> Option<String> {
    let marks = marks(text);
    let at = marks.iter().position(|mark| mark.version().as_ref() == Some(version))?;
    let section = &text[marks[at].place.end..end_of(text, &marks, at)];
    // The links of the headings follow the last section, and are not part of it.
    let links = section.match_indices('[').find(|(at, _)| {
        (*at == 0 || section[..*at].ends_with('\n'))
            && heading_link(section[*at..].lines().next().unwrap_or("")).is_some()
    });
    Some(section[..links.map_or(section.len(), |(at, _)| at)].trim().to_owned())
}

/// The label and the address of a line such as `[1.2.0]: https://..`, where the label is a version or `unreleased`.
fn heading_link(line: &str) -> Option<(&str, &str)> {
    let (label, address) = line.trim_end().strip_prefix('[')?.split_once("]:")?;
    let version = Version::parse(label.trim_start_matches('v')).is_ok();
    (version || label.eq_ignore_ascii_case("unreleased")).then(|| (label, address.trim()))
}

/// Have an `Unreleased` section on top.
pub(super) fn open(text: &str) -> String {
    let marks = marks(text);
    if marks.iter().any(Mark::is_unreleased) {
        return text.to_owned();
    }
    let section = with_line_ends_of(text, "## [Unreleased]\n\n");
    match marks.iter().find(|mark| mark.version().is_some()) {
        Some(first) => [&text[..first.place.start], &section, &text[first.place.start..]].concat(),
        None if text.trim().is_empty() => with_line_ends_of(text, TEMPLATE),
        None => [text.trim_end(), &with_line_ends_of(text, "\n\n## [Unreleased]\n")].concat(),
    }
}

/// Give what is unreleased a version and a date, below a fresh `Unreleased`.
pub(super) fn release(text: &str, version: &Version, date: Date) -> Result<String, NotesError> {
    let marks = marks(text);
    if let Some(mark) = marks.iter().find(|mark| mark.version().as_ref() == Some(version)) {
        return Ok(dated(text, mark, date));
    }
    let unreleased = marks.iter().find(|mark| mark.is_unreleased());
    let unreleased = unreleased.ok_or_else(|| NotesError::NoSection { version: version.clone() })?;
    Ok(move_links(&below_fresh(text, unreleased, &format!("{version}"), Some(date)), version))
}

/// Give what is unreleased the version that was cut; its date is not known yet.
pub(super) fn cut(text: &str, old: &Version) -> String {
    let marks = marks(text);
    if marks.iter().any(|mark| mark.version().as_ref() == Some(old)) {
        return open(text);
    }
    match marks.iter().find(|mark| mark.is_unreleased()) {
        Some(unreleased) => move_links(&below_fresh(text, unreleased, &old.to_string(), None), old),
        None => open(text),
    }
}

/// The heading of a version with a date, if it has none.
fn dated(text: &str, mark: &Mark<'_>, date: Date) -> String {
    let heading = text[mark.place.clone()].trim_end();
    let bare = heading.split_whitespace().count() <= 2;
    if !bare {
        return text.to_owned();
    }
    let end = mark.place.start + heading.len();
    format!("{} - {date}{}", &text[..end], &text[end..])
}

/// Put a version's heading between `Unreleased` and what stands below it.
fn below_fresh(text: &str, unreleased: &Mark<'_>, version: &str, date: Option<Date>) -> String {
    let MarkKind::Heading { level, text: words } = &unreleased.kind else { return text.to_owned() };
    let name = if words.starts_with('[') { format!("[{version}]") } else { version.to_owned() };
    let date = date.map_or(String::new(), |date| format!(" - {date}"));
    let insert = with_line_ends_of(text, &format!("\n{} {name}{date}\n", "#".repeat(*level)));
    let (before, after) = text.split_at(unreleased.place.end);
    let end = if before.ends_with('\n') { String::new() } else { with_line_ends_of(text, "\n") };
    [before, &end, &insert, after].concat()
}

/// Where `[unreleased]` links to a comparison with the newest version: let it start at this one, and give this one the old
/// comparison.
fn move_links(text: &str, version: &Version) -> String {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let Some((label, address)) = heading_link(line) else { continue };
        if !label.eq_ignore_ascii_case("unreleased") {
            continue;
        }
        let Some((base, range)) = address.split_once("/compare/") else { return text.to_owned() };
        let Some((from, head)) = range.split_once("...") else { return text.to_owned() };
        let digits = from.find(|c: char| c.is_ascii_digit());
        let Some(digits) = digits.filter(|at| Version::parse(&from[*at..]).is_ok()) else { return text.to_owned() };
        let tag = format!("{}{version}", &from[..digits]);
        let links = format!("[{label}]: {base}/compare/{tag}...{head}\n[{version}]: {base}/compare/{from}...{tag}\n");
        let mut links = with_line_ends_of(text, &links);
        if !line.ends_with('\n') {
            links.truncate(links.trim_end().len());
        }
        return [&text[..start], &links, &text[offset..]].concat();
    }
    text.to_owned()
}
