//! Packaging, without a compiler: what a crate holds is what its folder holds at a commit.

use std::{collections::BTreeMap, path::PathBuf};

use async_trait::async_trait;
use semver::VersionReq;
use sha2::{Digest, Sha256};
use stationmaster_core::{
    lint::registry_rules,
    model::{CommitId, CrateFacts, CrateRelease, ReadmeFact, RepositoryId},
    workspace::{DependencyKind, Package, Workspace},
};
use stationmaster_engine::ports::{Builder, PortError, PortResult, StagedCrate};

use crate::{
    event::Event,
    gate::EffectKind,
    process::{Process, missing},
    repository::{Commit, hex},
    world::State,
};

/// One packaged crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packaged {
    /// What it was made from.
    pub commit: CommitId,
    /// The crates of the workspace that it needs, and in which versions.
    pub needs: Vec<(String, VersionReq)>,
    /// The file.
    pub staged: StagedCrate,
}

/// Packaged crates by checksum.
pub type Staging = BTreeMap<String, Packaged>;

#[async_trait]
impl Builder for Process {
    async fn stage(&self, commit: &CommitId, crates: &[CrateRelease]) -> PortResult<Vec<StagedCrate>> {
        self.turn().await;
        self.effect(EffectKind::Stage, |state| {
            let found = self.repository(state).commit(commit).ok_or_else(|| missing(format!("commit {commit}")))?;
            let workspace = Workspace::read(&found.tree).map_err(|error| refused(error.to_string()))?;
            let mut packaged = Vec::new();
            for release in crates {
                packaged.push(package(commit, found, &workspace, release)?);
            }
            let mut new = Vec::new();
            for one in &packaged {
                let checksum = one.staged.checksum.clone();
                if state.staging.insert(checksum, one.clone()).is_none() {
                    new.push(one.staged.release.name.clone());
                }
            }
            let event = (!new.is_empty()).then(|| Event::Staged { commit: commit.clone(), crates: new });
            Ok((packaged.into_iter().map(|one| one.staged).collect(), event.into_iter().collect()))
        })
    }

    async fn facts(&self, staged: &[StagedCrate]) -> PortResult<Vec<CrateFacts>> {
        self.turn().await;
        self.ask(|state| staged.iter().map(|one| facts(state, self.here(), one)).collect())
    }
}

/// What the manifest says, and the size.
fn facts(state: &State, here: &RepositoryId, staged: &StagedCrate) -> PortResult<CrateFacts> {
    let name = &staged.release.name;
    let packaged = state.staging.get(&staged.checksum).ok_or_else(|| missing(format!("packaged {name}")))?;
    let found = state.seen_at(here).repository.commit(&packaged.commit);
    let found = found.ok_or_else(|| missing(format!("commit {}", packaged.commit)))?;
    let workspace = Workspace::read(&found.tree).map_err(|error| refused(error.to_string()))?;
    let package = workspace.package(name).ok_or_else(|| refused(format!("no package {name}")))?;
    let readme = package
        .metadata
        .readme
        .as_ref()
        .map(|path| ReadmeFact { path: path.clone(), present: found.tree.contains_key(path) });
    let facts = registry_rules::manifest_facts(package);
    Ok(CrateFacts { readme, size: staged.size, unpacked_size: staged.size, ..facts })
}

fn refused(why: String) -> PortError {
    PortError::Refused { what: "packaging".to_owned(), why }
}

fn package(commit: &CommitId, found: &Commit, workspace: &Workspace, release: &CrateRelease) -> PortResult<Packaged> {
    let package = workspace.package(&release.name).ok_or_else(|| refused(format!("no package {}", release.name)))?;
    if package.version != release.version {
        let why = format!("{} is {} at {commit}, not {}", release.name, package.version, release.version);
        return Err(refused(why));
    }
    let folder = format!("{}/", package.folder());
    let mut hash = Sha256::new();
    hash.update(commit.as_str());
    hash.update(&release.name);
    let mut size = 0;
    for (path, text) in found.tree.iter().filter(|(path, _)| path.starts_with(&folder)) {
        hash.update(path);
        hash.update(text);
        size += text.len() as u64;
    }
    let path = PathBuf::from(format!("{}-{}.crate", release.name, release.version));
    let staged = StagedCrate { release: release.clone(), path, checksum: hex(&hash.finalize()), size };
    Ok(Packaged { commit: commit.clone(), needs: needs(package)?, staged })
}

fn needs(package: &Package) -> PortResult<Vec<(String, VersionReq)>> {
    let published = package.dependencies.iter().filter(|one| one.kind != DependencyKind::Dev);
    let mut needs = Vec::new();
    for one in published {
        let (Some(member), Some(text)) = (&one.member, &one.requirement) else { continue };
        let requirement = text.parse().map_err(|error: semver::Error| refused(format!("`{text}`: {error}")))?;
        needs.push((member.clone(), requirement));
    }
    Ok(needs)
}
