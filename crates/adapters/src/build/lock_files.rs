//! Lock files put into packaged crates.

use std::{collections::BTreeMap, fs, io, path::Path};

use stationmaster_core::{
    edit::packaged_lock::{self, Companion, PackagedLockError, PackagedManifest},
    model::CrateRelease,
};
use stationmaster_engine::ports::{PortError, PortResult};

use super::{broken, cargo::Cargo, crate_file, packaging, repack::add_file, stem, writing};
use crate::{registry::for_each_file, release_folder};

/// Larger manifests do not exist.
const MANIFEST_LIMIT: u64 = 10 << 20;

/// Put a lock file into those crates that are to hold one, in their order: a lock file has the checksums of what its crate
/// needs, so that these are final first. `lock` is the workspace's own; without one there is nothing to go by, and none is
/// put in.
pub(super) async fn put_in(
    cargo: &Cargo,
    lock: &Path,
    packaged: &Path,
    work: &Path,
    crates: &[CrateRelease],
) -> PortResult<()> {
    if !lock.is_file() {
        return Ok(());
    }
    let mut manifests = BTreeMap::new();
    for release in crates {
        let text = manifest(packaged, release)?;
        let read = PackagedManifest::read(&text).map_err(|error| refused(release, &error))?;
        manifests.insert(release.name.as_str(), (text, read));
    }
    let wanting = |it: &&CrateRelease| it.lock_file.is_wanted(manifests[it.name.as_str()].1.has_binary());
    let wanting: Vec<&CrateRelease> = crates.iter().filter(wanting).collect();
    if wanting.is_empty() {
        return Ok(());
    }
    for (name, (text, _)) in &manifests {
        let folder = work.join(name);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join("Cargo.toml"), text))
            .map_err(|error| broken(&writing(&folder), &error))?;
    }
    for release in in_order(&wanting, &manifests) {
        let companions = companions(packaged, release, crates, &manifests)?;
        let text = resolve(cargo, lock, &work.join(&release.name), release, companions).await?;
        add_file(&crate_file(packaged, release), &stem(release), "Cargo.lock", text.as_bytes())
            .map_err(|error| broken(&packaging(release), &error))?;
    }
    Ok(())
}

type Manifests<'a> = BTreeMap<&'a str, (String, PackagedManifest)>;

/// Each after those that it requires. A circle, of dev-dependencies, is cut at the first by name, whichever crates were asked
/// for first: cargo's own lock files cannot hold the checksum of a crate that holds theirs either.
fn in_order<'a>(wanting: &[&'a CrateRelease], manifests: &Manifests<'_>) -> Vec<&'a CrateRelease> {
    let mut ordered: Vec<&CrateRelease> = Vec::new();
    let mut left = wanting.to_vec();
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

/// The other crates, as they are now.
fn companions(
    packaged: &Path,
    of: &CrateRelease,
    crates: &[CrateRelease],
    manifests: &Manifests<'_>,
) -> PortResult<BTreeMap<String, Companion>> {
    let index = |name: &str| manifests.values().find_map(|(_, read)| read.requires().get(name)).cloned().flatten();
    let others = crates.iter().filter(|it| it.name != of.name);
    let companion = |it: &CrateRelease| {
        let checksum =
            release_folder::digest(&crate_file(packaged, it)).map_err(|error| broken(&packaging(it), &error))?;
        let companion =
            Companion { version: it.version.clone(), checksum: checksum.to_string(), index: index(&it.name) };
        Ok((it.name.clone(), companion))
    };
    others.map(companion).collect()
}

/// The text of the lock file of one crate.
async fn resolve(
    cargo: &Cargo,
    lock: &Path,
    folder: &Path,
    release: &CrateRelease,
    companions: BTreeMap<String, Companion>,
) -> PortResult<String> {
    let own = folder.join("Cargo.toml");
    let written = |error: io::Error| broken(&writing(folder), &error);
    let text = fs::read_to_string(&own).map_err(written)?;
    let alone = PackagedManifest::read(&text).map_err(|error| refused(release, &error))?.alone_with(&companions);
    let made = folder.join("Cargo.lock");
    fs::write(&own, alone).and_then(|()| fs::copy(lock, &made).map(|_| ())).map_err(written)?;
    // Moves nothing that the workspace's lock file has, and builds and downloads nothing.
    if let Err(words) = cargo.run(&["update", "--workspace", "--quiet"], folder).await? {
        return Err(PortError::Failed {
            what: format!("the lock file of {} {}", release.name, release.version),
            why: words,
        });
    }
    let resolved = fs::read_to_string(&made).map_err(written)?;
    // For the crates after this one it is one of the others.
    fs::write(&own, text).and_then(|()| fs::remove_file(&made)).map_err(written)?;
    packaged_lock::with_registry(&resolved, &release.name, &companions).map_err(|error| refused(release, &error))
}

fn manifest(packaged: &Path, release: &CrateRelease) -> PortResult<String> {
    let archive = fs::File::open(crate_file(packaged, release)).map(io::BufReader::new);
    let archive = archive.map_err(|error| broken(&packaging(release), &error))?;
    let mut text = String::new();
    let look = for_each_file(archive, &stem(release), |path, _, contents| {
        if path == Path::new("Cargo.toml") {
            io::Read::read_to_string(&mut io::Read::take(contents, MANIFEST_LIMIT), &mut text)?;
        }
        Ok(())
    });
    look.map_err(|error| PortError::Refused { what: packaging(release), why: error.to_string() })?;
    Ok(text)
}

fn refused(release: &CrateRelease, error: &PackagedLockError) -> PortError {
    PortError::Refused {
        what: format!("the lock file of {} {}", release.name, release.version),
        why: error.to_string(),
    }
}
