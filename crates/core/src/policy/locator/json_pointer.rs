//! `/a/b/0`: a JSON pointer (RFC 6901).

use serde::{Serialize, Serializer};

use super::LocatorError;

/// Names with `/` in front of each; an element of a list is named by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPointer {
    written: String,
    names: Vec<String>,
}

impl JsonPointer {
    /// Read a pointer.
    ///
    /// # Errors
    /// The text does not start with `/`, or has a `~` that stands for nothing.
    pub fn parse(text: &str) -> Result<Self, LocatorError> {
        let names = text.strip_prefix('/').ok_or(LocatorError::NoSlash)?;
        let names = names.split('/').map(unescape).collect::<Result<_, _>>()?;
        Ok(Self { written: text.to_owned(), names })
    }

    /// The text, as written in the policy.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// From the root down; at least one.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

fn unescape(name: &str) -> Result<String, LocatorError> {
    let mut parts = name.split('~');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (letter, rest) = match part.as_bytes().first() {
            Some(b'0') => ('~', &part[1..]),
            Some(b'1') => ('/', &part[1..]),
            _ => return Err(LocatorError::BadEscape),
        };
        plain.push(letter);
        plain.push_str(rest);
    }
    Ok(plain)
}

impl Serialize for JsonPointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}
