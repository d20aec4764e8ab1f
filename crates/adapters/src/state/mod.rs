//! The file that the journal and the local forge share: `state.sqlite` in the state folder.
//!
//! Looking never makes the file: where it does not exist, there is nothing to see yet. The first write makes it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use stationmaster_engine::ports::{PortError, PortResult};
use tokio::sync::OnceCell;

/// Each takes the schema from its place in this list to the next. Never edited once released, only added to.
const MIGRATIONS: [&str; 5] = [
    include_str!("0001_journal_and_forge.sql"),
    include_str!("0002_labels.sql"),
    include_str!("0003_release_files.sql"),
    include_str!("0004_head_of_the_journal.sql"),
    include_str!("0005_kinds_of_events.sql"),
];

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(20);

/// While two processes make the file at the same time, `SQLite` may say that it is locked without waiting.
const ATTEMPTS: u32 = 40;

/// The state file, opened when it is first needed.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    pool: OnceCell<SqlitePool>,
}

impl StateFile {
    /// The file in a state folder. Touches nothing.
    pub(crate) fn new(state_dir: &Path) -> Self {
        Self { path: state_dir.join("state.sqlite"), pool: OnceCell::new() }
    }

    /// For looking: nothing if there is no file.
    pub(crate) async fn reading(&self) -> PortResult<Option<&SqlitePool>> {
        if let Some(pool) = self.pool.get() {
            return Ok(Some(pool));
        }
        match std::fs::metadata(&self.path) {
            Ok(_) => self.writing().await.map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PortError::Failed { what: self.what("read"), why: error.to_string() }),
        }
    }

    /// For writing: the file is made if need be.
    pub(crate) async fn writing(&self) -> PortResult<&SqlitePool> {
        self.pool.get_or_try_init(|| self.open()).await
    }

    async fn open(&self) -> PortResult<SqlitePool> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| PortError::Failed { what: self.what("create"), why: error.to_string() })?;
        }
        let mut attempt = 1;
        loop {
            match self.connect().await {
                Err(error) if is_busy(&error) && attempt < ATTEMPTS => {
                    attempt += 1;
                    tokio::time::sleep(Duration::from_millis(25)).await;
                }
                Err(error) => return Err(failed(&self.what("open"), &error)),
                Ok(pool) => return self.migrate(&pool).await.map(|()| pool),
            }
        }
    }

    async fn connect(&self) -> Result<SqlitePool, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(&self.path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE);
        SqlitePoolOptions::new().max_connections(2).connect_with(options).await
    }

    /// Bring the schema to where this program knows it.
    async fn migrate(&self, pool: &SqlitePool) -> PortResult<()> {
        let what = self.what("migrate");
        let known = i64::try_from(MIGRATIONS.len()).expect("a handful");
        let version = "PRAGMA user_version";
        let now: i64 = sqlx::query_scalar(version).fetch_one(pool).await.map_err(|error| failed(&what, &error))?;
        if now > known {
            let why = format!(
                "it was written by a newer version of this program (schema {now}, known is {known}); use that version"
            );
            return Err(PortError::Failed { what: self.what("open"), why });
        }
        if now == known {
            return Ok(());
        }
        let mut change = pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| failed(&what, &error))?;
        // Again, now that nobody else can write.
        let now: i64 =
            sqlx::query_scalar(version).fetch_one(&mut *change).await.map_err(|error| failed(&what, &error))?;
        for migration in MIGRATIONS.iter().skip(usize::try_from(now).unwrap_or(0)) {
            sqlx::raw_sql(*migration).execute(&mut *change).await.map_err(|error| failed(&what, &error))?;
        }
        change.commit().await.map_err(|error| failed(&what, &error))
    }

    fn what(&self, verb: &str) -> String {
        format!("{verb} {}", self.path.display())
    }
}

/// An error of the database as one of the port.
pub(crate) fn failed(what: &str, error: &sqlx::Error) -> PortError {
    PortError::Failed { what: what.to_owned(), why: error.to_string() }
}

/// Another process is writing, and the database did not wait for it.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    // The low byte is the error's class: 5 is "busy", 6 is "locked".
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

/// A text of the database that this program wrote, as a value. Anything else means that the file was changed by hand.
pub(crate) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(what: &str, text: &str) -> PortResult<T> {
    text.parse().map_err(|error: T::Err| PortError::Failed { what: format!("read {what}"), why: error.to_string() })
}
