//! Checks of single values that several parts of the policy share.

use globset::Glob;
use jiff::civil::Date;
use semver::Version;

use crate::policy::{
    error::{Fault, Problem},
    pattern::unknown_placeholder,
    raw::{Amount, At, RawDate, RawVersion},
    tree::Span,
};

/// A key that has no default.
pub(super) fn required<T>(value: Option<T>, span: Option<Span>, key: &str, example: &str) -> Result<T, Fault> {
    value.ok_or_else(|| Fault::new(span, Problem::MissingKey { key: key.to_owned(), example: example.to_owned() }))
}

/// A required text with something in it.
pub(super) fn text<'t>(
    value: Option<&'t At<String>>,
    span: Option<Span>,
    key: &str,
    example: &str,
) -> Result<&'t At<String>, Fault> {
    filled(required(value, span, key, example)?, key)
}

/// A text with something in it.
pub(super) fn filled<'t>(text: &'t At<String>, key: &str) -> Result<&'t At<String>, Fault> {
    if text.value.trim().is_empty() {
        return Err(Fault::new(text.span, Problem::Empty { key: key.to_owned() }));
    }
    Ok(text)
}

/// A text that may be emptied to switch it off.
pub(super) fn unless_empty(text: &At<String>) -> Option<&At<String>> {
    Some(text).filter(|text| !text.value.is_empty())
}

/// Globs over names or paths.
pub(super) fn globs(written: &[At<String>]) -> Result<Vec<String>, Fault> {
    written.iter().try_for_each(glob)?;
    Ok(values(written))
}

/// The values without their places.
pub(super) fn values<T: Clone>(written: &[At<T>]) -> Vec<T> {
    written.iter().map(|at| at.value.clone()).collect()
}

/// A day of the calendar.
pub(super) fn date(written: &At<RawDate>) -> Result<Date, Fault> {
    let text = &written.value.0;
    let shaped = text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let parsed = text.parse().ok().filter(|_| shaped);
    parsed.ok_or_else(|| Fault::new(written.span, Problem::InvalidDate { text: text.clone() }))
}

/// A version that starts a major: `4.0.0`, `0.32.0`, or `0.0.7`.
pub(super) fn major_start(written: &At<RawVersion>) -> Result<Version, Fault> {
    let text = &written.value.0;
    let version: Version =
        text.parse().map_err(|_| Fault::new(written.span, Problem::InvalidVersion { text: text.clone() }))?;
    let start = match (version.major, version.minor) {
        (0, 0) => Version::new(0, 0, version.patch),
        (0, minor) => Version::new(0, minor, 0),
        (major, _) => Version::new(major, 0, 0),
    };
    if version == start {
        return Ok(version);
    }
    Err(Fault::new(written.span, Problem::NotAMajor { version, start }))
}

/// A whole number in a range.
pub(super) fn amount(written: &At<Amount>, key: &str, least: i64, most: i64) -> Result<u32, Fault> {
    let value = written.value.0;
    let in_range = (least..=most).contains(&value).then(|| u32::try_from(value).ok()).flatten();
    in_range.ok_or_else(|| Fault::new(written.span, Problem::OutOfRange { key: key.to_owned(), value, least, most }))
}

/// A pattern over package names, without a `!` in front.
pub(super) fn glob(written: &At<String>) -> Result<(), Fault> {
    let bad = |reason: String| Fault::new(written.span, Problem::BadGlob { pattern: written.value.clone(), reason });
    let pattern = written.value.strip_prefix('!').unwrap_or(&written.value);
    if pattern.is_empty() {
        return Err(bad("it is empty".to_owned()));
    }
    // Most are plain names, and every epoch is checked: do not compile those.
    if !pattern.contains(['*', '?', '[', ']', '{', '}', '\\']) {
        return Ok(());
    }
    Glob::new(pattern).map(|_| ()).map_err(|error| bad(error.kind().to_string()))
}

/// A path from the repository's root.
pub(super) fn path(written: &At<String>, key: &str) -> Result<String, Fault> {
    let path = &written.value;
    let stays_inside = !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if stays_inside {
        return Ok(path.clone());
    }
    Err(Fault::new(written.span, Problem::OutsidePath { key: key.to_owned(), path: path.clone() }))
}

/// Only these placeholders.
pub(super) fn placeholders(written: &At<String>, key: &str, known: &[&str]) -> Result<(), Fault> {
    match unknown_placeholder(&written.value, known) {
        None => Ok(()),
        Some(placeholder) => {
            let known = known.iter().map(|word| (*word).to_owned()).collect();
            Err(Fault::new(written.span, Problem::UnknownPlaceholder { key: key.to_owned(), placeholder, known }))
        }
    }
}
