//! The staging area: crate files by their checksum, and what each commit has of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use stationmaster_core::model::{CommitId, CrateRelease, LockFile, StandIn};
use stationmaster_engine::ports::{PortError, PortResult, StagedCrate};

use super::{broken, cargo::all_named, crate_file, packaging, stem, writing};
use crate::{
    durable,
    git::STAND_IN,
    registry::{PackageError, for_each_file},
    release_folder,
};

/// What is staged of a commit, by `NAME-VERSION`.
type Manifest = BTreeMap<String, Staged>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Staged {
    /// SHA-256 in hex: the name of its file.
    checksum: String,
    /// In bytes.
    size: u64,
    /// What was asked of lock files when it was packaged.
    lock_file: LockFile,
    /// Name and version of the cargo that packaged it. Another one may make other bytes of the same commit.
    cargo: String,
}

/// Crate files by their checksum in `crates/`, and for each commit a manifest that says which of them are its own.
pub(super) struct Staging {
    root: PathBuf,
    manifest: PathBuf,
}

impl Staging {
    pub(super) fn new(root: &Path, commit: &CommitId) -> Self {
        Self { root: root.to_owned(), manifest: root.join(format!("{commit}.json")) }
    }

    /// A staged crate, if its bytes are those that were staged.
    pub(super) fn find(&self, release: &CrateRelease) -> Option<StagedCrate> {
        let staged = self.manifest().remove(&stem(release)).filter(|it| it.lock_file == release.lock_file)?;
        let path = self.crate_path(&staged.checksum);
        let same = fs::metadata(&path).is_ok_and(|data| data.len() == staged.size)
            && release_folder::digest(&path).is_ok_and(|digest| digest.to_string() == staged.checksum);
        same.then(|| StagedCrate { release: release.clone(), path, checksum: staged.checksum, size: staged.size })
    }

    /// Take over what this cargo packaged. The manifest comes last: a file that it does not name is packaged again.
    pub(super) fn keep(
        &self,
        packaged: &Path,
        crates: &[CrateRelease],
        stand_ins: &BTreeMap<String, StandIn>,
        cargo: &str,
    ) -> PortResult<()> {
        if !stand_ins.is_empty() {
            check_complete(packaged, crates, stand_ins)?;
        }
        let mut manifest = self.manifest();
        for release in crates {
            let failed = |error: io::Error| broken(&packaging(release), &error);
            let made = crate_file(packaged, release);
            let size = fs::metadata(&made).map_err(failed)?.len();
            let checksum = release_folder::digest(&made).map_err(failed)?.to_string();
            let kept = self.crate_path(&checksum);
            kept.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::rename(&made, kept)).map_err(failed)?;
            let staged = Staged { checksum, size, lock_file: release.lock_file, cargo: cargo.to_owned() };
            manifest.insert(stem(release), staged);
        }
        let json = serde_json::to_vec_pretty(&manifest).expect("a map of strings and numbers");
        durable::write_checked(&self.manifest, &json).map_err(|error| broken(&writing(&self.manifest), &error))
    }

    /// What was staged; nothing where the manifest is absent or was spoiled.
    fn manifest(&self) -> Manifest {
        let text = fs::read(&self.manifest).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    fn crate_path(&self, checksum: &str) -> PathBuf {
        self.root.join("crates").join(format!("{checksum}.crate"))
    }
}

/// Let the files be a repository of their own, without a commit. The staging area of a checkout is inside its `.git`, and cargo
/// would take the folders above for the crates' repository: it would write what is checked out there, and our folder's random
/// name, into every crate.
pub(super) fn stand_alone(sources: &Path) -> io::Result<()> {
    let own = sources.join(".git");
    fs::create_dir_all(own.join("objects"))?;
    fs::create_dir_all(own.join("refs"))?;
    fs::write(own.join("HEAD"), "ref: refs/heads/none\n")
}

/// No crate holds a text that only takes the place of a file. All that do are named.
fn check_complete(packaged: &Path, crates: &[CrateRelease], stand_ins: &BTreeMap<String, StandIn>) -> PortResult<()> {
    let mut refusals = Vec::new();
    for release in crates {
        let held = held_stand_ins(release, &crate_file(packaged, release))?;
        if !held.is_empty() {
            let words = held.iter().map(|path| in_words(path, stand_ins.get(path)));
            refusals.push((packaging(release), words.collect::<Vec<_>>().join("; ")));
        }
    }
    all_named(&refusals)
}

/// `PATH is WHAT: FIX`.
pub(super) fn in_words(path: &str, stand_in: Option<&StandIn>) -> String {
    let stand_in = stand_in.unwrap_or(&StandIn::Absent);
    format!("`{path}` is {stand_in}: {}", stand_in.fix())
}

/// The paths, in the commit, of what a crate holds a text in place of.
fn held_stand_ins(release: &CrateRelease, path: &Path) -> PortResult<BTreeSet<String>> {
    let mut held = BTreeSet::new();
    let archive = fs::File::open(path).map(io::BufReader::new).map_err(|error| broken(&packaging(release), &error))?;
    let look = for_each_file(archive, &stem(release), |_, size, contents| {
        let mut start = vec![0; STAND_IN.len()];
        if size > STAND_IN.len() as u64 {
            contents.read_exact(&mut start).map_err(PackageError::from)?;
        }
        if start == STAND_IN {
            let mut path = String::new();
            contents.read_to_string(&mut path).map_err(PackageError::from)?;
            held.insert(path);
        }
        Ok(())
    });
    look.map_err(|error| PortError::Refused { what: packaging(release), why: error.to_string() })?;
    Ok(held)
}
