//! Release lines.

use std::{fmt, str::FromStr};

use semver::Version;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A maintained series, named by major and minor: `36.0` holds 36.0.0, 36.0.1 and so on; `0.40` holds 0.40.x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LineName {
    /// Major number of every version on the line.
    pub major: u64,
    /// Minor number of every version on the line.
    pub minor: u64,
}

/// A text that names no line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a release line: use MAJOR.MINOR, such as `36.0`")]
pub struct InvalidLineName(String);

impl LineName {
    /// The line a version is on.
    pub fn of(version: &Version) -> Self {
        Self { major: version.major, minor: version.minor }
    }

    /// The version that opens the line.
    pub fn first_version(self) -> Version {
        Version::new(self.major, self.minor, 0)
    }
}

impl FromStr for LineName {
    type Err = InvalidLineName;

    fn from_str(text: &str) -> Result<Self, InvalidLineName> {
        let invalid = || InvalidLineName(text.to_owned());
        let (major, minor) = text.split_once('.').ok_or_else(invalid)?;
        Ok(Self { major: major.parse().map_err(|_| invalid())?, minor: minor.parse().map_err(|_| invalid())? })
    }
}

impl TryFrom<String> for LineName {
    type Error = InvalidLineName;

    fn try_from(text: String) -> Result<Self, InvalidLineName> {
        text.parse()
    }
}

impl From<LineName> for String {
    fn from(line: LineName) -> Self {
        line.to_string()
    }
}

impl fmt::Display for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
