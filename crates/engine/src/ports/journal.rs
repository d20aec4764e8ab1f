//! The record of what was meant and done.

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{JournalEntry, JournalEvent};

use super::PortResult;

/// The record.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Add an entry at the end, chained to the one before.
    async fn append(&self, at: Timestamp, who: &str, event: JournalEvent) -> PortResult<JournalEntry>;
    /// All entries, oldest first.
    async fn entries(&self) -> PortResult<Vec<JournalEntry>>;
}
