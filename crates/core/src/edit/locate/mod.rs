//! Versions in files that are no manifests (R11): find the places, then replace just those letters.
//!
//! One file for each way the policy has to name a place. All of them give places, so that what is read, what is judged and
//! what is replaced are the same letters.

pub(crate) mod header;
mod json;
mod marker;
mod pattern;
mod place;
mod text;
mod toml;
mod whole;
mod xml;
mod yaml;

use semver::Version;

pub use place::{Reached, VersionPart, VersionPlace};

use super::{EditError, splice::Splices};
use crate::policy::{Locator, VersionFile};
use place::{Fault, Place};

/// Where a file holds versions, by the policy. At least one place; in the order of the text.
///
/// # Errors
///
/// When the file cannot be read as what the policy says it is, when it has no such place or more than it should, and when no
/// version stands there.
pub fn versions_in(file: &VersionFile, text: &str) -> Result<Vec<VersionPlace>, EditError> {
    let places = find(file, text)?;
    Ok(places.into_iter().map(|place| place.describe(text)).collect())
}

/// The text with the version in all of its places.
pub(super) fn set(file: &VersionFile, text: &str, version: &Version) -> Result<String, EditError> {
    let mut splices = Splices::default();
    for place in find(file, text)? {
        splices.replace(place.range, place.part.of(version));
    }
    Ok(splices.apply(text))
}

/// The text with the versions that another state of the file has in the same places. None where they have other places.
pub(crate) fn with_versions_of(file: &VersionFile, text: &str, other: &str) -> Option<String> {
    let (places, others) = (find(file, text).ok()?, find(file, other).ok()?);
    let mut splices = Splices::default();
    for (place, by) in places.iter().zip(&others) {
        splices.replace(place.range.clone(), &other[by.range.clone()]);
    }
    let same = places.iter().map(|place| place.part).eq(others.iter().map(|place| place.part));
    same.then(|| splices.apply(text))
}

fn find(file: &VersionFile, text: &str) -> Result<Vec<Place>, EditError> {
    // Parsers differ in what they make of a byte order mark: none of them gets to see it.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = text.len() - body.len();
    let mut places = places(&file.locate, body).map_err(|fault| fault.in_file(&file.path, &file.locate))?;
    for place in &mut places {
        place.range = place.range.start + skipped..place.range.end + skipped;
    }
    Ok(places)
}

fn places(locator: &Locator, text: &str) -> Result<Vec<Place>, Fault> {
    let range = match locator {
        Locator::CHeader { prefix } => return header::find(text, prefix),
        Locator::Marker(marker) => return marker::find(text, marker),
        Locator::Text { pattern } => text::find(text, pattern)?,
        Locator::Toml(path) => toml::find(text, path)?,
        Locator::Json(pointer) => json::find(text, pointer)?,
        Locator::Xml(path) => xml::find(text, path)?,
        Locator::Yaml(path) => yaml::find(text, path)?,
        Locator::WholeFile => whole::find(text),
        Locator::Pattern(regex) => pattern::find(text, regex)?,
    };
    Ok(vec![Place::version(text, range)?])
}

#[cfg(test)]
mod tests;
