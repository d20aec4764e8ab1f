//! The staging area: crate files by their checksum, and what each commit has of them.

use std::{collections::BTreeMap, fs, io, path::Path, path::PathBuf};

use serde::{Deserialize, Serialize};
use stationmaster_core::model::{CommitId, CrateRelease, LockFile};
use stationmaster_engine::ports::{PortError, PortResult, StagedCrate};

use super::{broken, crate_file, packaging, stem, writing};
use crate::{
    durable,
    registry::{PackageError, checksum, for_each_file},
};

/// First bytes of a file whose content the repository lacks (a partial clone). Found in a crate, they stop its release.
const STAND_IN: &[u8] = b"stationmaster: the repository lacks the content of this file: ";

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
        let bytes = fs::read(&path).ok()?;
        let same = staged.size == bytes.len() as u64 && staged.checksum == checksum(&bytes);
        same.then(|| StagedCrate { release: release.clone(), path, checksum: staged.checksum, size: staged.size })
    }

    /// Take over what this cargo packaged. The manifest comes last: a file that it does not name is packaged again.
    pub(super) fn keep(
        &self,
        packaged: &Path,
        crates: &[CrateRelease],
        absent: &[String],
        cargo: &str,
    ) -> PortResult<()> {
        let mut manifest = self.manifest();
        for release in crates {
            let failed = |error: io::Error| broken(&packaging(release), &error);
            let bytes = fs::read(crate_file(packaged, release)).map_err(failed)?;
            if !absent.is_empty() {
                check_complete(release, &bytes)?;
            }
            let (checksum, size) = (checksum(&bytes), bytes.len() as u64);
            durable::write_checked(&self.crate_path(&checksum), &bytes).map_err(failed)?;
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

/// Write stand-ins for files whose content the repository lacks, so that a crate that needs one is found out.
pub(super) fn stand_in(sources: &Path, absent: &[String]) -> io::Result<()> {
    for path in absent {
        fs::write(sources.join(path), [STAND_IN, path.as_bytes()].concat())?;
    }
    Ok(())
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

fn check_complete(release: &CrateRelease, bytes: &[u8]) -> PortResult<()> {
    let mut lacking = None;
    let look = for_each_file(bytes, &stem(release), |_, size, contents| {
        let mut start = vec![0; STAND_IN.len()];
        if size > STAND_IN.len() as u64 {
            contents.read_exact(&mut start).map_err(PackageError::from)?;
        }
        if start == STAND_IN {
            let mut path = String::new();
            contents.read_to_string(&mut path).map_err(PackageError::from)?;
            lacking = Some(path);
        }
        Ok(())
    });
    let refused = |why: String| PortError::Refused { what: packaging(release), why };
    look.map_err(|error| refused(error.to_string()))?;
    lacking.map_or(Ok(()), |path| {
        Err(refused(format!("the repository lacks the content of `{path}`, which the crate holds")))
    })
}
