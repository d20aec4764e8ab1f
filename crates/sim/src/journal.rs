//! The journal as a port.

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{JournalEntry, JournalEvent};
use stationmaster_engine::ports::{Journal, JournalQuery, PortResult};

use crate::{gate::EffectKind, process::Process};

#[async_trait]
impl Journal for Process {
    async fn append(&self, at: Timestamp, who: &str, event: JournalEvent) -> PortResult<JournalEntry> {
        self.turn().await;
        self.effect(EffectKind::Journal, |state| {
            let entry = JournalEntry::after(state.journal.last(), at, who, event);
            state.journal.push(entry.clone());
            Ok((entry, Vec::new()))
        })
    }

    async fn find(&self, wanted: &JournalQuery) -> PortResult<Vec<JournalEntry>> {
        self.turn().await;
        self.ask(|state| Ok(state.journal.iter().filter(|entry| wanted.takes(entry)).cloned().collect()))
    }
}
