//! The chain of the journal: every entry holds the hash of the one before, and the hash is over the bytes that are kept.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{JournalEntry, JournalEvent};

/// What the first entry holds as the hash of the one before.
pub const NO_ENTRY_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Where a journal is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BrokenChain {
    /// Entries are missing, or in another order.
    #[error("entry {found} is where entry {expected} should be")]
    Sequence {
        /// The number that should be there.
        expected: u64,
        /// The number that is.
        found: u64,
    },
    /// The entry before is not the one that was there when this one was written.
    #[error("entry {sequence} does not follow the one before it, which was changed or inserted later")]
    Previous {
        /// The entry.
        sequence: u64,
    },
    /// The entry is not as it was written.
    #[error("entry {sequence} was changed: its hash does not match its content")]
    Content {
        /// The entry.
        sequence: u64,
    },
    /// Entries are missing at the end.
    #[error("{place} counts {expected} entries, and there are {found}: the end was cut off, or this is an older copy")]
    Cut {
        /// Where the count is kept.
        place: String,
        /// How many entries there were.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The last entry that was counted is another one now.
    #[error("entry {sequence} is not the one that {place} names: entries were cut off and others were added")]
    Replaced {
        /// Where the head is kept.
        place: String,
        /// The entry.
        sequence: u64,
    },
    /// The last entries were put in by something that counts nothing.
    #[error("{place} counts {expected} entries, and there are {found}: the others were added by another program")]
    Uncounted {
        /// Where the count is kept.
        place: String,
        /// How many entries were counted.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// A head that was kept is gone, or cannot be read.
    #[error("{place} is missing or is not a count and a hash")]
    NoHead {
        /// Where it was kept.
        place: String,
    },
}

/// An entry as it is kept: every text exactly as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEntry {
    /// Its number, from 1.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// By whom.
    pub who: String,
    /// What happened, as JSON.
    pub event: String,
    /// The hash of the entry before.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
}

/// How long a journal was, and its last entry. Displays as `12 HASH`, and is read so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// How many entries.
    pub count: u64,
    /// The hash of the last one; [`NO_ENTRY_BEFORE`] where there is none.
    pub hash: String,
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.hash)
    }
}

impl FromStr for ChainHead {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (count, hash) = text.trim_end_matches('\n').split_once(' ').ok_or(())?;
        let is_hash = hash.len() == NO_ENTRY_BEFORE.len() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let count = count.parse().ok().filter(|_| is_hash).ok_or(())?;
        Ok(Self { count, hash: hash.to_owned() })
    }
}

impl ChainHead {
    /// Whether entries are the ones that were counted, with or without more after them.
    pub fn is_of(&self, entries: &[KeptEntry]) -> bool {
        self.hash_there(entries).is_some_and(|hash| hash == self.hash)
    }

    /// The hash of the entry that was the last one.
    fn hash_there<'e>(&self, entries: &'e [KeptEntry]) -> Option<&'e str> {
        match self.count.checked_sub(1) {
            None => Some(NO_ENTRY_BEFORE),
            Some(before) => entries.get(usize::try_from(before).ok()?).map(|entry| entry.hash.as_str()),
        }
    }
}

/// A head, and where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptHead {
    /// Such as a file's name.
    pub place: String,
    /// None: it is missing or unreadable, though it was written.
    pub head: Option<ChainHead>,
    /// It is kept with every entry, so that none comes after it. A writer that was stopped leaves others behind.
    pub exact: bool,
}

impl JournalEntry {
    /// The entry that follows another one, or the first.
    pub fn after(before: Option<&JournalEntry>, at: Timestamp, who: &str, event: JournalEvent) -> Self {
        let sequence = before.map_or(0, |entry| entry.sequence) + 1;
        let previous = before.map_or(NO_ENTRY_BEFORE, |entry| &entry.hash).to_owned();
        let mut entry = Self { sequence, at, who: who.to_owned(), event, previous, hash: String::new() };
        entry.hash = entry.kept().content_hash();
        entry
    }

    /// The entry as it is to be kept.
    pub fn kept(&self) -> KeptEntry {
        let event = serde_json::to_value(&self.event).expect("an event is plain data with text keys");
        let mut text = String::new();
        write_canonical(&event, &mut text);
        KeptEntry {
            sequence: self.sequence,
            at: self.at.to_string(),
            who: self.who.clone(),
            event: text,
            previous: self.previous.clone(),
            hash: self.hash.clone(),
        }
    }
}

impl KeptEntry {
    /// SHA-256, in hex, over everything but the hash, as JSON without spaces and with sorted keys, the event byte for byte as it
    /// is kept.
    fn content_hash(&self) -> String {
        let json = |text: &str| Value::from(text).to_string();
        let text = format!(
            r#"{{"at":{},"event":{},"previous":{},"sequence":{},"who":{}}}"#,
            json(&self.at),
            self.event,
            json(&self.previous),
            self.sequence,
            json(&self.who)
        );
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether it is as it was written. The first versions kept events with their keys in another order than they were hashed
    /// in; such an entry must be spelled exactly as they spelled it.
    fn is_as_written(&self) -> bool {
        if self.hash == self.content_hash() {
            return true;
        }
        let Ok(event) = serde_json::from_str::<JournalEvent>(&self.event) else { return false };
        if serde_json::to_string(&event).ok().as_ref() != Some(&self.event) {
            return false;
        }
        let mut sorted = String::new();
        let Ok(value) = serde_json::to_value(&event) else { return false };
        write_canonical(&value, &mut sorted);
        self.hash == Self { event: sorted, ..self.clone() }.content_hash()
    }
}

/// JSON in the one form that is hashed. Sorts by itself: whether a map keeps its order depends on who else is compiled in.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (place, (key, value)) in fields.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_canonical(value, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// Check that kept entries are complete from the first one on, unchanged to the byte, and as long as every kept head says.
///
/// # Errors
/// The first place that does not fit.
pub fn verify_kept(entries: &[KeptEntry], heads: &[KeptHead]) -> Result<(), BrokenChain> {
    let mut previous = NO_ENTRY_BEFORE;
    for (entry, expected) in entries.iter().zip(1_u64..) {
        let sequence = entry.sequence;
        if sequence != expected {
            return Err(BrokenChain::Sequence { expected, found: sequence });
        }
        if entry.previous != previous {
            return Err(BrokenChain::Previous { sequence });
        }
        if !entry.is_as_written() {
            return Err(BrokenChain::Content { sequence });
        }
        previous = &entry.hash;
    }
    heads.iter().try_for_each(|kept| verify_head(entries, kept))
}

fn verify_head(entries: &[KeptEntry], kept: &KeptHead) -> Result<(), BrokenChain> {
    let place = kept.place.clone();
    let Some(head) = &kept.head else { return Err(BrokenChain::NoHead { place }) };
    let found = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    let expected = head.count;
    match head.hash_there(entries) {
        None => Err(BrokenChain::Cut { place, expected, found }),
        Some(hash) if hash != head.hash => Err(BrokenChain::Replaced { place, sequence: expected }),
        Some(_) if kept.exact && found != expected => Err(BrokenChain::Uncounted { place, expected, found }),
        Some(_) => Ok(()),
    }
}

/// [`verify_kept`] of entries that were just made and have no head.
///
/// # Errors
/// The first place that does not fit.
pub fn verify_chain(entries: &[JournalEntry]) -> Result<(), BrokenChain> {
    let kept: Vec<KeptEntry> = entries.iter().map(JournalEntry::kept).collect();
    verify_kept(&kept, &[])
}

#[cfg(test)]
mod tests;
