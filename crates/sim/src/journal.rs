//! The journal as a port.

use async_trait::async_trait;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use stationmaster_core::model::{JournalEntry, JournalEvent};
use stationmaster_engine::ports::{Journal, PortResult};

use crate::{
    gate::EffectKind,
    process::{Process, failed},
    repository::hex,
};

#[async_trait]
impl Journal for Process {
    async fn append(&self, at: Timestamp, who: &str, event: JournalEvent) -> PortResult<JournalEntry> {
        self.turn().await;
        self.effect(EffectKind::Journal, |state| {
            let previous = state.journal.last().map_or_else(|| "0".repeat(64), |entry| entry.hash.clone());
            let mut entry = JournalEntry {
                sequence: state.journal.len() as u64 + 1,
                at,
                who: who.to_owned(),
                event,
                previous,
                hash: String::new(),
            };
            entry.hash = hash_of(&entry).map_err(|error| failed("journal", &error.to_string()))?;
            state.journal.push(entry.clone());
            Ok((entry, Vec::new()))
        })
    }

    async fn entries(&self) -> PortResult<Vec<JournalEntry>> {
        self.turn().await;
        self.ask(|state| Ok(state.journal.clone()))
    }
}

/// The hash over everything of an entry but its hash.
fn hash_of(entry: &JournalEntry) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(&(entry.sequence, entry.at, &entry.who, &entry.event, &entry.previous))?;
    Ok(hex(&Sha256::digest(text.as_bytes())))
}

/// The first entry that does not follow from the one before, by position from 0.
pub fn first_broken(entries: &[JournalEntry]) -> Option<usize> {
    let mut previous = "0".repeat(64);
    for (at, entry) in entries.iter().enumerate() {
        let sound = entry.sequence == at as u64 + 1
            && entry.previous == previous
            && hash_of(entry).is_ok_and(|hash| hash == entry.hash);
        if !sound {
            return Some(at);
        }
        previous.clone_from(&entry.hash);
    }
    None
}
