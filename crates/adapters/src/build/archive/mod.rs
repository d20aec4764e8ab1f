//! Archives of a release: built from an export of the commit, packed the same wherever and whenever that is, and kept.

mod builds;
mod content;
mod keep;
mod observe;
mod pack;
mod package_facts;
mod remap;
mod work_folder;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use stationmaster_core::{
    artifact::{Facts, Job, Layout, Machine, PackageFacts, TreeFile, layout},
    model::CommitId,
};
use stationmaster_engine::ports::{Archives, PortError, PortResult, Workshop};
use tokio::{sync::OnceCell, task::spawn_blocking};

use super::{broken, joined};
use crate::git::Repository;

use builds::Built;
use content::Contents;
use keep::Kept;
use pack::Stamp;
use work_folder::WorkFolder;

/// How archives are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveOptions {
    /// Where they are kept: `<store>/<commit>/files/NAME`, with a manifest beside that folder. Whoever makes archives holds
    /// the lease of this folder.
    pub store: PathBuf,
    /// The folder of the workspace, from the repository's root; empty where they are the same.
    pub workspace: String,
    /// Tell cargo to ask nothing over the network.
    pub offline: bool,
    /// Our own version: another one may pack otherwise.
    pub tool: String,
}

/// Makes the archives of one commit (R11).
///
/// The commit is exported to a folder of its own, outside of any checkout, and built there by the toolchain that the commit
/// asks for. Where that folder is does not get into the bytes.
pub struct ArchiveWorkshop {
    repository: Arc<Repository>,
    commit: CommitId,
    options: ArchiveOptions,
    work: OnceCell<WorkFolder>,
    sources: OnceCell<Sources>,
}

/// The commit as a folder.
struct Sources {
    root: PathBuf,
    tree: Vec<TreeFile>,
    /// The folder in which builds are run.
    workspace: PathBuf,
    lock: Option<String>,
    stamp: Stamp,
}

impl ArchiveWorkshop {
    /// A workshop for a commit. Nothing is touched yet.
    pub fn new(repository: Arc<Repository>, commit: CommitId, options: ArchiveOptions) -> Self {
        Self { repository, commit, options, work: OnceCell::new(), sources: OnceCell::new() }
    }

    fn kept(&self) -> Kept {
        Kept::new(self.options.store.join(self.commit.as_str()), self.options.tool.clone())
    }

    async fn work(&self) -> PortResult<&WorkFolder> {
        let open = || async {
            let store = self.options.store.clone();
            let opened = joined(spawn_blocking(move || Ok(WorkFolder::open(&store))).await)?;
            opened.map_err(|error| broken("making a folder to build in", &error))
        };
        self.work.get_or_try_init(open).await
    }

    /// The commit's files, written once.
    async fn sources(&self) -> PortResult<&Sources> {
        let export = || async {
            let (repository, commit) = (Arc::clone(&self.repository), self.commit.clone());
            let (root, workspace) = (self.work().await?.sources(), self.options.workspace.clone());
            joined(spawn_blocking(move || Sources::export(&repository, &commit, root, &workspace)).await)
        };
        self.sources.get_or_try_init(export).await
    }

    /// Build a job's package for its target; and, where it prints something of itself and is for other machines, for this one.
    async fn built(&self, job: &Job, machine: &Machine) -> PortResult<(Option<Built>, Option<PackageFacts>)> {
        let Some(order) = job.target.as_deref().and_then(|target| job.order(target)) else { return Ok((None, None)) };
        let (work, sources) = (self.work().await?, self.sources().await?);
        let facts = package_facts::read(&sources.workspace, &sources.root, &order.package).await?;
        let built = builds::run(work, &sources.workspace, &order, machine, sources.stamp, self.options.offline).await?;
        Ok((Some(built), facts))
    }

    fn laid_out(&self, job: &Job, sources: &Sources, built: &Ended, can_run: bool) -> PortResult<Layout> {
        let none = BTreeSet::new();
        let facts = Facts {
            commit: &self.commit,
            tree: &sources.tree,
            lock: sources.lock.as_deref(),
            package: built.1.as_ref(),
            built: built.0.as_ref().map_or(&none, |built| &built.files),
            native: built.0.as_ref().and_then(|built| built.native.as_deref()),
            can_run,
        };
        let refused = |why: String| PortError::Refused { what: format!("making {}", job.stem), why };
        layout(job, &facts).map_err(|error| refused(error.to_string()))
    }
}

type Ended = (Option<Built>, Option<PackageFacts>);

#[async_trait]
impl Workshop for ArchiveWorkshop {
    async fn machine(&self, jobs: &[Job]) -> PortResult<Machine> {
        if jobs.iter().all(|job| job.target.is_none()) {
            return Ok(Machine::default());
        }
        let probe = self.work().await?.probe();
        let (repository, commit, folder) = (Arc::clone(&self.repository), self.commit.clone(), probe.clone());
        // What says which toolchain and which linkers: nothing else is needed to look around.
        let names = ["rust-toolchain", "rust-toolchain.toml", ".cargo"];
        let workspace = self.options.workspace.clone();
        let export = move || {
            let folders = BTreeSet::from(["", workspace.as_str()]);
            let paths = folders.iter().flat_map(|folder| names.map(|name| Path::new(folder).join(name)));
            let paths: Vec<String> = paths.map(|path| path.to_string_lossy().replace('\\', "/")).collect();
            repository.export(&commit, &folder, &paths.iter().map(String::as_str).collect::<Vec<_>>()).map(|_| ())
        };
        joined(spawn_blocking(export).await)?;
        observe::machine(&probe.join(&self.options.workspace), jobs).await
    }

    async fn find(&self, job: &Job, machine: &Machine) -> PortResult<Option<Archives>> {
        let (kept, job, machine) = (self.kept(), job.clone(), machine.clone());
        joined(spawn_blocking(move || Ok(kept.find(&job, &machine))).await)
    }

    async fn make(&self, job: &Job, machine: &Machine) -> PortResult<Archives> {
        let ended = self.built(job, machine).await?;
        let host = machine.host_for(job);
        let sources = self.sources().await?;
        let Layout { entries, notes } = self.laid_out(job, sources, &ended, host.is_some())?;
        let work = self.work().await?;
        let mut contents = Contents::new(sources.root.clone(), ended.0.as_ref().map(|built| built.folder.clone()));
        if let Some(order) = host.filter(|_| Contents::are_printed(&entries)).and_then(|host| job.order(host)) {
            let own =
                builds::run(work, &sources.workspace, &order, machine, sources.stamp, self.options.offline).await?;
            contents.print(&entries, &own.folder, work).await?;
        }
        let (kept, job, machine, stamp) = (self.kept(), job.clone(), machine.clone(), sources.stamp);
        let pack = move || {
            let items = contents.resolve(&job.stem, entries)?;
            kept.make(&job, &machine, notes, |format, file| pack::write(format, &job.stem, &items, stamp, file))
        };
        joined(spawn_blocking(pack).await)
    }
}

impl Sources {
    fn export(repository: &Repository, commit: &CommitId, root: PathBuf, workspace: &str) -> PortResult<Self> {
        let what = || format!("exporting {commit}");
        let tree = repository.listing(commit)?;
        let exported = repository.export(commit, &root, &[])?;
        if let Some(path) = exported.missing.first() {
            let why = format!("the repository lacks the content of `{path}`: fetch it first");
            return Err(PortError::Refused { what: what(), why });
        }
        let root = root.canonicalize().map_err(|error| broken(&what(), &error))?;
        let workspace = if workspace.is_empty() { root.clone() } else { root.join(workspace) };
        let lock = std::fs::read_to_string(workspace.join("Cargo.lock")).ok();
        let seconds = repository.committed_at(commit)?.seconds;
        Ok(Self { root, tree, workspace, lock, stamp: Stamp { seconds } })
    }
}
