//! The journal in `SQLite`: only ever added to, flushed to disk before anyone relies on it, chained by hashes.
//!
//! How many entries there are, and the hash of the last one, is kept twice: in a table of the same database, which follows every
//! entry, and in the file `journal.head` beside the database, which is not put back with an older copy of it.

mod head;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};
use stationmaster_core::model::{ChainHead, JournalEntry, JournalEvent, KeptEntry, KeptHead};
use stationmaster_engine::ports::{Journal, JournalQuery, PortError, PortResult};

use crate::state::{StateFile, failed, parse};

/// The journal of one repository. Several processes may add to it at the same time.
#[derive(Debug)]
pub struct SqliteJournal {
    file: StateFile,
    beside: PathBuf,
}

/// Everything that a journal keeps, to be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptJournal {
    /// Oldest first, to the byte as they are stored.
    pub entries: Vec<KeptEntry>,
    /// How long it was, by every place that keeps it.
    pub heads: Vec<KeptHead>,
}

impl SqliteJournal {
    /// The journal in a state folder. Nothing is touched before the first entry is read or added, and reading makes no
    /// file.
    pub fn open(state_dir: &Path) -> Self {
        Self { file: StateFile::new(state_dir), beside: state_dir.join(head::FILE) }
    }

    /// All entries and heads as they are stored. Nothing of an entry is read, so that one that this version does not understand
    /// can be verified too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn kept(&self) -> PortResult<KeptJournal> {
        let what = "read the journal";
        let Some(pool) = self.file.reading().await? else {
            // A head without a database is the head of what is gone.
            let beside = head::read(&self.beside)?.into_iter().collect();
            return Ok(KeptJournal { entries: Vec::new(), heads: beside });
        };
        // The file first: what is added meanwhile may only be newer than it.
        let beside = head::read(&self.beside)?;
        let mut view = pool.begin().await.map_err(|error| failed(what, &error))?;
        let rows = sqlx::query("SELECT sequence, at, who, event, previous, hash FROM journal ORDER BY sequence")
            .fetch_all(&mut *view)
            .await;
        let entries = rows.map_err(|error| failed(what, &error))?.iter().map(kept).collect::<PortResult<Vec<_>>>()?;
        let row = sqlx::query("SELECT count, hash, beside FROM journal_head").fetch_optional(&mut *view).await;
        let row = row.map_err(|error| failed(what, &error))?;
        let (counted, was_beside) = row.as_ref().map(head::of_row).transpose()?.unzip();
        let mut heads = vec![KeptHead { place: "the journal's own head".to_owned(), head: counted, exact: true }];
        let was_beside = was_beside.unwrap_or(true);
        heads.extend(beside.or_else(|| was_beside.then(head::missing)));
        Ok(KeptJournal { entries, heads })
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
        let last =
            sqlx::query("SELECT sequence, at, who, event, previous, hash FROM journal ORDER BY sequence DESC LIMIT 1");
        let last = last.fetch_optional(&mut *change).await.map_err(|error| failed(what, &error))?;
        let last = last.as_ref().map(entry).transpose()?;
        let entry = JournalEntry::after(last.as_ref(), at, who, event);
        let kept = entry.kept();
        sqlx::query("INSERT INTO journal (sequence, at, who, event, previous, hash) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(i64::try_from(kept.sequence).expect("a journal has fewer than 2^63 entries"))
            .bind(kept.at)
            .bind(kept.who)
            .bind(kept.event)
            .bind(kept.previous)
            .bind(kept.hash)
            .execute(&mut *change)
            .await
            .map_err(|error| failed(what, &error))?;
        let beside = head::read(&self.beside)?;
        let follows = match &beside {
            None => true,
            Some(KeptHead { head: None, .. }) => false,
            Some(KeptHead { head: Some(head), .. }) => is_there(&mut change, head).await?,
        };
        change.commit().await.map_err(|error| failed(what, &error))?;
        // What does not agree any more is left as it is: it shows what was cut off.
        if follows {
            head::write(&self.beside, &ChainHead { count: entry.sequence, hash: entry.hash.clone() })?;
        }
        Ok(entry)
    }

    async fn find(&self, wanted: &JournalQuery) -> PortResult<Vec<JournalEntry>> {
        let Some(pool) = self.file.reading().await? else { return Ok(Vec::new()) };
        let after = i64::try_from(wanted.after).unwrap_or(i64::MAX);
        let rows = if wanted.kinds.is_empty() {
            sqlx::query(
                "SELECT sequence, at, who, event, previous, hash FROM journal WHERE sequence > ? ORDER BY sequence",
            )
            .bind(after)
            .fetch_all(pool)
            .await
        } else {
            // An entry without a kind is no entry of ours, and may have been any.
            let kinds = serde_json::to_string(&wanted.kinds).expect("names of kinds are JSON");
            sqlx::query(
                "SELECT sequence, at, who, event, previous, hash FROM journal WHERE sequence > ? AND kind IN (SELECT value FROM json_each(?))
                 UNION ALL SELECT sequence, at, who, event, previous, hash FROM journal WHERE sequence > ? AND kind IS NULL ORDER BY sequence",
            )
            .bind(after)
            .bind(kinds)
            .bind(after)
            .fetch_all(pool)
            .await
        };
        rows.map_err(|error| failed("read the journal", &error))?.iter().map(entry).collect()
    }
}

/// Whether the journal has the entry that was the last one when a head was written.
async fn is_there(change: &mut sqlx::SqliteConnection, head: &ChainHead) -> PortResult<bool> {
    let count = i64::try_from(head.count).unwrap_or(i64::MAX);
    let found = sqlx::query_scalar::<_, String>("SELECT hash FROM journal WHERE sequence = ?").bind(count);
    let found = found.fetch_optional(change).await.map_err(|error| failed("read the journal", &error))?;
    Ok(head.count == 0 || found.as_ref() == Some(&head.hash))
}

fn kept(row: &SqliteRow) -> PortResult<KeptEntry> {
    let what = "read the journal";
    let text = |column: &str| row.try_get::<String, _>(column).map_err(|error| failed(what, &error));
    let sequence: i64 = row.try_get("sequence").map_err(|error| failed(what, &error))?;
    Ok(KeptEntry {
        sequence: u64::try_from(sequence).unwrap_or_default(),
        at: text("at")?,
        who: text("who")?,
        event: text("event")?,
        previous: text("previous")?,
        hash: text("hash")?,
    })
}

fn entry(row: &SqliteRow) -> PortResult<JournalEntry> {
    let KeptEntry { sequence, at, who, event, previous, hash } = kept(row)?;
    let event = serde_json::from_str(&event).map_err(|error| PortError::Failed {
        what: format!("read entry {sequence} of the journal"),
        why: error.to_string(),
    })?;
    let at = parse(&format!("the time of entry {sequence} of the journal"), &at)?;
    Ok(JournalEntry { sequence, at, who, event, previous, hash })
}
