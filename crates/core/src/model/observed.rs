//! A fact, or why it could not be had.

use serde::{Deserialize, Serialize};

/// A fact, or why it could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observed<T> {
    /// What was seen.
    Known(T),
    /// Not seen: the words say why, for people.
    Unknown(String),
}

impl<T> Observed<T> {
    /// The fact, where there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(fact) => Some(fact),
            Self::Unknown(_) => None,
        }
    }

    /// The fact, or why it is not there.
    ///
    /// # Errors
    /// It was not seen: the words say why, for people.
    pub fn seen(&self) -> Result<&T, &str> {
        match self {
            Self::Known(fact) => Ok(fact),
            Self::Unknown(why) => Err(why),
        }
    }
}
