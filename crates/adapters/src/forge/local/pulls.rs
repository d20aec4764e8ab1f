//! Pull requests and approvals.

use jiff::Timestamp;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use stationmaster_core::model::{CommitId, PullRequest, PullRequestDraft, PullRequestState};
use stationmaster_engine::ports::{PortError, PortResult};

use super::{LocalForge, checks::reported, key, no_such};
use crate::state::{failed, parse};

impl LocalForge {
    /// All pull requests, by number.
    ///
    /// # Errors
    /// The state file cannot be read.
    pub async fn all(&self) -> PortResult<Vec<PullRequest>> {
        let what = "read the pull requests";
        let Some(pool) = self.file.reading().await? else { return Ok(Vec::new()) };
        // One transaction, so that approvals and checks are those of the pull requests that are read.
        let mut look = pool.begin().await.map_err(|error| failed(what, &error))?;
        let rows = sqlx::query("SELECT * FROM pull_requests ORDER BY number").fetch_all(&mut *look).await;
        let mut all = Vec::new();
        for row in rows.map_err(|error| failed(what, &error))? {
            all.push(self.read(&mut look, &row).await?);
        }
        Ok(all)
    }

    /// One pull request.
    ///
    /// # Errors
    /// There is none of that number, or the state file cannot be read.
    pub async fn get(&self, number: u64) -> PortResult<PullRequest> {
        let what = format!("read pull request {number}");
        let Some(pool) = self.file.reading().await? else { return Err(no_such(number)) };
        let mut look = pool.begin().await.map_err(|error| failed(&what, &error))?;
        let row = find(&mut look, number).await?;
        self.read(&mut look, &row).await
    }

    /// Approve the commit at the head of an open pull request. Twice by the same person counts once.
    ///
    /// # Errors
    /// It is missing or not open, or the state file cannot be written.
    pub async fn approve(&self, number: u64, who: &str, at: Timestamp) -> PortResult<()> {
        let what = format!("approve pull request {number}");
        let mut change = self.begin(&what).await?;
        let row = find(&mut change, number).await?;
        let pull = self.read(&mut change, &row).await?;
        if pull.state != PullRequestState::Open {
            return Err(not_open(number, &pull.state));
        }
        sqlx::query("INSERT OR IGNORE INTO approvals (number, commit_id, who, at) VALUES (?, ?, ?, ?)")
            .bind(key(number))
            .bind(pull.head_commit.as_str())
            .bind(who)
            .bind(at.to_string())
            .execute(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?;
        change.commit().await.map_err(|error| failed(&what, &error))
    }

    /// Open a closed one again. Already open: fine.
    ///
    /// # Errors
    /// It is missing or merged, another one is open for the same head, or the state file cannot be written.
    pub async fn reopen(&self, number: u64) -> PortResult<()> {
        let what = format!("reopen pull request {number}");
        let mut change = self.begin(&what).await?;
        let found = state(&find(&mut change, number).await?)?;
        if matches!(found, PullRequestState::Merged { .. }) {
            return Err(not_open(number, &found));
        }
        let turned = sqlx::query("UPDATE pull_requests SET state = 'open' WHERE number = ?")
            .bind(key(number))
            .execute(&mut *change)
            .await;
        match turned {
            Ok(_) => change.commit().await.map_err(|error| failed(&what, &error)),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(PortError::Refused { what, why: "another one is open for the same branch".to_owned() })
            }
            Err(error) => Err(failed(&what, &error)),
        }
    }

    pub(super) async fn insert_pull(
        &self,
        draft: &PullRequestDraft,
        head: &CommitId,
        at: Timestamp,
    ) -> PortResult<u64> {
        let what = format!("open a pull request for {}", draft.head);
        let mut change = self.begin(&what).await?;
        let open: Option<i64> =
            sqlx::query_scalar("SELECT number FROM pull_requests WHERE head = ? AND state = 'open'")
                .bind(&draft.head)
                .fetch_optional(&mut *change)
                .await
                .map_err(|error| failed(&what, &error))?;
        let number = match open {
            Some(number) => number,
            None => sqlx::query(
                "INSERT INTO pull_requests (head, base, head_commit, title, body, opened) VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(&draft.head)
            .bind(&draft.base)
            .bind(head.as_str())
            .bind(&draft.title)
            .bind(&draft.body)
            .bind(at.to_string())
            .execute(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?
            .last_insert_rowid(),
        };
        change.commit().await.map_err(|error| failed(&what, &error))?;
        Ok(number.unsigned_abs())
    }

    pub(super) async fn update_pull(&self, number: u64, draft: &PullRequestDraft, head: &CommitId) -> PortResult<()> {
        let what = format!("refresh pull request {number}");
        let mut change = self.begin(&what).await?;
        match state(&find(&mut change, number).await?)? {
            PullRequestState::Open => {}
            other => return Err(not_open(number, &other)),
        }
        sqlx::query("UPDATE pull_requests SET base = ?, head_commit = ?, title = ?, body = ? WHERE number = ?")
            .bind(&draft.base)
            .bind(head.as_str())
            .bind(&draft.title)
            .bind(&draft.body)
            .bind(key(number))
            .execute(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?;
        change.commit().await.map_err(|error| failed(&what, &error))
    }

    /// A row with its approvals and checks. One that is open is where its branch is: what was said of an older commit no longer counts.
    pub(super) async fn read(&self, connection: &mut SqliteConnection, row: &SqliteRow) -> PortResult<PullRequest> {
        let what = "read the pull requests";
        let text = |column: &str| row.try_get::<String, _>(column).map_err(|error| failed(what, &error));
        let number: i64 = row.try_get("number").map_err(|error| failed(what, &error))?;
        let (head, state) = (text("head")?, state(row)?);
        let noted: CommitId = parse("the head of a pull request", &text("head_commit")?)?;
        let now = if state == PullRequestState::Open { self.refs.branch(&head)? } else { None };
        // A branch that was deleted: what was noted is still known.
        let head_commit = now.unwrap_or(noted);
        let judged = match &state {
            PullRequestState::Merged { commit, .. } => commit,
            PullRequestState::Open | PullRequestState::Closed => &head_commit,
        };
        let checks = reported(connection, judged).await?;
        let approvals =
            sqlx::query_scalar("SELECT who FROM approvals WHERE number = ? AND commit_id = ? ORDER BY at, who")
                .bind(number)
                .bind(head_commit.as_str())
                .fetch_all(connection)
                .await
                .map_err(|error| failed(what, &error))?;
        Ok(PullRequest {
            number: number.unsigned_abs(),
            url: None,
            head,
            base: text("base")?,
            title: text("title")?,
            body: text("body")?,
            opened: parse("when a pull request was opened", &text("opened")?)?,
            state,
            checks,
            approvals,
            head_commit,
        })
    }
}

pub(super) async fn find(connection: &mut SqliteConnection, number: u64) -> PortResult<SqliteRow> {
    let found = sqlx::query("SELECT * FROM pull_requests WHERE number = ?").bind(key(number));
    let found = found.fetch_optional(connection).await;
    found.map_err(|error| failed(&format!("read pull request {number}"), &error))?.ok_or_else(|| no_such(number))
}

pub(super) fn not_open(number: u64, state: &PullRequestState) -> PortError {
    let found = match state {
        PullRequestState::Open => "it is open".to_owned(),
        PullRequestState::Closed => "it is closed".to_owned(),
        PullRequestState::Merged { commit, by, .. } => format!("it was merged by {by} as {}", commit.short()),
    };
    PortError::Moved { what: format!("pull request {number}"), found }
}

fn state(row: &SqliteRow) -> PortResult<PullRequestState> {
    let what = "the state of a pull request";
    let text = |column: &str| row.try_get::<String, _>(column).map_err(|error| failed(&format!("read {what}"), &error));
    match text("state")?.as_str() {
        "open" => Ok(PullRequestState::Open),
        "closed" => Ok(PullRequestState::Closed),
        _ => Ok(PullRequestState::Merged {
            commit: parse(what, &text("merge_commit")?)?,
            at: parse(what, &text("merged_at")?)?,
            by: text("merged_by")?,
        }),
    }
}
