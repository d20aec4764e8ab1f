//! One pull request, held: a transaction of the state file that was begun before anything is done, so that the branch and the
//! record cannot come to say two things. A process that dies lets go of it.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};
use stationmaster_core::model::{CommitId, PullRequest, PullRequestState};
use stationmaster_engine::ports::{Claim, PortResult};

use super::{
    LocalForge, key,
    pulls::{find, not_open},
};
use crate::state::failed;

pub(super) struct LocalClaim {
    pull: PullRequest,
    change: Transaction<'static, Sqlite>,
}

impl LocalForge {
    pub(super) async fn take_claim(&self, number: u64) -> PortResult<LocalClaim> {
        let mut change = self.begin(&format!("take hold of pull request {number}")).await?;
        let row = find(&mut change, number).await?;
        let pull = self.read(&mut change, &row).await?;
        Ok(LocalClaim { pull, change })
    }
}

#[async_trait]
impl Claim for LocalClaim {
    fn pull_request(&self) -> &PullRequest {
        &self.pull
    }

    async fn merged(mut self: Box<Self>, commit: &CommitId, at: Timestamp, by: &str) -> PortResult<()> {
        let number = self.pull.number;
        let what = format!("record the merge of pull request {number}");
        if self.pull.state != PullRequestState::Open {
            return Err(not_open(number, &self.pull.state));
        }
        sqlx::query(
            "UPDATE pull_requests
             SET state = 'merged', head_commit = ?, merge_commit = ?, merged_at = ?, merged_by = ? WHERE number = ?",
        )
        .bind(self.pull.head_commit.as_str())
        .bind(commit.as_str())
        .bind(at.to_string())
        .bind(by)
        .bind(key(number))
        .execute(&mut *self.change)
        .await
        .map_err(|error| failed(&what, &error))?;
        self.change.commit().await.map_err(|error| failed(&what, &error))
    }

    async fn closed(mut self: Box<Self>) -> PortResult<()> {
        let number = self.pull.number;
        let what = format!("close pull request {number}");
        if matches!(self.pull.state, PullRequestState::Merged { .. }) {
            return Err(not_open(number, &self.pull.state));
        }
        sqlx::query("UPDATE pull_requests SET state = 'closed', head_commit = ? WHERE number = ?")
            .bind(self.pull.head_commit.as_str())
            .bind(key(number))
            .execute(&mut *self.change)
            .await
            .map_err(|error| failed(&what, &error))?;
        self.change.commit().await.map_err(|error| failed(&what, &error))
    }
}
