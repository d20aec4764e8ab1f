//! Keep a Changelog: `## [Unreleased]` on top, `## [1.2.0] - 2022-12-20` below.

use jiff::civil::Date;
use semver::Version;

use super::{
    NotesError,
    file::{NotesFile, Section, State},
    headings::with_line_ends_of,
};

pub(super) const TEMPLATE: &str = "## [Unreleased]\n";

/// The label and the address of a line such as `[1.2.0]: https://..`, where the label is a version or `unreleased`.
pub(super) fn heading_link(line: &str) -> Option<(&str, &str)> {
    let (label, address) = line.trim_end().strip_prefix('[')?.split_once("]:")?;
    let version = Version::parse(label.trim_start_matches('v')).is_ok();
    (version || label.eq_ignore_ascii_case("unreleased")).then(|| (label, address.trim()))
}

/// Have an `Unreleased` section on top.
pub(super) fn open(text: &str) -> String {
    let file = NotesFile::parse(text);
    if file.unreleased().is_some() {
        return text.to_owned();
    }
    let section = with_line_ends_of(text, "## [Unreleased]\n\n");
    match file.sections.first() {
        Some(first) => {
            let (before, after) = text.split_at(first.heading.bytes.start);
            [before, &section, after].concat()
        }
        None if text.trim().is_empty() => with_line_ends_of(text, TEMPLATE),
        None => [text.trim_end(), &with_line_ends_of(text, "\n\n## [Unreleased]\n")].concat(),
    }
}

/// Give what is unreleased a version and a date, below a fresh `Unreleased`.
pub(super) fn release(text: &str, version: &Version, date: Date) -> Result<String, NotesError> {
    let file = NotesFile::parse(text);
    if let Some(section) = file.section(version) {
        return Ok(dated(&file, section, date));
    }
    let unreleased = file.unreleased().ok_or_else(|| NotesError::NoSection { version: version.clone() })?;
    Ok(move_links(&below_fresh(&file, unreleased, version, Some(date)), version))
}

/// Give what is unreleased the version that was cut; its date is not known yet.
pub(super) fn cut(text: &str, old: &Version) -> String {
    let file = NotesFile::parse(text);
    if file.section(old).is_some() {
        return open(text);
    }
    match file.unreleased() {
        Some(unreleased) => move_links(&below_fresh(&file, unreleased, old, None), old),
        None => open(text),
    }
}

/// The heading of a version with a date, if it has none.
fn dated(file: &NotesFile<'_>, section: &Section<'_>, date: Date) -> String {
    let text = file.text;
    let heading = text[section.heading.bytes.clone()].trim_end();
    let bare = heading.split_whitespace().count() <= 2;
    if !bare || matches!(section.state, State::Released(_)) {
        return text.to_owned();
    }
    let end = section.heading.bytes.start + heading.len();
    format!("{} - {date}{}", &text[..end], &text[end..])
}

/// Put a version's heading between `Unreleased` and what stands below it.
fn below_fresh(file: &NotesFile<'_>, unreleased: &Section<'_>, version: &Version, date: Option<Date>) -> String {
    let text = file.text;
    let name = if file.is_linked(unreleased) { format!("[{version}]") } else { version.to_string() };
    let date = date.map_or(String::new(), |date| format!(" - {date}"));
    let insert = with_line_ends_of(text, &format!("\n{} {name}{date}\n", "#".repeat(unreleased.level)));
    let (before, after) = text.split_at(unreleased.heading.bytes.end);
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
