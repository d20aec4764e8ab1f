//! `..(?<version>..)..`: a regular expression that finds a version.

use regex_lite::{Regex, RegexBuilder};
use serde::{Serialize, Serializer};

use super::LocatorError;

/// A regular expression with one named capture, `version`. `^` and `$` are the ends of a line.
#[derive(Debug, Clone)]
pub struct VersionRegex(Regex);

impl VersionRegex {
    /// Read an expression.
    ///
    /// # Errors
    /// It is none, it would be too large, or its named captures are not just `version`.
    pub fn parse(text: &str) -> Result<Self, LocatorError> {
        let regex = RegexBuilder::new(text)
            .multi_line(true)
            .crlf(true)
            .build()
            .map_err(|error| LocatorError::Regex { why: error.to_string() })?;
        let names: Vec<&str> = regex.capture_names().flatten().collect();
        if names != ["version"] {
            return Err(LocatorError::Captures { names: names.into_iter().map(str::to_owned).collect() });
        }
        Ok(Self(regex))
    }

    /// The text, as written in the policy.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The expression.
    pub(crate) fn regex(&self) -> &Regex {
        &self.0
    }
}

impl PartialEq for VersionRegex {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for VersionRegex {}

impl Serialize for VersionRegex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
