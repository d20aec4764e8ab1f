//! Which repository something is in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A repository with its forge: the project's own, or another that takes part in its releases.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Option<RepositoryName>", into = "Option<RepositoryName>")]
pub enum RepositoryId {
    /// The project's own. It is not named, in JSON or in words.
    #[default]
    Own,
    /// Another, by its name.
    Other(RepositoryName),
}

impl RepositoryId {
    /// The project's own.
    pub fn is_own(&self) -> bool {
        *self == Self::Own
    }
}

impl From<Option<RepositoryName>> for RepositoryId {
    fn from(name: Option<RepositoryName>) -> Self {
        name.map_or(Self::Own, Self::Other)
    }
}

impl From<RepositoryId> for Option<RepositoryName> {
    fn from(id: RepositoryId) -> Self {
        match id {
            RepositoryId::Own => None,
            RepositoryId::Other(name) => Some(name),
        }
    }
}

/// To be put behind what is in it: nothing for the project's own, else ` in wasmtime-py`.
impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => Ok(()),
            Self::Other(name) => write!(f, " in {name}"),
        }
    }
}

/// What a repository is called, such as `wasmtime-py`: letters, digits, `-`, `_` and `.`, as forges have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName(String);

/// Text that is no name of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no name of a repository: it has letters, digits, `-`, `_` and `.`, and does not begin with `.` or `-`"
)]
pub struct InvalidRepositoryName(String);

impl FromStr for RepositoryName {
    type Err = InvalidRepositoryName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for RepositoryName {
    type Error = InvalidRepositoryName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if text.is_empty() || text.starts_with(['.', '-']) || !text.chars().all(fits) {
            return Err(InvalidRepositoryName(text));
        }
        Ok(Self(text))
    }
}

impl From<RepositoryName> for String {
    fn from(name: RepositoryName) -> Self {
        name.0
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_forges_take() {
        for name in ["wasmtime-py", "a", "x_1.2"] {
            assert_eq!(name.parse::<RepositoryName>().map(String::from), Ok(name.to_owned()));
        }
        for name in ["", ".", "..", ".git", "-x", "a/b", "a b", "ä"] {
            assert!(name.parse::<RepositoryName>().is_err(), "{name}");
        }
        assert!(serde_json::from_str::<RepositoryName>("\"a/b\"").is_err());
    }
}
