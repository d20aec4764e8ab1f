//! What the loop needs of the world. Real ones are in the adapters crate, pretend ones in the sim crate.
//!
//! Every verb that has an effect is safe to repeat: asked for what is already so, it says so and changes nothing.

mod registry;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use stationmaster_core::artifact::{Job, Machine, Note};
use stationmaster_core::model::{
    CommitId, CommitSpec, CrateFacts, CrateRelease, FileDigest, ForgeRelease, ForgeReleaseDraft, Held, Identity,
    JournalEntry, JournalEvent, LineBranch, LineName, PatchIds, Pick, Picked, Place, PublicKey, PullRequest,
    PullRequestDraft, SignerIdentity, TreeFiles, UnreadableFiles,
};
use stationmaster_core::provenance::Signer;
use thiserror::Error;

use crate::progress::Progress;
pub use registry::{Registry, UploadReply};
pub use stationmaster_core::model::{FileSelection, Histories};

/// Why a port could not do or see something. Typed by what one can do about it; the words are for people.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PortError {
    /// The thing asked for does not exist.
    #[error("{what} does not exist")]
    Missing {
        /// Such as `branch release-5.0.0`.
        what: String,
    },
    /// The world is not as expected; nothing was changed.
    #[error("{what}: {found}")]
    Moved {
        /// What was to be changed.
        what: String,
        /// How it is instead.
        found: String,
    },
    /// The other side understood and said no; asking again will not help.
    #[error("{what} was refused: {why}")]
    Refused {
        /// What was asked.
        what: String,
        /// Its words.
        why: String,
    },
    /// A secret is missing that a person has to provide; nothing was sent.
    #[error("{what} needs a token, and there is none: {why}")]
    NoToken {
        /// What was to be done.
        what: String,
        /// Where it was looked for.
        why: String,
        /// What to do about it, for people.
        help: String,
    },
    /// The registry does not do this for the holder of this token: it has ended, was withdrawn, or is not good for this crate.
    /// Nothing was changed, and nothing more is sent with it.
    #[error("{what} was refused for this token: {why}")]
    TokenRefused {
        /// What was asked.
        what: String,
        /// The registry's words, without the token.
        why: String,
        /// What to do about it, for people.
        help: String,
    },
    /// The other side could not be reached, or failed; asking again may help.
    #[error("{what} failed: {why}")]
    Failed {
        /// What was tried.
        what: String,
        /// The cause, with its own causes.
        why: String,
    },
    /// The process is to stop here: a crash point of the pretend world. No real port says this.
    #[error("stopped at a crash point")]
    Crash,
}

impl PortError {
    /// What a person must do before it can be tried again, if that is known.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::NoToken { help, .. } | Self::TokenRefused { help, .. } => Some(help),
            Self::Missing { .. } | Self::Moved { .. } | Self::Refused { .. } | Self::Failed { .. } | Self::Crash => {
                None
            }
        }
    }
}

/// Result of a port.
pub type PortResult<T> = Result<T, PortError>;

/// What a merge of one commit into a branch gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeResult {
    /// The branch is where the change is: nothing to do, or moved forward. Holds the commit that brought it.
    Merged(CommitId),
    /// It does not merge. Paths in conflict.
    Conflict(Vec<String>),
}

/// One repository. All of it is about objects and refs: there is no work tree.
#[async_trait]
pub trait Git: Send + Sync {
    /// Branches by short name.
    async fn branches(&self) -> PortResult<BTreeMap<String, CommitId>>;
    /// Tags by short name, peeled to commits. Tags of other things are left out.
    async fn tags(&self) -> PortResult<BTreeMap<String, CommitId>>;
    /// The selected files of a commit's tree. Files that are absent, or not UTF-8, are left out.
    async fn files(&self, commit: &CommitId, wanted: &FileSelection) -> PortResult<TreeFiles>;
    /// What is at the selected paths and in the selected folders, and is no text: links, submodules, what is not UTF-8.
    async fn unreadable(&self, _commit: &CommitId, _wanted: &FileSelection) -> PortResult<UnreadableFiles> {
        Ok(UnreadableFiles::new())
    }
    /// When a commit was committed.
    async fn commit_time(&self, commit: &CommitId) -> PortResult<Timestamp>;
    /// Whether `ancestor` is `commit` or can be reached from it.
    async fn contains(&self, commit: &CommitId, ancestor: &CommitId) -> PortResult<bool>;
    /// What was committed on main, and on these lines since they parted from it, or were first released there.
    async fn histories(&self, main: &CommitId, lines: &BTreeMap<LineName, LineBranch>) -> PortResult<Histories>;
    /// What each of these picks comes to. Changes nothing.
    async fn try_picks(&self, picks: &[Pick]) -> Vec<PortResult<Picked>>;
    /// What each of these commits does. None: nothing.
    async fn patch_ids(&self, commits: &[CommitId]) -> Vec<PortResult<Option<PatchIds>>>;
    /// In which files each of these heads conflicts with its base; none: it merges. Changes nothing.
    async fn conflicts(&self, merges: &[(CommitId, CommitId)]) -> Vec<PortResult<Vec<String>>>;
    /// How much of a change is in the tree of a commit, for each of these.
    async fn held(&self, places: &[Place]) -> Vec<PortResult<Held>>;
    /// Write the commit of a pick. Moves no ref. The same pick gives the same id. [`PortError::Refused`] where it does not
    /// merge, or nothing is left of it.
    async fn write_pick(&self, pick: &Pick) -> PortResult<CommitId>;
    /// Write a commit's objects. Moves no ref. The same value gives the same id.
    async fn write_commit(&self, spec: &CommitSpec) -> PortResult<CommitId>;
    /// Point a branch at a commit. `expected` is where it is now, or none where it must be absent.
    /// [`PortError::Moved`] otherwise. Already there: fine.
    async fn set_branch(&self, branch: &str, expected: Option<&CommitId>, commit: &CommitId) -> PortResult<()>;
    /// Create an annotated tag. Already there on the same commit: fine; on another: [`PortError::Moved`].
    async fn create_tag(
        &self,
        tag: &str,
        commit: &CommitId,
        message: &str,
        identity: &Identity,
        seconds: i64,
    ) -> PortResult<()>;
    /// Merge `head` into `branch` and move the branch: forward if it can be, else as one new commit (three-way merge of
    /// trees) with `message`. Already in: says with which commit.
    async fn merge(
        &self,
        branch: &str,
        head: &CommitId,
        message: &str,
        identity: &Identity,
        seconds: i64,
    ) -> PortResult<MergeResult>;
}

/// Where pull requests, checks and releases are.
#[async_trait]
pub trait Forge: Send + Sync {
    /// All pull requests whose head branch starts with `prefix`, by number.
    async fn pull_requests(&self, prefix: &str) -> PortResult<Vec<PullRequest>>;
    /// Open one, for a head branch that exists. If one is open for that head: its number.
    async fn open_pull_request(&self, draft: &PullRequestDraft, head: &CommitId, at: Timestamp) -> PortResult<u64>;
    /// Take note that the head branch moved, and that title and body changed with it.
    async fn refresh_pull_request(&self, number: u64, draft: &PullRequestDraft, head: &CommitId) -> PortResult<()>;
    /// The labels of a pull request, by its number; also of one that is not ours.
    async fn labels(&self, number: u64) -> PortResult<BTreeSet<String>>;
    /// Releases by tag.
    async fn releases(&self) -> PortResult<BTreeMap<String, ForgeRelease>>;
    /// Create a release. Already there with the same tag: fine.
    async fn create_release(&self, draft: &ForgeReleaseDraft) -> PortResult<()>;
    /// Show a hidden release, as the newest if it is to be. Shown already: fine.
    async fn show_release(&self, tag: &str, latest: bool) -> PortResult<()>;
    /// Put a file beside a hidden release. There already with these bytes: fine; with others, which nobody has seen yet: it
    /// takes their place. [`PortError::Moved`] where the release is shown and does not have it.
    async fn put_file(&self, tag: &str, file: &ArchiveFile) -> PortResult<()>;
    /// Put a file beside a hidden release, unless one of its name is there, which then stays as it is: another machine was faster.
    /// Says whether it was put there. [`PortError::Moved`] where the release is shown and has none of that name.
    async fn add_file(&self, tag: &str, file: &ArchiveFile) -> PortResult<bool>;
    /// Take a file of a hidden release away. Says whether it was there. [`PortError::Moved`] where the release is shown and has it.
    async fn remove_file(&self, tag: &str, name: &str) -> PortResult<bool>;
    /// Copy a file of a release into a folder, under its name.
    async fn get_file(&self, tag: &str, name: &str, into: &Path) -> PortResult<()>;
    /// Mark one release as the newest, and no other (X13).
    async fn mark_latest(&self, tag: &str) -> PortResult<()>;
}

/// What merging needs of the records of pull requests, where these are ours to keep.
#[async_trait]
pub trait MergeRecords: Send + Sync {
    /// One pull request.
    async fn pull_request(&self, number: u64) -> PortResult<PullRequest>;
    /// Take note of a new commit at the head of an open one. Approvals and checks of the old commit no longer count.
    async fn set_head(&self, number: u64, head: &CommitId) -> PortResult<()>;
    /// Take hold of one: until the claim is gone, nobody else changes its record, and whoever wants to waits.
    async fn claim(&self, number: u64) -> PortResult<Box<dyn Claim>>;
}

/// A pull request whose record nobody else changes meanwhile. Dropped, it is as it was. Nothing else may be written to the
/// records or to the journal while it is held.
#[async_trait]
pub trait Claim: Send + Sync {
    /// How it is.
    fn pull_request(&self) -> &PullRequest;
    /// Take note that it was merged. [`PortError::Moved`] where it is not open.
    async fn merged(self: Box<Self>, commit: &CommitId, at: Timestamp, by: &str) -> PortResult<()>;
    /// Take note that it is closed without a merge. Already closed: fine. [`PortError::Moved`] where it is merged.
    async fn closed(self: Box<Self>) -> PortResult<()>;
}

/// A crate, packaged once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedCrate {
    /// Which.
    pub release: CrateRelease,
    /// Where its `.crate` file is. A pretend world makes up a path.
    pub path: PathBuf,
    /// SHA-256 of that file, in hex.
    pub checksum: String,
    /// Its length in bytes.
    pub size: u64,
}

/// Makes `.crate` files.
#[async_trait]
pub trait Builder: Send + Sync {
    /// Package these crates of a commit. The same commit gives the same bytes. What was staged before is used again.
    async fn stage(&self, commit: &CommitId, crates: &[CrateRelease]) -> PortResult<Vec<StagedCrate>>;
    /// What the registry will see of staged crates, in their order.
    async fn facts(&self, staged: &[StagedCrate]) -> PortResult<Vec<CrateFacts>>;
}

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

/// Whoever says where the files of a release are from (X10).
#[async_trait]
pub trait Notary: Send + Sync {
    /// The key that can sign here. None: no key was named.
    fn key(&self) -> Option<PublicKey>;
    /// Who signs with this key, if it is at hand.
    fn signer(&self, key: PublicKey) -> Option<&dyn Signer>;
    /// Whether what runs here can sign with the identity of its CI.
    fn vouches(&self) -> bool;
    /// The bundle of Sigstore in which this identity signs the statement of a release. One that was made here before is given
    /// again: others differ, each time.
    async fn vouch(&self, tag: &str, statement: &[u8], wanted: &SignerIdentity) -> PortResult<String>;
    /// The digest of the policy's text, if there is one.
    fn policy(&self) -> Option<FileDigest>;
    /// Our own version.
    fn tool(&self) -> &str;
    /// Look at a file of a release as the forge gives it: nothing is signed that was not seen. [`PortError::Moved`] where it has
    /// other bytes than these.
    async fn see(&self, forge: &dyn Forge, tag: &str, name: &str, digest: FileDigest) -> PortResult<()>;
    /// Keep a text of a release, to be delivered.
    async fn keep(&self, tag: &str, name: &str, text: &str) -> PortResult<ArchiveFile>;
}

/// The record.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Add an entry at the end, chained to the one before.
    async fn append(&self, at: Timestamp, who: &str, event: JournalEvent) -> PortResult<JournalEntry>;
    /// All entries, oldest first.
    async fn entries(&self) -> PortResult<Vec<JournalEntry>>;
}

/// Time, for the journal and for pull requests. The core is given days.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Today, at UTC.
    fn today(&self) -> Date;
    /// Wait until then. A simulated clock moves forward at once.
    async fn sleep_until(&self, until: Timestamp);
}

/// Keeps two processes from applying together.
pub trait LeaseKeeper: Send + Sync {
    /// Take the lease, or say who has it. It ends when the guard is dropped, and with the process at the latest.
    fn acquire(&self) -> PortResult<Box<dyn LeaseGuard>>;
}

/// Holds the lease while it lives.
pub trait LeaseGuard: Send + Sync {}

/// Everything at once.
pub struct World<'a> {
    /// The repository.
    pub git: &'a dyn Git,
    /// The forge.
    pub forge: &'a dyn Forge,
    /// The registry.
    pub registry: &'a dyn Registry,
    /// The builder.
    pub builder: &'a dyn Builder,
    /// Where archives are made.
    pub workshops: &'a dyn Workshops,
    /// Who says where files are from.
    pub notary: &'a dyn Notary,
    /// The journal.
    pub journal: &'a dyn Journal,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Who watches.
    pub progress: &'a dyn Progress,
    /// Who acts, for the journal.
    pub who: &'a str,
}
