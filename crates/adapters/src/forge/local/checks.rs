//! Checks by name and commit, and what they come to.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use stationmaster_core::model::{CheckState, CommitId};
use stationmaster_engine::ports::{PortError, PortResult};

use super::LocalForge;
use crate::state::failed;

/// What one check says of one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOutcome {
    /// It has not ended.
    Pending,
    /// It passed.
    Success,
    /// It failed.
    Failure,
}

impl CheckOutcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    fn read(text: &str) -> PortResult<Self> {
        match text {
            "pending" => Ok(Self::Pending),
            "success" => Ok(Self::Success),
            "failure" => Ok(Self::Failure),
            other => {
                Err(PortError::Failed { what: "read the checks".to_owned(), why: format!("`{other}` is no state") })
            }
        }
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
        .bind(outcome.as_str())
        .execute(pool)
        .await
        .map(drop)
        .map_err(|error| failed("report a check", &error))
    }

    /// What was reported of a commit, by check.
    ///
    /// # Errors
    /// The state file cannot be read.
    pub async fn checks(&self, commit: &CommitId) -> PortResult<BTreeMap<String, CheckOutcome>> {
        let what = "read the checks";
        let Some(pool) = self.file.reading().await? else { return Ok(BTreeMap::new()) };
        let mut connection = pool.acquire().await.map_err(|error| failed(what, &error))?;
        reported(&mut connection, commit).await
    }

    /// The sum of what is required and reported.
    pub(super) async fn check_state(
        &self,
        connection: &mut SqliteConnection,
        commit: &CommitId,
    ) -> PortResult<CheckState> {
        Ok(sum(&self.required_checks, &reported(connection, commit).await?))
    }
}

async fn reported(connection: &mut SqliteConnection, commit: &CommitId) -> PortResult<BTreeMap<String, CheckOutcome>> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT name, state FROM checks WHERE commit_id = ?")
        .bind(commit.as_str())
        .fetch_all(connection)
        .await
        .map_err(|error| failed("read the checks", &error))?;
    rows.into_iter().map(|(name, state)| Ok((name, CheckOutcome::read(&state)?))).collect()
}

/// All that is required has passed. Where nothing is required, a reported failure still counts.
fn sum(required: &[String], reported: &BTreeMap<String, CheckOutcome>) -> CheckState {
    if required.is_empty() {
        let failed = reported.values().any(|outcome| *outcome == CheckOutcome::Failure);
        return if failed { CheckState::Failed } else { CheckState::Green };
    }
    let said = |name: &String| reported.get(name).copied().unwrap_or(CheckOutcome::Pending);
    if required.iter().any(|name| said(name) == CheckOutcome::Failure) {
        CheckState::Failed
    } else if required.iter().all(|name| said(name) == CheckOutcome::Success) {
        CheckState::Green
    } else {
        CheckState::Pending
    }
}
