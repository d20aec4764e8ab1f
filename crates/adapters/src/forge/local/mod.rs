//! The embedded forge: pull requests, approvals, checks and releases in the state folder. It needs no network and no
//! account, so releases can be made while a forge or its CI is down.
//!
//! An approval and a check are of one commit. When the head of a pull request moves, both have to be given again.

mod checks;
mod claim;
mod files;
mod labels;
mod pulls;
mod releases;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Sqlite, SqlitePool, Transaction};
use stationmaster_core::model::{CommitId, ForgeRelease, ForgeReleaseDraft, PullRequest, PullRequestDraft};
use stationmaster_engine::ports::{ArchiveFile, Claim, Forge, MergeRecords, PortError, PortResult};

use crate::{
    git::Repository,
    state::{StateFile, failed},
};

/// The embedded forge of one repository.
#[derive(Debug)]
pub struct LocalForge {
    file: StateFile,
    /// The branches and tags that pull requests and releases are of.
    refs: Repository,
    /// Where the files of releases are, by digest.
    files: PathBuf,
}

impl LocalForge {
    /// The forge of a repository, in a state folder. Nothing is touched before something is read or written, and reading makes no
    /// file.
    pub fn open(state_dir: &Path, repository: &Repository) -> Self {
        let files = state_dir.join("release-files");
        Self { file: StateFile::new(state_dir), refs: repository.clone(), files }
    }

    /// Where a branch is.
    fn branch(&self, name: &str) -> PortResult<CommitId> {
        self.refs.branch(name)?.ok_or_else(|| PortError::Missing { what: format!("branch {name}") })
    }

    async fn begin(&self, what: &str) -> PortResult<Transaction<'static, Sqlite>> {
        let pool: &SqlitePool = self.file.writing().await?;
        pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| failed(what, &error))
    }
}

/// A pull request that is not there.
fn no_such(number: u64) -> PortError {
    PortError::Missing { what: format!("pull request {number}") }
}

/// Numbers and the like as the database has them.
fn key(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[async_trait]
impl Forge for LocalForge {
    async fn pull_requests(&self, prefix: &str) -> PortResult<Vec<PullRequest>> {
        let mut all = self.all().await?;
        all.retain(|pull| pull.head.starts_with(prefix));
        Ok(all)
    }

    async fn open_pull_request(&self, draft: &PullRequestDraft, head: &CommitId, at: Timestamp) -> PortResult<u64> {
        if self.branch(&draft.head)? != *head {
            return Err(PortError::Missing { what: format!("branch {} at {head}", draft.head) });
        }
        self.branch(&draft.base)?;
        self.insert_pull(draft, head, at).await
    }

    async fn refresh_pull_request(&self, number: u64, draft: &PullRequestDraft, head: &CommitId) -> PortResult<()> {
        self.update_pull(number, draft, head).await
    }

    async fn labels(&self, number: u64) -> PortResult<BTreeSet<String>> {
        self.read_labels(number).await
    }

    async fn releases(&self) -> PortResult<BTreeMap<String, ForgeRelease>> {
        self.read_releases().await
    }

    async fn create_release(&self, draft: &ForgeReleaseDraft) -> PortResult<()> {
        if !self.refs.has_tag(&draft.tag)? {
            return Err(PortError::Missing { what: format!("tag {}", draft.tag) });
        }
        self.insert_release(draft).await
    }

    async fn show_release(&self, tag: &str, latest: bool) -> PortResult<()> {
        self.show(tag, latest).await
    }

    async fn put_file(&self, tag: &str, file: &ArchiveFile) -> PortResult<()> {
        self.insert_file(tag, file, true).await.map(|_| ())
    }

    async fn add_file(&self, tag: &str, file: &ArchiveFile) -> PortResult<bool> {
        self.insert_file(tag, file, false).await
    }

    async fn remove_file(&self, tag: &str, name: &str) -> PortResult<bool> {
        self.delete_file(tag, name).await
    }

    async fn get_file(&self, tag: &str, name: &str, into: &Path) -> PortResult<()> {
        self.copy_file(tag, name, into).await
    }

    async fn mark_latest(&self, tag: &str) -> PortResult<()> {
        self.set_latest(tag).await
    }
}

#[async_trait]
impl MergeRecords for LocalForge {
    async fn pull_request(&self, number: u64) -> PortResult<PullRequest> {
        self.get(number).await
    }

    async fn claim(&self, number: u64) -> PortResult<Box<dyn Claim>> {
        Ok(Box::new(self.take_claim(number).await?))
    }
}
