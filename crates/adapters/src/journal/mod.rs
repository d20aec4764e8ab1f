//! The journal in `SQLite`: only ever added to, flushed to disk before anyone relies on it, chained by hashes.

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};
use stationmaster_core::model::{JournalEntry, JournalEvent};
use stationmaster_engine::ports::{Journal, PortError, PortResult};

use crate::state::{StateFile, failed, parse};

/// The journal of one repository. Several processes may add to it at the same time.
#[derive(Debug)]
pub struct SqliteJournal {
    file: StateFile,
}

impl SqliteJournal {
    /// The journal in a state folder. Nothing is touched before the first entry is read or added, and reading makes no
    /// file.
    pub fn open(state_dir: &Path) -> Self {
        Self { file: StateFile::new(state_dir) }
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn append(&self, at: Timestamp, who: &str, event: JournalEvent) -> PortResult<JournalEntry> {
        // What is written here stays.
        let event = crate::secrets::hidden_in(event);
        let what = "add to the journal";
        let pool = self.file.writing().await?;
        // Takes the lock at once: between reading the last entry and adding the next, nobody else may add one.
        let mut change = pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| failed(what, &error))?;
        let last = sqlx::query("SELECT * FROM journal ORDER BY sequence DESC LIMIT 1");
        let last = last.fetch_optional(&mut *change).await.map_err(|error| failed(what, &error))?;
        let last = last.as_ref().map(entry).transpose()?;
        let entry = JournalEntry::after(last.as_ref(), at, who, event);
        let event = serde_json::to_string(&entry.event)
            .map_err(|error| PortError::Failed { what: what.to_owned(), why: error.to_string() })?;
        sqlx::query("INSERT INTO journal (sequence, at, who, event, previous, hash) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(i64::try_from(entry.sequence).expect("a journal has fewer than 2^63 entries"))
            .bind(entry.at.to_string())
            .bind(&entry.who)
            .bind(event)
            .bind(&entry.previous)
            .bind(&entry.hash)
            .execute(&mut *change)
            .await
            .map_err(|error| failed(what, &error))?;
        change.commit().await.map_err(|error| failed(what, &error))?;
        Ok(entry)
    }

    async fn entries(&self) -> PortResult<Vec<JournalEntry>> {
        let Some(pool) = self.file.reading().await? else { return Ok(Vec::new()) };
        let rows = sqlx::query("SELECT * FROM journal ORDER BY sequence").fetch_all(pool).await;
        rows.map_err(|error| failed("read the journal", &error))?.iter().map(entry).collect()
    }
}

fn entry(row: &SqliteRow) -> PortResult<JournalEntry> {
    let what = "read the journal";
    let text = |column: &str| row.try_get::<String, _>(column).map_err(|error| failed(what, &error));
    let sequence: i64 = row.try_get("sequence").map_err(|error| failed(what, &error))?;
    let event = serde_json::from_str(&text("event")?).map_err(|error| PortError::Failed {
        what: format!("read entry {sequence} of the journal"),
        why: error.to_string(),
    })?;
    Ok(JournalEntry {
        sequence: u64::try_from(sequence).unwrap_or_default(),
        at: parse(&format!("the time of entry {sequence} of the journal"), &text("at")?)?,
        who: text("who")?,
        event,
        previous: text("previous")?,
        hash: text("hash")?,
    })
}
