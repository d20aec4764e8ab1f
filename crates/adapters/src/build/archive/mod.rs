//! Archives of a release: built from an export of the commit, packed the same wherever and whenever that is, and kept.

mod builds;
mod commit_files;
mod content;
mod keep;
mod observe;
mod pack;
mod package_facts;
mod remap;
mod toolchain_file;
mod work_folder;
mod workshops;

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use stationmaster_core::{
    artifact::{BuildOrder, Facts, Job, Layout, Machine, PackageFacts, layout},
    model::CommitId,
};
use stationmaster_engine::ports::{Archives, LeaseGuard, PortError, PortResult, Workshop};
use tokio::{sync::OnceCell, task::spawn_blocking};

use super::{broken, joined};
use crate::git::Repository;

use builds::Built;
use commit_files::CommitFiles;
use content::Contents;
use keep::Kept;
use work_folder::WorkFolder;
pub use workshops::ArchiveWorkshops;

/// How archives are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveOptions {
    /// Where they are kept: `<store>/<commit>/files/NAME`, with a manifest beside that folder. Whoever makes archives holds
    /// the lease of this folder.
    pub store: PathBuf,
    /// Tell cargo to ask nothing over the network.
    pub offline: bool,
    /// Our own version: another one may pack otherwise.
    pub tool: String,
}

/// Makes the archives of one commit (R11).
///
/// The commit is exported to a folder of its own, outside of any checkout, and built there by the toolchain that the commit
/// asks for. Where that folder is does not get into the bytes.
struct ArchiveWorkshop {
    repository: Arc<Repository>,
    commit: CommitId,
    /// The folder of the workspace, from the repository's root; empty where they are the same.
    workspace: String,
    options: ArchiveOptions,
    work: OnceCell<WorkFolder>,
    files: OnceCell<CommitFiles>,
    sources: OnceCell<PathBuf>,
    /// The store's. Given back last, when the folder that is built in is gone.
    _lease: Box<dyn LeaseGuard>,
}

impl ArchiveWorkshop {
    /// A workshop for a commit. Nothing is touched yet.
    fn new(
        repository: Arc<Repository>,
        commit: CommitId,
        workspace: String,
        options: ArchiveOptions,
        lease: Box<dyn LeaseGuard>,
    ) -> Self {
        let (work, files, sources) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { repository, commit, workspace, options, work, files, sources, _lease: lease }
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

    /// The commit's files as they are, written once: what goes into archives is read there, and nothing is built there.
    async fn files(&self) -> PortResult<&CommitFiles> {
        let export = || async {
            let (repository, commit) = (Arc::clone(&self.repository), self.commit.clone());
            let (root, workspace) = (self.work().await?.files(), self.workspace.clone());
            joined(spawn_blocking(move || CommitFiles::export(&repository, &commit, &root, &workspace)).await)
        };
        self.files.get_or_try_init(export).await
    }

    /// The same once more, to be built: builds may write between their sources.
    async fn sources(&self) -> PortResult<&PathBuf> {
        let export = || async {
            let (repository, commit, root) =
                (Arc::clone(&self.repository), self.commit.clone(), self.work().await?.sources());
            let (root, _) = joined(spawn_blocking(move || commit_files::export(&repository, &commit, &root)).await)?;
            Ok(root)
        };
        self.sources.get_or_try_init(export).await
    }

    /// Run one build.
    async fn build(&self, order: &BuildOrder, machine: &Machine) -> PortResult<Built> {
        let (work, stamp) = (self.work().await?, self.files().await?.stamp);
        let workspace = commit_files::below(self.sources().await?, &self.workspace);
        builds::run(work, &workspace, order, machine, stamp, self.options.offline).await
    }

    /// Build what a job needs for its target; nothing for sources.
    async fn built(&self, job: &Job, machine: &Machine) -> PortResult<Ended> {
        let order = job.target.as_deref().and_then(|target| job.order(target));
        let Some(order) = order else { return Ok(Ended::default()) };
        let files = self.files().await?;
        let package = package_facts::read(&files.workspace, &files.root, &order.package).await?;
        Ok(Ended { package, built: Some(self.build(&order, machine).await?) })
    }

    fn laid_out(&self, job: &Job, files: &CommitFiles, ended: &Ended, can_run: bool) -> PortResult<Layout> {
        let none = BTreeSet::new();
        let facts = Facts {
            commit: &self.commit,
            tree: &files.tree,
            stand_ins: &files.stand_ins,
            lock: files.lock.as_deref(),
            package: ended.package.as_ref(),
            built: ended.built.as_ref().map_or(&none, |built| &built.files),
            native: ended.built.as_ref().and_then(|built| built.native.as_deref()),
            can_run,
        };
        let refused = |why: String| PortError::Refused { what: format!("making {}", job.stem), why };
        layout(job, &facts).map_err(|error| refused(error.to_string()))
    }
}

/// What is known once a job's build has ended.
#[derive(Default)]
struct Ended {
    package: Option<PackageFacts>,
    built: Option<Built>,
}

#[async_trait]
impl Workshop for ArchiveWorkshop {
    async fn machine(&self, jobs: &[Job]) -> PortResult<Machine> {
        workshops::machine(&self.repository, &self.commit, &self.workspace, jobs, true).await
    }

    async fn find(&self, job: &Job, machine: &Machine) -> PortResult<Option<Archives>> {
        let (kept, job, machine) = (self.kept(), job.clone(), machine.clone());
        joined(spawn_blocking(move || Ok(kept.find(&job, &machine))).await)
    }

    async fn make(&self, job: &Job, machine: &Machine) -> PortResult<Archives> {
        let ended = self.built(job, machine).await?;
        let host = machine.host_for(job);
        let files = self.files().await?;
        let Layout { entries, notes } = self.laid_out(job, files, &ended, host.is_some())?;
        let mut contents = Contents::new(files.root.clone(), ended.built.map(|built| built.folder));
        if let Some(order) = host.filter(|_| Contents::are_printed(&entries)).and_then(|host| job.order(host)) {
            let own = self.build(&order, machine).await?;
            contents.print(&entries, &own.folder, self.work().await?).await?;
        }
        let (kept, job, machine, stamp) = (self.kept(), job.clone(), machine.clone(), files.stamp);
        let pack = move || {
            let items = contents.resolve(&job.stem, entries)?;
            kept.make(&job, &machine, notes, |format, file| pack::write(format, &job.stem, &items, stamp, file))
        };
        joined(spawn_blocking(pack).await)
    }
}
