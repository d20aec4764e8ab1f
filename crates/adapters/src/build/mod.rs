//! Crates as files: packaged once by the user's own cargo, kept with their checksums, used again.

mod archive;
mod cargo;
mod commit_config;
mod environment;
mod fault;
mod lock_files;
mod members;
mod origin;
mod repack;
mod staging;
mod verification;
mod work_folder;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use stationmaster_core::{
    model::{CommitId, CrateFacts, CrateRelease, FileSelection, StandIn},
    workspace::{PackagedFiles, Workspace, vendored_folders},
};
use stationmaster_engine::ports::{Builder, Objects as _, PortError, PortResult, StagedCrate};
use tokio::task::spawn_blocking;

use crate::{
    git::{Repository, Wanted},
    registry::PackagedCrate,
};

pub use archive::{ArchiveOptions, ArchiveWorkshops};
use cargo::Cargo;
use lock_files::LockFiles;
use staging::Staging;
pub use verification::{Building, Verdict};
use work_folder::WorkFolder;

/// How to package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// Where crate files are kept: by checksum in `<staging>/crates`, and for each commit a manifest, `<staging>/<commit>.json`.
    pub staging: PathBuf,
    /// Cargo's home; the user's own if none. A rehearsal gives one in its sandbox, so that nothing outside is touched.
    pub cargo_home: Option<PathBuf>,
    /// Tell cargo to ask nothing over the network.
    pub offline: bool,
}

/// Packages the crates of a commit with `cargo package`.
///
/// The crates are not built, and cargo resolves nothing for them: so crates that need each other's unpublished versions are
/// packaged together, in seconds. Only those that are to hold a lock file are resolved afterwards, one by one.
pub struct CargoBuilder {
    repository: Arc<Repository>,
    options: BuildOptions,
}

impl CargoBuilder {
    /// A builder for the commits of one repository. Nothing is touched yet.
    pub fn new(repository: Arc<Repository>, options: BuildOptions) -> Self {
        Self { repository, options }
    }

    /// Package what is missing, from no more of the commit's files than cargo needs. Where that goes wrong, from all of them:
    /// then what is said of a crate is true of the commit.
    async fn package(&self, commit: &CommitId, missing: Vec<CrateRelease>) -> PortResult<()> {
        let manifests = FileSelection { names: vec!["Cargo.toml".to_owned()], ..FileSelection::default() };
        let files = self.repository.files(commit, &manifests).await?;
        let Ok(workspace) = Workspace::read(&files) else {
            return self.package_from(commit, missing, None, None).await;
        };
        let missing = workspace.with_companions(missing);
        let vendored = self.vendored(commit, &workspace).await?;
        let needed = workspace.packaged_files(&missing).with_vendored(vendored);
        match self.package_from(commit, missing.clone(), Some(&workspace), Some(needed)).await {
            Err(PortError::Refused { .. }) => self.package_from(commit, missing, Some(&workspace), None).await,
            ended => ended,
        }
    }

    /// Folders of the commit with packages of others, as its configurations of cargo say.
    async fn vendored(&self, commit: &CommitId, workspace: &Workspace) -> PortResult<Vec<String>> {
        let root = if workspace.folder().is_empty() { String::new() } else { format!("{}/", workspace.folder()) };
        let paths = ["", &root].map(|folder| CONFIGURATIONS.map(|name| format!("{folder}{name}"))).concat();
        let files = self.repository.files(commit, &FileSelection { paths, ..FileSelection::default() }).await?;
        Ok(files.iter().flat_map(|(path, text)| vendored_folders(path, text)).collect())
    }

    /// Write the commit's files to a folder inside the staging area, and package from there. None: all files.
    async fn package_from(
        &self,
        commit: &CommitId,
        missing: Vec<CrateRelease>,
        workspace: Option<&Workspace>,
        needed: Option<PackagedFiles>,
    ) -> PortResult<()> {
        let work = WorkFolder::open(&self.options.staging);
        let work = work.map_err(|error| broken(&writing(&self.options.staging), &error))?;
        let sources = work.path().join("sources");
        let (repository, id, folder) = (Arc::clone(&self.repository), commit.clone(), sources.clone());
        let all = workspace.cloned();
        let check_out = move || {
            let file = |path: &str| needed.as_ref().is_none_or(|needed| needed.needs(path));
            let in_place_of = |path: &str, it: &StandIn| in_place_of(all.as_ref(), path, it);
            let stand_ins = repository.checkout(&id, &folder, &Wanted { file: &file, in_place_of: &in_place_of })?;
            staging::stand_alone(&folder).map_err(|error| broken(&writing(&folder), &error))?;
            Ok::<_, PortError>(stand_ins)
        };
        let (stand_ins, cargo) = tokio::join!(spawn_blocking(check_out), Cargo::new(&self.options));
        let (stand_ins, target) = (joined(stand_ins)?, work.path().join("target"));
        let folder = workspace.map(Workspace::folder).filter(|folder| !folder.is_empty());
        let root = folder.map_or_else(|| sources.clone(), |folder| sources.join(folder));
        let cargo = cargo?.for_commit(&sources, &root, work.path())?;
        let check = async {
            match workspace {
                Some(workspace) => members::check(&cargo, &root, workspace).await,
                None => Ok(()),
            }
        };
        let (checked, packaged) = tokio::join!(check, cargo::package(&cargo, &root, &target, &missing));
        checked?;
        packaged.map_err(|error| with_stand_ins(error, &stand_ins))?;
        let packaged = target.join("package");
        self.complete(&cargo, &sources, &packaged, &missing, workspace).await?;
        let (staging, cargo) = (self.staging(commit), cargo.version().await?);
        let keep = move || staging.keep(&packaged, &missing, &stand_ins, &cargo);
        joined(spawn_blocking(keep).await)
    }

    /// Put into the packaged crates what cargo did not.
    async fn complete(
        &self,
        cargo: &Cargo,
        sources: &Path,
        packaged: &Path,
        crates: &[CrateRelease],
        workspace: Option<&Workspace>,
    ) -> PortResult<()> {
        let lock = sources.join(workspace.map_or("Cargo.lock".to_owned(), Workspace::lock_path));
        let lock_files = LockFiles::wanted(&lock, packaged, crates)?;
        let work = sources.join(LOCKS);
        let origins = async {
            match workspace {
                Some(workspace) => origin::put_in(packaged, crates, workspace).await,
                None => Ok(()),
            }
        };
        let (resolved, origins) = tokio::join!(lock_files.resolve(cargo, &lock, &work), origins);
        origins?;
        lock_files.put_in(&resolved?)
    }

    fn staging(&self, commit: &CommitId) -> Staging {
        Staging::new(&self.options.staging, commit)
    }
}

/// Where cargo looks for what configures it, from the folder that it works in.
const CONFIGURATIONS: [&str; 2] = [".cargo/config.toml", ".cargo/config"];

/// Where texts lie that take the place of what only stands for other files. Those of a folder lie inside.
fn in_place_of(workspace: Option<&Workspace>, path: &str, stand_in: &StandIn) -> Vec<String> {
    let below = |workspace: &Workspace| workspace.witnesses(path);
    match (workspace, stand_in) {
        (Some(workspace), StandIn::Submodule) => below(workspace),
        (Some(workspace), StandIn::Link { .. }) if workspace.names_files_below(path) => below(workspace),
        (None, StandIn::Submodule) => vec![format!("{path}/stand-in")],
        _ => vec![path.to_owned()],
    }
}

/// Cargo's words, and what the files that they speak of are.
fn with_stand_ins(error: PortError, stand_ins: &BTreeMap<String, StandIn>) -> PortError {
    let PortError::Refused { what, why } = error else { return error };
    let named = stand_ins.iter().filter(|(path, _)| why.contains(path.as_str()));
    let words: Vec<String> = named.map(|(path, it)| staging::in_words(path, Some(it))).chain([why.clone()]).collect();
    PortError::Refused { what, why: words.join("; ") }
}

/// Folder, among a commit's files, in which lock files are made.
const LOCKS: &str = ".stationmaster-locks";

#[async_trait]
impl Builder for CargoBuilder {
    async fn stage(&self, commit: &CommitId, crates: &[CrateRelease]) -> PortResult<Vec<StagedCrate>> {
        let staging = self.staging(commit);
        let asked = crates.to_vec();
        let find = move || asked.into_iter().partition(|release| staging.find(release).is_none());
        let (missing, _): (Vec<CrateRelease>, Vec<CrateRelease>) = joined(spawn_blocking(move || Ok(find())).await)?;
        if !missing.is_empty() {
            self.package(commit, missing).await?;
        }
        let staging = self.staging(commit);
        let all = crates.to_vec();
        let collect = move || {
            let staged = all.iter().map(|release| {
                let lost = || PortError::Failed { what: packaging(release), why: "the staged file is gone".to_owned() };
                staging.find(release).ok_or_else(lost)
            });
            staged.collect()
        };
        joined(spawn_blocking(collect).await)
    }

    async fn facts(&self, staged: &[StagedCrate]) -> PortResult<Vec<CrateFacts>> {
        let staged = staged.to_vec();
        let read = move || staged.iter().map(facts_of).collect();
        joined(spawn_blocking(read).await)
    }
}

fn facts_of(staged: &StagedCrate) -> PortResult<CrateFacts> {
    let what = || packaging(&staged.release);
    fs::metadata(&staged.path).map_err(|error| broken(&what(), &error))?;
    let packaged = PackagedCrate::read_file(&staged.path, &stem(&staged.release));
    let packaged = packaged.map_err(|error| PortError::Refused { what: what(), why: error.to_string() })?;
    Ok(packaged.facts(None))
}

/// `writing to FOLDER`, for errors.
fn writing(folder: &Path) -> String {
    format!("writing to {}", folder.display())
}

/// `packaging of NAME VERSION`, for errors.
fn packaging(release: &CrateRelease) -> String {
    format!("packaging of {} {}", release.name, release.version)
}

fn broken(what: &str, error: &std::io::Error) -> PortError {
    PortError::Failed { what: what.to_owned(), why: error.to_string() }
}

/// The result of work on another thread. It does not panic; a runtime that is shutting down ends it.
fn joined<T>(result: Result<PortResult<T>, tokio::task::JoinError>) -> PortResult<T> {
    result.unwrap_or_else(|error| Err(PortError::Failed { what: "packaging".to_owned(), why: error.to_string() }))
}

/// How many things are done at once.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Name of a crate file, without `.crate`.
fn stem(release: &CrateRelease) -> String {
    format!("{}-{}", release.name, release.version)
}

/// A folder's `NAME-VERSION.crate`.
fn crate_file(folder: &Path, release: &CrateRelease) -> PathBuf {
    folder.join(format!("{}.crate", stem(release)))
}
