//! A git repository, read and written as objects and refs through `gix`. No checkout, and no `git` program, but for files that
//! are too large to be held in memory.
//!
//! Only the repository's own configuration is read: what is written depends on nothing that differs between two machines.

mod attributes;
mod checkout;
mod checkouts;
mod clone;
mod diff;
mod encoding;
mod export;
mod failure;
mod files;
mod format;
mod histories;
mod ident;
mod import;
mod large;
mod locks;
mod log;
mod merge;
mod open;
mod pack;
mod parallel;
mod pick;
mod refs;
mod revision;
mod tags;
mod unreadable;
mod update;
mod write;
mod written;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use gix::{ObjectId, ThreadSafeRepository};
use jiff::Timestamp;
use stationmaster_core::{
    model::{self, CommitId, CommitSpec, FileSelection, LineBranch, LineName, Pick, TreeFiles, UnreadableFiles},
    pick::resolve::Mechanical,
};
use stationmaster_engine::ports::{Histories, MergeResult, MergeSpec, Objects, PortError, PortResult, RefUpdate, Refs};

pub(crate) use self::checkout::{STAND_IN, Wanted};
pub use self::{
    diff::{FileChange, FileDiff},
    export::Exported,
    log::Moment,
    open::OpenError,
    pick::{Picked, Picking, Predecessor, Resolve},
};
use self::{
    failure::{failed, missing, refused},
    files::ObjectCache,
};

/// One repository: bare, a work tree, or a linked worktree. Cheap to clone, and to share between threads.
#[derive(Clone)]
pub struct Repository {
    store: ThreadSafeRepository,
    cache: Arc<ObjectCache>,
    mechanical: Arc<Mechanical>,
    /// The folder of the workspace that is meant, where the policy says so.
    workspace: Option<String>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("git_dir", &self.git_dir()).finish_non_exhaustive()
    }
}

impl Repository {
    /// Open the repository at a path: a git folder, a work tree, or any folder inside one.
    ///
    /// # Errors
    /// [`OpenError`] says whether there is none, or one that cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let store = open::open(path.as_ref())?;
        Ok(Self { store, cache: Arc::default(), mechanical: Arc::default(), workspace: None })
    }

    /// The git folder. For a linked worktree, its private one.
    pub fn git_dir(&self) -> &Path {
        self.store.git_dir()
    }

    /// The git folder that all worktrees share: objects, branches, tags.
    pub fn common_dir(&self) -> PathBuf {
        let common = self.local().common_dir().to_owned();
        common.canonicalize().unwrap_or(common)
    }

    /// The root of the work tree. None if the repository is bare.
    pub fn work_dir(&self) -> Option<&Path> {
        self.store.work_dir()
    }

    /// Where this product keeps its state: `stationmaster` in the shared git folder. The folder may not exist yet.
    pub fn state_dir(&self) -> PathBuf {
        self.common_dir().join("stationmaster")
    }

    /// The same, with what a project's policy says of files that need no person where picks meet in them.
    #[must_use]
    pub fn resolving(self, mechanical: Mechanical) -> Self {
        Self { mechanical: Arc::new(mechanical), ..self }
    }

    /// The same, where the policy names the folder of the workspace.
    #[must_use]
    pub fn with_workspace_in(self, folder: Option<&str>) -> Self {
        Self { workspace: folder.map(str::to_owned), ..self }
    }

    /// [`Repository::state_dir`], created if need be.
    ///
    /// # Errors
    /// The file system says no.
    pub fn create_state_dir(&self) -> PortResult<PathBuf> {
        let dir = self.state_dir();
        std::fs::create_dir_all(&dir).map_err(|error| failed(format!("create {}", dir.display()), error))?;
        Ok(dir)
    }

    /// A view for one thread.
    fn local(&self) -> gix::Repository {
        self.store.to_thread_local()
    }

    /// The tree of a commit.
    fn tree_of(repository: &gix::Repository, commit: &CommitId) -> PortResult<ObjectId> {
        let found = Self::commit(repository, commit)?;
        found.tree_id().map(gix::Id::detach).map_err(|error| failed(format!("read commit {commit}"), error))
    }

    /// A commit's object.
    fn commit<'a>(repository: &'a gix::Repository, commit: &CommitId) -> PortResult<gix::Commit<'a>> {
        let id = object_id(commit)?;
        let object = repository.try_find_object(id).map_err(|error| failed(format!("read commit {commit}"), error))?;
        let object = object.ok_or_else(|| absent_commit(repository, &id))?;
        object.try_into_commit().map_err(|_| refused(format!("reading {commit} as a commit"), "it is another object"))
    }
}

/// A commit that is not there: in a shallow clone, it may well exist.
fn absent_commit(repository: &gix::Repository, id: &ObjectId) -> PortError {
    if repository.is_shallow().unwrap_or(false) {
        return failed(
            format!("read commit {id}"),
            "the clone is shallow and lacks it: run `git fetch --unshallow --tags`",
        );
    }
    missing(format!("commit {id}"))
}

/// The id as the library has it.
fn object_id(commit: &CommitId) -> PortResult<ObjectId> {
    ObjectId::from_hex(commit.as_str().as_bytes()).map_err(|error| failed(format!("read commit id {commit}"), error))
}

/// The id as the core has it.
fn commit_id(id: impl Into<ObjectId>) -> CommitId {
    id.into().to_string().parse().expect("an object id prints as 40 or 64 hex digits")
}

#[async_trait]
impl Objects for Repository {
    async fn files(&self, commit: &CommitId, wanted: &FileSelection) -> PortResult<TreeFiles> {
        self.read_files(commit, wanted)
    }

    async fn unreadable(&self, commit: &CommitId, wanted: &FileSelection) -> PortResult<UnreadableFiles> {
        self.read_unreadable(commit, wanted)
    }

    async fn commit_time(&self, commit: &CommitId) -> PortResult<Timestamp> {
        let repository = self.local();
        let time = Self::commit(&repository, commit)?
            .time()
            .map_err(|error| failed(format!("read the time of {commit}"), error))?;
        Timestamp::from_second(time.seconds).map_err(|error| failed(format!("read the time of {commit}"), error))
    }

    async fn contains(&self, commit: &CommitId, ancestor: &CommitId) -> PortResult<bool> {
        self.reaches(commit, ancestor)
    }

    async fn histories(&self, main: &CommitId, lines: &BTreeMap<LineName, LineBranch>) -> PortResult<Histories> {
        self.read_histories(main, lines)
    }

    async fn try_picks(&self, picks: &[Pick]) -> Vec<PortResult<model::Picked>> {
        self.picks(picks)
    }

    async fn patch_ids(&self, commits: &[CommitId]) -> Vec<PortResult<Option<model::PatchIds>>> {
        self.all_patch_ids(commits)
    }

    async fn conflicts(&self, merges: &[(CommitId, CommitId)]) -> Vec<PortResult<Vec<String>>> {
        merges.iter().map(|(base, head)| self.conflicting(base, head)).collect()
    }

    async fn held(&self, places: &[model::Place]) -> Vec<PortResult<model::Held>> {
        self.all_held(places)
    }

    async fn write_pick(&self, pick: &Pick) -> PortResult<CommitId> {
        self.write_several(pick)
    }

    async fn write_commit(&self, spec: &CommitSpec) -> PortResult<CommitId> {
        self.write_spec(spec)
    }

    async fn merge(&self, into: &CommitId, spec: &MergeSpec) -> PortResult<MergeResult> {
        self.merge_onto(into, spec)
    }
}

#[async_trait]
impl Refs for Repository {
    async fn branches(&self) -> PortResult<BTreeMap<String, CommitId>> {
        self.read_branches()
    }

    async fn tags(&self) -> PortResult<BTreeMap<String, CommitId>> {
        self.read_tags()
    }

    async fn update(&self, updates: &[RefUpdate]) -> PortResult<()> {
        self.update_refs(updates)
    }
}
