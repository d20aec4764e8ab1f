//! A place that a version stands in, and why there is none.

use std::ops::Range;

use semver::Version;
use serde::Serialize;

use crate::{edit::EditError, policy::Locator, workspace::line_of};

/// A version, or a part of one, in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionPlace {
    /// Line, from 1.
    pub line: usize,
    /// What stands there, without quotes.
    pub written: String,
    /// How much of a version it is.
    pub part: VersionPart,
}

impl VersionPlace {
    /// Whether this is what `version` would be written as here.
    pub fn holds(&self, version: &Version) -> bool {
        self.part.of(version) == self.written
    }
}

/// How much of a version a place holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionPart {
    /// All of it: `1.2.3-rc.1`.
    Whole,
    /// The first number.
    Major,
    /// The second number.
    Minor,
    /// The third number.
    Patch,
}

impl VersionPart {
    /// The part of a version, as it is written.
    pub fn of(self, version: &Version) -> String {
        match self {
            Self::Whole => version.to_string(),
            Self::Major => version.major.to_string(),
            Self::Minor => version.minor.to_string(),
            Self::Patch => version.patch.to_string(),
        }
    }

    fn is_written(self, text: &str) -> bool {
        match self {
            Self::Whole => Version::parse(text).is_ok(),
            Self::Major | Self::Minor | Self::Patch => text.parse::<u64>().is_ok() && !text.starts_with('+'),
        }
    }
}

/// The letters of a version.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) range: Range<usize>,
    pub(super) part: VersionPart,
}

impl Place {
    /// A whole version, with or without a `v` in front, which stays.
    pub(super) fn version(text: &str, range: Range<usize>) -> Result<Self, Fault> {
        let written = &text[range.clone()];
        let start = if written.starts_with(['v', 'V']) { range.start + 1 } else { range.start };
        Self::of(text, start..range.end, VersionPart::Whole)
    }

    /// A part of a version.
    pub(super) fn of(text: &str, range: Range<usize>, part: VersionPart) -> Result<Self, Fault> {
        let written = &text[range.clone()];
        if part.is_written(written) {
            return Ok(Self { range, part });
        }
        Err(Fault::no_version(text, range.start, written))
    }

    pub(super) fn describe(self, text: &str) -> VersionPlace {
        VersionPlace { line: line_of(text, self.range.start), written: text[self.range].to_owned(), part: self.part }
    }
}

/// Why a text has no place for a version. Lines count from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not what the policy says it is.
    Unreadable { line: usize, why: String },
    /// The place is not there; how far the way to it leads.
    Nothing(Option<Reached>),
    /// There are several.
    Several { looked_for: Option<String>, lines: Vec<usize> },
    /// What stands there is no version.
    NoVersion { line: usize, found: String },
    /// A line has several versions where one is meant.
    SeveralVersions { line: usize, found: Vec<String> },
}

/// The last thing on the way to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Line, from 1.
    pub line: usize,
    /// What is not there.
    pub missing: String,
}

impl Fault {
    /// What stands at an offset is no version.
    pub(super) fn no_version(text: &str, offset: usize, found: &str) -> Self {
        const MOST: usize = 60;
        let first = found.lines().next().unwrap_or_default();
        let cut = first.char_indices().nth(MOST).map(|(at, _)| at);
        let found = cut.map_or_else(|| first.to_owned(), |at| format!("{}...", &first[..at]));
        Self::NoVersion { line: line_of(text, offset), found }
    }

    /// Just one of the ranges that were found.
    pub(super) fn unless_one(
        text: &str,
        mut ranges: Vec<Range<usize>>,
        reached: Option<Reached>,
    ) -> Result<Range<usize>, Self> {
        match (ranges.pop(), ranges.is_empty()) {
            (Some(range), true) => Ok(range),
            (None, _) => Err(Self::Nothing(reached)),
            (Some(last), false) => {
                ranges.push(last);
                let lines = ranges.iter().map(|range| line_of(text, range.start)).collect();
                Err(Self::Several { looked_for: None, lines })
            }
        }
    }

    /// With the file, and what the policy looks for in it.
    pub(super) fn in_file(self, path: &str, locator: &Locator) -> EditError {
        let (path, all) = (path.to_owned(), locator.looked_for());
        match self {
            Self::Unreadable { line, why } => EditError::Unreadable { path, line, why },
            Self::Nothing(reached) => EditError::NothingToSet { path, looked_for: all, reached },
            Self::Several { looked_for, lines } => {
                EditError::Ambiguous { path, looked_for: looked_for.unwrap_or(all), lines }
            }
            Self::NoVersion { line, found } => EditError::NoVersion { path, line, found },
            Self::SeveralVersions { line, found } => EditError::SeveralVersions { path, line, found },
        }
    }
}
