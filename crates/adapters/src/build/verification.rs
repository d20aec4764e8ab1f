//! Do the packaged crates build, from the bytes that are uploaded and against each other?

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use flate2::read::GzDecoder;
use stationmaster_core::{
    edit::packaged_lock::PackagedManifest,
    model::{CommitId, CrateRelease, FileDigest, FileSelection},
    workspace::Workspace,
};
use stationmaster_engine::ports::{Objects as _, PortError, PortResult, StagedCrate};
use tokio::task::spawn_blocking;

use super::{CargoBuilder, broken, cargo::Cargo, joined, staging::stand_alone, stem, writing};
use crate::durable;

/// Large crates take long; what takes a night hangs.
const PATIENCE: Duration = Duration::from_secs(12 * 3600);

/// How the build of one crate ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It builds.
    Builds,
    /// It does not. Cargo's words.
    Fails(String),
    /// It was not tried, for it needs this crate, which does not build.
    Needs(String),
}

/// What happens, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Building<'a> {
    /// A crate is being built.
    Begins(&'a CrateRelease),
    /// A crate was found to build.
    Succeeds(&'a CrateRelease),
}

/// Crates that were found to build, by `NAME-VERSION`, with the toolchain that built them.
type Record = BTreeMap<String, String>;

impl CargoBuilder {
    /// Build staged crates one by one, as `cargo publish` would before it uploads them, but with one another's packaged form
    /// instead of what the registry has, and with one target directory for all, so that what they share is built once.
    ///
    /// What was found to build is not built again, as long as no crate of the set has other bytes: a run that was stopped goes
    /// on where it was. The folder with what was built is taken away when all of them build.
    ///
    /// # Errors
    /// Something other than a crate's own code stands in the way.
    pub async fn verify(
        &self,
        commit: &CommitId,
        staged: &[StagedCrate],
        watch: impl Fn(Building<'_>),
    ) -> PortResult<Vec<Verdict>> {
        let root = self.options.staging.join("verify");
        let (record_file, target) = (root.join(format!("{}.json", set_id(staged))), root.join("target"));
        let mut record = read_record(&record_file);
        let mut cargo = Cargo::new(&self.options).await?;
        if let Some(text) = self.repository.read_blob_at(commit, ".cargo/config.toml")? {
            fs::create_dir_all(&root).map_err(|error| broken(&writing(&root), &error))?;
            let vendored = self.repository.work_dir().unwrap_or(&root);
            cargo = cargo.for_configuration(&text, vendored, &root)?;
        }
        let version = cargo.version().await?;
        let mut verdicts: BTreeMap<&str, Verdict> = BTreeMap::new();
        let mut laid_out = None;
        for it in staged {
            let verdict = if record.contains_key(&stem(&it.release)) {
                Verdict::Builds
            } else if let Some(needed) = failed(&it.release, &verdicts) {
                Verdict::Needs(needed)
            } else {
                let folder = match laid_out.take() {
                    Some(folder) => folder,
                    None => self.lay_out(&root, commit, staged, &cargo).await?,
                };
                watch(Building::Begins(&it.release));
                let verdict = build(&cargo, &folder, &target, &it.release).await?;
                laid_out = Some(folder);
                verdict
            };
            if verdict == Verdict::Builds && !record.contains_key(&stem(&it.release)) {
                watch(Building::Succeeds(&it.release));
                record.insert(stem(&it.release), version.clone());
                write_record(&record_file, &record)?;
            }
            verdicts.insert(&it.release.name, verdict);
        }
        if verdicts.values().all(|verdict| *verdict == Verdict::Builds) {
            clear(&root).map_err(|error| broken(&format!("clearing away {}", root.display()), &error))?;
        }
        Ok(staged.iter().filter_map(|it| verdicts.remove(it.release.name.as_str())).collect())
    }

    /// Unpack the crates as a workspace, with the versions of other packages that the commit's lock file has.
    async fn lay_out(
        &self,
        root: &Path,
        commit: &CommitId,
        staged: &[StagedCrate],
        cargo: &Cargo,
    ) -> PortResult<PathBuf> {
        let names = ["Cargo.toml", "Cargo.lock"].map(str::to_owned).into();
        let mut files = self.repository.files(commit, &FileSelection { names, ..FileSelection::default() }).await?;
        let lock = Workspace::read(&files).ok().and_then(|workspace| files.remove(&workspace.lock_path()));
        let (folder, crates) = (root.join(set_id(staged)), staged.to_vec());
        let made = folder.clone();
        let unpack =
            move || unpack(&folder, &crates, lock.as_deref()).map_err(|error| broken(&writing(&folder), &error));
        joined(spawn_blocking(unpack).await)?;
        match cargo.run(["update", "--workspace", "--quiet"], &made).await? {
            Ok(()) => Ok(made),
            Err(why) => Err(PortError::Failed { what: "resolving the staged crates".to_owned(), why }),
        }
    }
}

/// A crate that this one needs and that does not build.
fn failed(release: &CrateRelease, verdicts: &BTreeMap<&str, Verdict>) -> Option<String> {
    let bad = |name: &&String| verdicts.get(name.as_str()).is_some_and(|verdict| *verdict != Verdict::Builds);
    release.after.iter().find(bad).cloned()
}

async fn build(cargo: &Cargo, folder: &Path, target: &Path, release: &CrateRelease) -> PortResult<Verdict> {
    let package = format!("{}@{}", release.name, release.version);
    let mut arguments: Vec<std::ffi::OsString> = vec!["build".into(), "--locked".into(), "--package".into()];
    // For warnings nobody looks here; debugging information and incremental builds serve nobody either.
    let settings = ["--config", "profile.dev.debug=false", "--config", "profile.dev.incremental=false"];
    arguments.extend([package.into(), "--quiet".into(), "--target-dir".into(), target.into()]);
    arguments.extend(settings.map(Into::into));
    let built = cargo.run_for(PATIENCE, arguments, folder).await?;
    Ok(built.map_or_else(Verdict::Fails, |()| Verdict::Builds))
}

/// A name for these crates with these bytes.
fn set_id(staged: &[StagedCrate]) -> String {
    let mut lines: Vec<String> = staged.iter().map(|it| format!("{} {}\n", stem(&it.release), it.checksum)).collect();
    lines.sort();
    FileDigest::of(lines.concat().as_bytes()).to_string()[..16].to_owned()
}

/// The folder of the packages. Build scripts look whether there is a manifest above theirs, to know whether they are in the
/// repository or where cargo unpacks what it downloads: there, and here, there is none.
const PACKAGES: &str = "packages";

/// Where a package is, below the workspace.
fn place(release: &CrateRelease) -> String {
    format!("{PACKAGES}/{}", stem(release))
}

/// Each crate in a folder of its own, with a workspace around them in which they take each other.
fn unpack(folder: &Path, staged: &[StagedCrate], lock: Option<&str>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    // To see whether a build script is to run again, cargo asks the repository which files are in the package: not the one that
    // the staging area is in.
    stand_alone(folder)?;
    let mut manifest = toml_edit::DocumentMut::new();
    manifest["workspace"]["resolver"] = toml_edit::value("2");
    let (mut members, mut required) = (toml_edit::Array::new(), BTreeMap::new());
    fs::create_dir_all(folder.join(PACKAGES))?;
    for it in staged {
        let (stem, place) = (stem(&it.release), place(&it.release));
        if !folder.join(&place).is_dir() {
            // In one move: a folder that is there is whole.
            let part = tempfile::Builder::new().prefix(".part-").tempdir_in(folder)?;
            let mut archive = tar::Archive::new(GzDecoder::new(fs::File::open(&it.path)?));
            archive.set_preserve_mtime(false);
            archive.unpack(part.path())?;
            fs::rename(part.path().join(&stem), folder.join(&place))?;
        }
        members.push(place.as_str());
        let own = PackagedManifest::read(&fs::read_to_string(folder.join(&place).join("Cargo.toml"))?);
        required.extend(own.map_err(io::Error::other)?.requires().clone());
    }
    manifest["workspace"]["members"] = toml_edit::value(members);
    for it in staged {
        if let Some(index) = required.get(&it.release.name) {
            let source = index.as_deref().unwrap_or("crates-io");
            manifest["patch"][source][&it.release.name]["path"] = toml_edit::value(place(&it.release));
        }
    }
    fs::write(folder.join("Cargo.toml"), manifest.to_string())?;
    lock.map_or(Ok(()), |lock| fs::write(folder.join("Cargo.lock"), lock))
}

fn read_record(path: &Path) -> Record {
    serde_json::from_slice(&fs::read(path).unwrap_or_default()).unwrap_or_default()
}

fn write_record(path: &Path, record: &Record) -> PortResult<()> {
    let json = serde_json::to_vec_pretty(record).expect("a map of texts");
    durable::write_checked(path, &json).map_err(|error| broken(&writing(path), &error))
}

/// Take away folders, and keep the records.
fn clear(root: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(root) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
