//! Lock files for packaged crates.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use stationmaster_core::{
    edit::packaged_lock::{self, Companion, LockPart, PackagedLockError, PackagedManifest},
    model::{CrateRelease, LockFile},
};
use stationmaster_engine::ports::{PortError, PortResult};

use super::{
    broken,
    cargo::Cargo,
    crate_file, packaging,
    repack::{self, add_file},
    stem, writing,
};
use crate::release_folder;

/// Larger manifests do not exist.
const MANIFEST_LIMIT: u64 = 10 << 20;

/// Which crates are to hold a lock file, and what it takes to make them.
pub(super) struct LockFiles<'a> {
    /// All crates of the release, and the folder with their files.
    crates: &'a [CrateRelease],
    packaged: &'a Path,
    /// By package.
    manifests: BTreeMap<&'a str, (String, PackagedManifest)>,
    /// In the order in which they get their final bytes.
    wanting: Vec<&'a CrateRelease>,
}

impl<'a> LockFiles<'a> {
    /// Look at the packaged manifests. `lock` is the workspace's own lock file; without one there is nothing to go by, and no
    /// crate is to hold one.
    pub(super) fn wanted(lock: &Path, packaged: &'a Path, crates: &'a [CrateRelease]) -> PortResult<Self> {
        let mut manifests = BTreeMap::new();
        if lock.is_file() && crates.iter().any(|release| release.lock_file != LockFile::Never) {
            for release in crates {
                let text = manifest(packaged, release)?;
                let read = PackagedManifest::read(&text).map_err(|error| refused(release, &error))?;
                manifests.insert(release.name.as_str(), (text, read));
            }
        }
        let is_wanting = |it: &&CrateRelease| {
            manifests.get(it.name.as_str()).is_some_and(|(_, read)| it.lock_file.is_wanted(read.has_binary()))
        };
        let wanting = in_order(crates.iter().filter(is_wanting).collect(), &manifests);
        Ok(Self { crates, packaged, manifests, wanting })
    }

    /// What cargo makes of the workspace's lock file for each crate that is to hold one, still without checksums: the other
    /// crates need not be final. Cargo works below `work`.
    pub(super) async fn resolve(&self, cargo: &Cargo, lock: &Path, work: &Path) -> PortResult<Vec<String>> {
        if self.wanting.is_empty() {
            return Ok(Vec::new());
        }
        for (name, (text, _)) in &self.manifests {
            write_manifest(&work.join(name), text)?;
        }
        let lock = fs::read_to_string(lock).map_err(|error| broken(&format!("reading {}", lock.display()), &error))?;
        let mut resolved = Vec::new();
        for release in &self.wanting {
            resolved.push(self.resolve_one(cargo, &lock, work, release).await?);
        }
        Ok(resolved)
    }

    /// With what the crate reaches alone, which is soon done; with everything, where that does not do.
    async fn resolve_one(&self, cargo: &Cargo, lock: &str, work: &Path, release: &CrateRelease) -> PortResult<String> {
        let others = self.crates.iter().filter(|it| it.name != release.name);
        // Beside the others' folders, for these may need this crate as it is.
        let folder = work.join(format!(".{}", release.name));
        if let Some(part) = LockPart::reached_by(&release.name, lock) {
            let others: Vec<&str> = others.clone().map(|it| it.name.as_str()).filter(|it| part.names(it)).collect();
            let made = self.run(cargo, part.text(), &folder, release, &others).await?;
            if let Some(made) = made.ok().filter(|made| part.suffices_for(made)) {
                return Ok(made);
            }
        }
        let others: Vec<&str> = others.map(|it| it.name.as_str()).collect();
        self.run(cargo, lock, &folder, release, &others).await?.map_err(|why| unresolved(release, why))
    }

    /// Let cargo resolve a crate, with these others beside it. The inner error is in cargo's words.
    async fn run(
        &self,
        cargo: &Cargo,
        lock: &str,
        folder: &Path,
        release: &CrateRelease,
        others: &[&str],
    ) -> PortResult<Result<String, String>> {
        let text = &self.manifests[release.name.as_str()].0;
        let patches = others.iter().map(|name| (*name, self.index(name)));
        let alone = PackagedManifest::read(text).map_err(|error| refused(release, &error))?.alone_with(patches);
        write_manifest(folder, &alone)?;
        let made = folder.join("Cargo.lock");
        fs::write(&made, lock).map_err(|error| broken(&writing(folder), &error))?;
        // Moves nothing that the workspace's lock file has, and builds and downloads nothing.
        match cargo.run(["update", "--workspace", "--quiet"], folder).await? {
            Ok(()) => fs::read_to_string(&made).map(Ok).map_err(|error| broken(&writing(folder), &error)),
            Err(words) => Ok(Err(words)),
        }
    }

    /// Put in what was resolved. A lock file has the checksums of what its crate needs: these crates are final by then.
    pub(super) fn put_in(&self, resolved: &[String]) -> PortResult<()> {
        let mut companions = BTreeMap::new();
        if !resolved.is_empty() {
            for it in self.crates {
                companions.insert(it.name.clone(), self.companion(it)?);
            }
        }
        for (release, resolved) in self.wanting.iter().zip(resolved) {
            companions.remove(&release.name);
            let text = packaged_lock::with_registry(resolved, &release.name, &companions);
            let text = text.map_err(|error| refused(release, &error))?;
            add_file(&crate_file(self.packaged, release), &stem(release), "Cargo.lock", text.as_bytes())
                .map_err(|error| broken(&packaging(release), &error))?;
            companions.insert(release.name.clone(), self.companion(release)?);
        }
        Ok(())
    }

    /// A crate as it is now, for the lock files of others.
    fn companion(&self, release: &CrateRelease) -> PortResult<Companion> {
        let digest = release_folder::digest(&crate_file(self.packaged, release));
        let checksum = digest.map_err(|error| broken(&packaging(release), &error))?.to_string();
        Ok(Companion {
            version: release.version.clone(),
            checksum,
            index: self.index(&release.name).map(str::to_owned),
        })
    }

    /// The index that a crate of the release is required from; none: crates.io.
    fn index(&self, name: &str) -> Option<&str> {
        self.manifests.values().find_map(|(_, read)| read.requires().get(name)).and_then(Option::as_deref)
    }
}

type Manifests<'a> = BTreeMap<&'a str, (String, PackagedManifest)>;

/// Each after those that it requires. A circle, of dev-dependencies, is cut at the first by name, whichever crates were asked
/// for first: cargo's own lock files cannot hold the checksum of a crate that holds theirs either.
fn in_order<'a>(mut left: Vec<&'a CrateRelease>, manifests: &Manifests<'_>) -> Vec<&'a CrateRelease> {
    let mut ordered: Vec<&CrateRelease> = Vec::new();
    left.sort_by(|a, b| a.name.cmp(&b.name));
    while !left.is_empty() {
        let is_free = |it: &&CrateRelease| {
            let requires = manifests[it.name.as_str()].1.requires();
            !left.iter().any(|other| other.name != it.name && requires.contains_key(&other.name))
        };
        let at = left.iter().position(is_free).unwrap_or(0);
        ordered.push(left.remove(at));
    }
    ordered
}

fn manifest(packaged: &Path, release: &CrateRelease) -> PortResult<String> {
    let text = repack::text_of(&crate_file(packaged, release), &stem(release), "Cargo.toml", MANIFEST_LIMIT);
    let text = text.map_err(|error| broken(&packaging(release), &error))?;
    let lacking = || PortError::Refused { what: packaging(release), why: "the crate has no manifest".to_owned() };
    text.ok_or_else(lacking)
}

fn write_manifest(folder: &Path, text: &str) -> PortResult<()> {
    let path: PathBuf = folder.join("Cargo.toml");
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(path, text)
    };
    write().map_err(|error| broken(&writing(folder), &error))
}

/// `the lock file of NAME VERSION`, for errors.
fn lock_of(release: &CrateRelease) -> String {
    format!("the lock file of {} {}", release.name, release.version)
}

/// Why cargo resolved nothing, in its words. If the index was asked, and has not what a crate needs, the crate is at fault.
fn unresolved(release: &CrateRelease, why: String) -> PortError {
    const LACKING: [&str; 2] = ["no matching package", "failed to select a version for"];
    let what = lock_of(release);
    // Cargo adds that to its words where it has asked nobody.
    let asked = !why.contains("offline");
    if asked && LACKING.iter().any(|words| why.contains(words)) {
        PortError::Refused { what, why }
    } else {
        PortError::Failed { what, why }
    }
}

fn refused(release: &CrateRelease, error: &PackagedLockError) -> PortError {
    PortError::Refused { what: lock_of(release), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_at_fault_only_if_the_index_was_asked_and_lacks_what_it_needs() {
        let version = "1.0.0".parse().expect("a version");
        let release =
            CrateRelease { name: "a".into(), version, after: Default::default(), lock_file: LockFile::Always };
        let table = [
            ("no matching package named `b` found location searched: `sparse+https://example.org/`", true),
            ("failed to select a version for the requirement `b = \"^1\"` version 1.2.0 is yanked", true),
            ("no matching package named `b` found\nAs a reminder, you're using offline mode (--offline)", false),
            ("failed to get successful HTTP response from `https://example.org/b`, got 500", false),
        ];
        for (words, at_fault) in table {
            let refused = matches!(unresolved(&release, words.to_owned()), PortError::Refused { .. });
            assert_eq!(refused, at_fault, "{words}");
        }
    }
}
