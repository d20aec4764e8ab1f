//! The record of what was meant and done.

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{JournalEntry, JournalEvent, JournalKind};

use super::PortResult;

/// Which entries of a journal are asked for. By default, all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalQuery {
    /// Of these kinds. None: of every kind.
    pub kinds: Vec<JournalKind>,
    /// Those with a greater sequence number.
    pub after: u64,
}

impl JournalQuery {
    /// All of these kinds.
    pub fn of(kinds: impl Into<Vec<JournalKind>>) -> Self {
        Self { kinds: kinds.into(), after: 0 }
    }

    /// Whether an entry is asked for.
    pub fn takes(&self, entry: &JournalEntry) -> bool {
        entry.sequence > self.after && (self.kinds.is_empty() || self.kinds.contains(&entry.event.kind()))
    }
}

/// The record.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Add an entry at the end, chained to the one before.
    async fn append(&self, at: Timestamp, who: &str, event: JournalEvent) -> PortResult<JournalEntry>;
    /// The entries that are asked for, oldest first. One that cannot be read is an error if it may be among them.
    async fn find(&self, wanted: &JournalQuery) -> PortResult<Vec<JournalEntry>>;

    /// All entries, oldest first.
    async fn entries(&self) -> PortResult<Vec<JournalEntry>> {
        self.find(&JournalQuery::default()).await
    }
}
