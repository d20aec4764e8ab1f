//! The public half of a signing key, as minisign writes it.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The number that tells keys apart. Displays as minisign shows it: 16 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 8]);

/// An Ed25519 public key with its number. Its text is minisign's: `RW` and 54 more letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    /// Its number.
    pub id: KeyId,
    /// The key itself: a point of the curve.
    pub point: [u8; 32],
}

/// A text that is no public key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidPublicKey {
    /// It is not base64 of the right length.
    #[error("it is not 56 letters of base64")]
    Length,
    /// It is a key of another sort.
    #[error("it does not begin with `RW`, as minisign keys do")]
    Sort,
}

/// What minisign puts in front of an Ed25519 key.
const ED25519: [u8; 2] = *b"Ed";

impl FromStr for PublicKey {
    type Err = InvalidPublicKey;

    fn from_str(text: &str) -> Result<Self, InvalidPublicKey> {
        let bytes = BASE64.decode(text.trim()).map_err(|_| InvalidPublicKey::Length)?;
        let bytes: [u8; 42] = bytes.try_into().map_err(|_| InvalidPublicKey::Length)?;
        if bytes[..2] != ED25519 {
            return Err(InvalidPublicKey::Sort);
        }
        let (mut id, mut point) = ([0; 8], [0; 32]);
        id.copy_from_slice(&bytes[2..10]);
        point.copy_from_slice(&bytes[10..]);
        Ok(Self { id: KeyId(id), point })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode([&ED25519[..], &self.id.0, &self.point].concat()))
    }
}

impl TryFrom<String> for PublicKey {
    type Error = InvalidPublicKey;

    fn try_from(text: String) -> Result<Self, InvalidPublicKey> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", u64::from_le_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_minisign_is_read_and_written_and_other_texts_say_why_not() {
        // From minisign's own manual page.
        let text = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
        let key: PublicKey = text.parse().expect("a key");
        assert_eq!((key.to_string().as_str(), key.id.to_string().as_str()), (text, "E7620F1842B4E81F"));
        assert_eq!("RWQf6LRC".parse::<PublicKey>(), Err(InvalidPublicKey::Length));
        assert_eq!(text.replace("RWQ", "AWQ").parse::<PublicKey>(), Err(InvalidPublicKey::Sort));
    }
}
