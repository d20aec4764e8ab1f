//! Checks by name and commit.

use sqlx::SqliteConnection;
use stationmaster_core::model::{CheckOutcome, Checks, CommitId};
use stationmaster_engine::ports::{PortError, PortResult};

use super::LocalForge;
use crate::state::failed;

fn word(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Pending => "pending",
        CheckOutcome::Success => "success",
        CheckOutcome::Failure => "failure",
    }
}

fn read(text: &str) -> PortResult<CheckOutcome> {
    match text {
        "pending" => Ok(CheckOutcome::Pending),
        "success" => Ok(CheckOutcome::Success),
        "failure" => Ok(CheckOutcome::Failure),
        other => Err(PortError::Failed { what: "read the checks".to_owned(), why: format!("`{other}` is no state") }),
    }
}

impl LocalForge {
    /// Take note of what a check says. Replaces what it said of that commit before.
    ///
    /// # Errors
    /// The state file cannot be written.
    pub async fn report_check(&self, commit: &CommitId, name: &str, outcome: CheckOutcome) -> PortResult<()> {
        let pool = self.file.writing().await?;
        sqlx::query(
            "INSERT INTO checks (commit_id, name, state) VALUES (?, ?, ?)
             ON CONFLICT (commit_id, name) DO UPDATE SET state = excluded.state",
        )
        .bind(commit.as_str())
        .bind(name)
        .bind(word(outcome))
        .execute(pool)
        .await
        .map(drop)
        .map_err(|error| failed("report a check", &error))
    }

    /// What was reported of a commit, by check.
    ///
    /// # Errors
    /// The state file cannot be read.
    pub async fn checks(&self, commit: &CommitId) -> PortResult<Checks> {
        let what = "read the checks";
        let Some(pool) = self.file.reading().await? else { return Ok(Checks::new()) };
        let mut connection = pool.acquire().await.map_err(|error| failed(what, &error))?;
        reported(&mut connection, commit).await
    }
}

pub(super) async fn reported(connection: &mut SqliteConnection, commit: &CommitId) -> PortResult<Checks> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT name, state FROM checks WHERE commit_id = ?")
        .bind(commit.as_str())
        .fetch_all(connection)
        .await
        .map_err(|error| failed("read the checks", &error))?;
    rows.into_iter().map(|(name, state)| Ok((name, read(&state)?))).collect()
}
