//! All workshops of a repository: one at a time makes archives, whoever may look around.

use std::{collections::BTreeSet, env, path::Path, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use stationmaster_core::{
    artifact::{Job, Machine},
    model::CommitId,
};
use stationmaster_engine::ports::{LeaseKeeper as _, PortResult, Workshop, Workshops};
use tokio::task::spawn_blocking;

use super::{ArchiveOptions, ArchiveWorkshop, commit_files, observe};
use crate::{
    build::{broken, joined},
    durable,
    git::Repository,
    lease::FileLease,
};

/// Where the archives of a repository are made (R11).
pub struct ArchiveWorkshops {
    repository: Arc<Repository>,
    options: ArchiveOptions,
    who: String,
    installs: bool,
}

impl ArchiveWorkshops {
    /// Those of a repository. Nothing is touched yet. `who` is named to others while archives are made here.
    pub fn new(repository: Arc<Repository>, options: ArchiveOptions, who: impl Into<String>) -> Self {
        Self { repository, options, who: who.into(), installs: false }
    }

    /// The same, where whoever looks wants to build as well: a toolchain that a commit asks for may be installed.
    #[must_use]
    pub fn installing(self) -> Self {
        Self { installs: true, ..self }
    }
}

#[async_trait]
impl Workshops for ArchiveWorkshops {
    async fn look(&self, commit: &CommitId, folder: &str, jobs: &[Job]) -> PortResult<Machine> {
        machine(&self.repository, commit, folder, jobs, self.installs).await
    }

    async fn open(&self, commit: &CommitId, folder: &str) -> PortResult<Box<dyn Workshop>> {
        let lease = FileLease::new(&self.options.store, self.who.clone()).acquire().await?;
        let (repository, options) = (Arc::clone(&self.repository), self.options.clone());
        Ok(Box::new(ArchiveWorkshop::new(repository, commit.clone(), folder.to_owned(), options, lease)))
    }
}

/// Start of the names of the folders in which a commit's toolchain is looked up.
const LOOK: &str = "stationmaster-look-";
/// After so long, whoever made one is gone.
const STALE: Duration = Duration::from_secs(3600);

/// What can be built here of a commit: a few of its files, in a folder of their own, say which toolchain and which linkers.
pub(super) async fn machine(
    repository: &Arc<Repository>,
    commit: &CommitId,
    workspace: &str,
    jobs: &[Job],
    installs: bool,
) -> PortResult<Machine> {
    let is_ci = env::var_os("CI").is_some_and(|set| !set.is_empty() && set != "false");
    if jobs.iter().all(|job| job.target.is_none()) {
        return Ok(Machine { is_ci, ..Machine::default() });
    }
    // A process that was told to stop leaves its own; looking takes seconds.
    let _best_effort = durable::clear_stale(&env::temp_dir(), LOOK, STALE);
    let probe = tempfile::Builder::new().prefix(LOOK).tempdir();
    let probe = probe.map_err(|error| broken("making a folder to look around in", &error))?;
    let (repository, commit, into) = (Arc::clone(repository), commit.clone(), probe.path().join("files"));
    let (workspace, folder) = (workspace.to_owned(), into.clone());
    let root = commit_files::below(&into, &workspace);
    let export = move || {
        let names = ["rust-toolchain", "rust-toolchain.toml", ".cargo"];
        let folders = BTreeSet::from(["", workspace.as_str()]);
        let paths = folders.iter().flat_map(|folder| names.map(|name| Path::new(folder).join(name)));
        let paths: Vec<String> = paths.map(|path: PathBuf| path.to_string_lossy().replace('\\', "/")).collect();
        repository.export(&commit, &folder, &paths.iter().map(String::as_str).collect::<Vec<_>>()).map(|_| ())
    };
    joined(spawn_blocking(export).await)?;
    Ok(Machine { is_ci, ..observe::machine(&root, jobs, installs).await? })
}
