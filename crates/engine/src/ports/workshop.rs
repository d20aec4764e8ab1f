//! Archives.

use std::path::PathBuf;

use async_trait::async_trait;
use stationmaster_core::{
    artifact::{Job, Machine, Note},
    model::{CommitId, FileDigest},
};

use super::PortResult;

/// Where archives are made (R11).
#[async_trait]
pub trait Workshops: Send + Sync {
    /// What this machine can build of a commit, as far as these jobs need to know it. Changes nothing. `folder` is that of the
    /// workspace, from the repository's root.
    async fn look(&self, commit: &CommitId, folder: &str, jobs: &[Job]) -> PortResult<Machine>;
    /// The workshop for a commit. Nobody else makes archives in this repository before it is dropped; what it has under way is
    /// then stopped. [`PortError::Refused`] where somebody else does.
    async fn open(&self, commit: &CommitId, folder: &str) -> PortResult<Box<dyn Workshop>>;
}

/// Where the archives of one commit are made and kept (R11).
#[async_trait]
pub trait Workshop: Send + Sync {
    /// What the machine can build, as far as these jobs need to know it.
    async fn machine(&self, jobs: &[Job]) -> PortResult<Machine>;
    /// What is kept of a job, if all of it is there, with the bytes that were made of this very job by this very compiler.
    async fn find(&self, job: &Job, machine: &Machine) -> PortResult<Option<Archives>>;
    /// Build what a job needs, pack it, and keep it. [`PortError::Refused`] where the commit does not build, or what the policy
    /// wants in the archive is not there.
    async fn make(&self, job: &Job, machine: &Machine) -> PortResult<Archives>;
}

/// The files of one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archives {
    /// One for each format, in the job's order.
    pub files: Vec<ArchiveFile>,
    /// What one should know of them.
    pub notes: Vec<Note>,
}

/// A finished archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Its name.
    pub name: String,
    /// Where it is kept.
    pub path: PathBuf,
    /// Of its bytes.
    pub digest: FileDigest,
    /// In bytes.
    pub size: u64,
}
