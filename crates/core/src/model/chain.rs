//! The chain of the journal: every entry holds the hash of the one before.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{JournalEntry, JournalEvent};

/// What the first entry holds as the hash of the one before.
pub const NO_ENTRY_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Where a journal is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BrokenChain {
    /// Entries are missing, or in another order.
    #[error("entry {found} stands where entry {expected} should")]
    Sequence {
        /// The number that should be there.
        expected: u64,
        /// The number that is.
        found: u64,
    },
    /// The entry before is not the one that was there when this one was written.
    #[error("entry {sequence} does not follow the entry before it: that one was changed or put in later")]
    Previous {
        /// The entry.
        sequence: u64,
    },
    /// The entry is not as it was written.
    #[error("entry {sequence} was changed: its hash does not fit its content")]
    Content {
        /// The entry.
        sequence: u64,
    },
}

impl JournalEntry {
    /// The entry that follows another one, or the first.
    pub fn after(before: Option<&JournalEntry>, at: Timestamp, who: &str, event: JournalEvent) -> Self {
        let sequence = before.map_or(0, |entry| entry.sequence) + 1;
        let previous = before.map_or(NO_ENTRY_BEFORE, |entry| &entry.hash).to_owned();
        let mut entry = Self { sequence, at, who: who.to_owned(), event, previous, hash: String::new() };
        entry.hash = entry.content_hash();
        entry
    }

    /// SHA-256, in hex, over everything but the hash, as JSON without spaces and with sorted keys.
    fn content_hash(&self) -> String {
        let mut fields = Map::new();
        fields.insert("sequence".to_owned(), self.sequence.into());
        fields.insert("at".to_owned(), self.at.to_string().into());
        fields.insert("who".to_owned(), self.who.clone().into());
        let event = serde_json::to_value(&self.event).expect("an event is plain data with text keys");
        fields.insert("event".to_owned(), event);
        fields.insert("previous".to_owned(), self.previous.clone().into());
        let mut text = String::new();
        write_canonical(&Value::Object(fields), &mut text);
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
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

/// Check that a journal is complete from its first entry on, and unchanged. That entries are missing at the end cannot be
/// seen from the entries alone.
///
/// # Errors
/// The first place that does not fit.
pub fn verify_chain(entries: &[JournalEntry]) -> Result<(), BrokenChain> {
    let mut previous = NO_ENTRY_BEFORE;
    for (entry, expected) in entries.iter().zip(1_u64..) {
        let sequence = entry.sequence;
        if sequence != expected {
            return Err(BrokenChain::Sequence { expected, found: sequence });
        }
        if entry.previous != previous {
            return Err(BrokenChain::Previous { sequence });
        }
        if entry.hash != entry.content_hash() {
            return Err(BrokenChain::Content { sequence });
        }
        previous = &entry.hash;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::StepId;

    fn journal(words: &[String]) -> Vec<JournalEntry> {
        let mut entries: Vec<JournalEntry> = Vec::new();
        for (n, word) in (0_i64..).zip(words) {
            let at = Timestamp::from_second(1_700_000_000 + n).expect("a time");
            let event = JournalEvent::Intent { step: StepId(word.clone()), reason: "due".to_owned() };
            entries.push(JournalEntry::after(entries.last(), at, "ann", event));
        }
        entries
    }

    #[test]
    fn the_hash_is_over_sorted_json_without_spaces() {
        let [entry] = &journal(&["tag v1.0.0".to_owned()])[..] else { panic!("one entry") };
        let text = format!(
            concat!(
                r#"{{"at":"2023-11-14T22:13:20Z","event":{{"event":"intent","reason":"due","step":"tag v1.0.0"}},"#,
                r#""previous":"{}","sequence":1,"who":"ann"}}"#
            ),
            NO_ENTRY_BEFORE
        );
        let expected: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(entry.hash, expected);
    }

    #[test]
    fn an_empty_journal_is_whole() {
        assert_eq!(verify_chain(&[]), Ok(()));
    }

    proptest! {
        #[test]
        fn a_whole_journal_verifies_also_after_a_trip_through_json(words in proptest::collection::vec(".{0,12}", 0..8)) {
            let entries = journal(&words);
            prop_assert_eq!(verify_chain(&entries), Ok(()));
            let text = serde_json::to_string(&entries).expect("JSON");
            let again: Vec<JournalEntry> = serde_json::from_str(&text).expect("entries");
            prop_assert_eq!(verify_chain(&again), Ok(()));
        }

        #[test]
        fn whatever_is_changed_is_found(
            words in proptest::collection::vec("[a-z]{1,8}", 2..8),
            place in any::<prop::sample::Index>(),
            what in 0..6,
        ) {
            let mut entries = journal(&words);
            let place = place.index(entries.len());
            let entry = &mut entries[place];
            match what {
                0 => entry.who.push('!'),
                1 => entry.at = Timestamp::UNIX_EPOCH,
                2 => entry.event = JournalEvent::Decision { what: "other".to_owned(), why: String::new() },
                3 => {
                    // Changed with a hash that fits: the entry after shows it, if there is one.
                    entry.who.push('!');
                    entry.hash = entry.content_hash();
                    prop_assume!(place + 1 < entries.len());
                }
                4 => {
                    prop_assume!(place + 1 < entries.len());
                    entries.remove(place);
                }
                _ => {
                    prop_assume!(place > 0);
                    entries.swap(place - 1, place);
                }
            }
            prop_assert!(verify_chain(&entries).is_err());
        }
    }
}
