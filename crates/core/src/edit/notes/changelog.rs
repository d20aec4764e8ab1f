//! Keep a Changelog: `## [Unreleased]` on top, `## [1.2.0] - 2022-12-20` below.

use jiff::civil::Date;
use semver::Version;

use super::{
    NotesError,
    blocks::{Blocks, Label},
    file::{NotesFile, Section, State},
    heading::{self, Manner, named, with_words},
    lines::with_line_ends_of,
    title::Says,
};
use crate::edit::splice::Splices;

pub(super) const TEMPLATE: &str = "## [Unreleased]\n";

/// Whether a label such as `[1.2.0]: https://..` is that of a heading: a version or `unreleased`.
pub(super) fn is_heading_label(label: &str) -> bool {
    Version::parse(label.trim_start_matches('v')).is_ok() || label.eq_ignore_ascii_case("unreleased")
}

/// Have an `Unreleased` section on top.
pub(super) fn open(text: &str) -> String {
    let file = NotesFile::parse(text);
    if file.unreleased().is_some() {
        return text.to_owned();
    }
    match file.sections.first() {
        Some(first) => {
            let words = if file.is_linked(first) { "[Unreleased]" } else { "Unreleased" };
            let section = format!("{}\n", with_words(&file, first, words).trim_end());
            let (before, after) = text.split_at(first.heading.bytes.start);
            [before, &with_line_ends_of(text, &format!("{section}\n")), after].concat()
        }
        None if text.trim_start_matches('\u{feff}').trim().is_empty() => {
            let mark = &text[..text.len() - text.trim_start_matches('\u{feff}').len()];
            format!("{mark}{}", with_line_ends_of(text, TEMPLATE))
        }
        None => [text.trim_end(), &with_line_ends_of(text, "\n\n## [Unreleased]\n")].concat(),
    }
}

/// Give what is unreleased a version and a date, below a fresh `Unreleased`.
pub(super) fn release(text: &str, version: &Version, date: Date) -> Result<String, NotesError> {
    let file = NotesFile::parse(text);
    if let Some(section) = file.section_to_be(version) {
        if matches!(section.state, State::Released(_)) {
            return Ok(text.to_owned());
        }
        let mut splices = Splices::default();
        if let Some(marker) = &section.marker {
            splices.replace(marker.bytes.clone(), format!("Released {date}"));
        }
        if section.marker.is_none() || section.heading_says != Says::Nothing {
            let heading = heading::dated(&file, section, version, date);
            splices.replace(section.heading.bytes.clone(), heading.ok_or_else(|| NotesError::heading(&file, section))?);
        }
        return Ok(ended_links(&splices.apply(text), version));
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

/// Put a version's heading between `Unreleased` and what stands below it.
fn below_fresh(file: &NotesFile<'_>, unreleased: &Section<'_>, version: &Version, date: Option<Date>) -> String {
    let text = file.text;
    let name = named(file, version, file.is_linked(unreleased));
    let words = match (Manner::of(file), date) {
        (Some(manner), Some(date)) => manner.dated(version, date),
        (None, Some(date)) => format!("{name} - {date}"),
        (_, None) => name,
    };
    let heading = with_words(file, unreleased, &words);
    let insert = with_line_ends_of(text, &format!("\n{}\n", heading.trim_end()));
    let (before, after) = text.split_at(unreleased.heading.bytes.end);
    let end = if before.ends_with('\n') { String::new() } else { with_line_ends_of(text, "\n") };
    [before, &end, &insert, after].concat()
}

/// A comparison of two tags, as forges write it.
struct Comparison<'a> {
    base: &'a str,
    from: &'a str,
    dots: &'a str,
    to: &'a str,
}

impl<'a> Comparison<'a> {
    fn of(address: &'a str) -> Option<Self> {
        let (base, range) = address.split_once("/compare/")?;
        let dots = if range.contains("...") { "..." } else { ".." };
        let (from, to) = range.split_once(dots)?;
        Some(Self { base, from, dots, to })
    }

    /// The tag of a version, named as that with which the comparison begins. None: that names no version.
    fn tag(&self, version: &Version) -> Option<String> {
        let digits = self.from.find(|c: char| c.is_ascii_digit())?;
        Version::parse(&self.from[digits..]).ok()?;
        Some(format!("{}{version}", &self.from[..digits]))
    }

    fn written(&self, from: &str, to: &str) -> String {
        format!("{}/compare/{from}{}{to}", self.base, self.dots)
    }
}

/// Where `[unreleased]` links to a comparison with the newest version: let it start at this one, and give this one the old
/// comparison. Other addresses stay: what they would be for a version is not known.
fn move_links(text: &str, version: &Version) -> String {
    let moved = || {
        let blocks = Blocks::of(text);
        let label = blocks.labels.iter().find(|label| label.name.eq_ignore_ascii_case("unreleased"))?;
        let (written, compared) = compared(text, label)?;
        let tag = compared.tag(version)?;
        let name = &written[1..written.find("]:")?];
        let own = format!("[{version}]: {}", compared.written(compared.from, &tag));
        let next = format!("[{name}]: {}", compared.written(&tag, compared.to));
        let lines = if blocks.labels.iter().any(|other| other.name == version.to_string()) {
            next
        } else {
            with_line_ends_of(text, &format!("{next}\n{own}"))
        };
        let mut splices = Splices::default();
        splices.replace(label.place.start..label.place.start + written.len(), lines);
        Some(splices.apply(text))
    };
    moved().unwrap_or_else(|| text.to_owned())
}

/// Where the link of a version compares with what has no end yet, such as `HEAD`: let it end with its tag.
fn ended_links(text: &str, version: &Version) -> String {
    let ended = || {
        let blocks = Blocks::of(text);
        let name = version.to_string();
        let label = blocks.labels.iter().find(|label| label.name.trim_start_matches('v') == name)?;
        let (written, compared) = compared(text, label)?;
        let open = ["HEAD", "main", "master", "trunk", "develop"].contains(&compared.to);
        let tag = compared.tag(version).filter(|_| open)?;
        let label_end = written.find("]:")? + 2;
        let own = format!("{} {}", &written[..label_end], compared.written(compared.from, &tag));
        let mut splices = Splices::default();
        splices.replace(label.place.start..label.place.start + written.len(), own);
        Some(splices.apply(text))
    };
    ended().unwrap_or_else(|| text.to_owned())
}

/// A definition `[label]: address` as it is written on one line, and the comparison that it links to.
fn compared<'t>(text: &'t str, label: &Label) -> Option<(&'t str, Comparison<'t>)> {
    let written = text[label.place.clone()].trim_end();
    let (_, address) = written.split_once("]:")?;
    let address = address.trim_start();
    (!address.contains(char::is_whitespace)).then(|| Some((written, Comparison::of(address)?)))?
}
