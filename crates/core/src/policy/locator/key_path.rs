//! `a.b[0]."c.d"`: keys and indexes from the root of a TOML or YAML file.

use std::fmt;

use serde::{Serialize, Serializer};

use super::LocatorError;

/// Keys with dots between them. A key with a dot, a quote or a bracket in it stands in quotes; `[0]` is an element of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPath {
    written: String,
    steps: Vec<KeyStep>,
}

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStep {
    /// The value of a key.
    Key(String),
    /// An element of a list, from 0.
    Index(usize),
}

impl fmt::Display for KeyStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => formatter.write_str(key),
            Self::Index(at) => write!(formatter, "[{at}]"),
        }
    }
}

impl KeyPath {
    /// Read a path.
    ///
    /// # Errors
    /// The text is no path: an empty name, an open quote, an index that is none.
    pub fn parse(text: &str) -> Result<Self, LocatorError> {
        let mut steps = Vec::new();
        let mut rest = text;
        if !rest.starts_with('[') {
            rest = read_key(rest, &mut steps)?;
        }
        loop {
            rest = match rest.chars().next() {
                None => return Ok(Self { written: text.to_owned(), steps }),
                Some('.') => read_key(&rest[1..], &mut steps)?,
                Some('[') => read_index(&rest[1..], &mut steps)?,
                Some(_) => return Err(LocatorError::Trailing { rest: rest.to_owned() }),
            };
        }
    }

    /// The text, as written in the policy.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// From the root down; at least one.
    pub fn steps(&self) -> &[KeyStep] {
        &self.steps
    }
}

/// Take a key off the front; what is left comes back.
fn read_key<'t>(text: &'t str, steps: &mut Vec<KeyStep>) -> Result<&'t str, LocatorError> {
    let (key, rest) = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split_once(quote).ok_or(LocatorError::OpenQuote)?,
        _ => text.split_at(text.find(['.', '[']).unwrap_or(text.len())),
    };
    if key.is_empty() {
        return Err(LocatorError::NameMissing);
    }
    steps.push(KeyStep::Key(key.to_owned()));
    Ok(rest)
}

/// Take what follows `[` off the front; what is left comes back.
fn read_index<'t>(text: &'t str, steps: &mut Vec<KeyStep>) -> Result<&'t str, LocatorError> {
    let bad = |index: &str| LocatorError::BadIndex { index: index.to_owned() };
    let (index, rest) = text.split_once(']').ok_or_else(|| bad(text))?;
    if !index.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad(index));
    }
    steps.push(KeyStep::Index(index.parse().map_err(|_| bad(index))?));
    Ok(rest)
}

impl Serialize for KeyPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}
