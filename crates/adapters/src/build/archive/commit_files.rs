//! The commit as a folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use stationmaster_core::{
    artifact::TreeFile,
    model::{CommitId, StandIn},
};
use stationmaster_engine::ports::{PortError, PortResult};

use super::pack::Stamp;
use crate::{build::broken, git::Repository};

/// All files of a commit.
pub(super) struct CommitFiles {
    /// Without links on the way.
    pub(super) root: PathBuf,
    /// Sorted by path.
    pub(super) tree: Vec<TreeFile>,
    /// What only stands for other files, by path.
    pub(super) stand_ins: BTreeMap<String, StandIn>,
    /// The folder of the workspace.
    pub(super) workspace: PathBuf,
    /// The text of its lock file.
    pub(super) lock: Option<String>,
    pub(super) stamp: Stamp,
}

impl CommitFiles {
    /// Write them to a folder. `workspace` is that of the workspace, from the repository's root.
    pub(super) fn export(repository: &Repository, commit: &CommitId, to: &Path, workspace: &str) -> PortResult<Self> {
        let tree = repository.listing(commit)?;
        let (root, stand_ins) = export(repository, commit, to)?;
        let workspace = below(&root, workspace);
        let lock = fs::read_to_string(workspace.join("Cargo.lock")).ok();
        let seconds = repository.committed_at(commit)?.seconds;
        Ok(Self { root, tree, stand_ins, workspace, lock, stamp: Stamp { seconds } })
    }
}

/// Write all files of a commit to a folder, and give its name without links on the way. What only stands for other files is
/// given as well: a build does not find it, so that none holds it unseen.
pub(super) fn export(
    repository: &Repository,
    commit: &CommitId,
    to: &Path,
) -> PortResult<(PathBuf, BTreeMap<String, StandIn>)> {
    let what = || format!("exporting {commit}");
    let exported = repository.export(commit, to, &[])?;
    if let Some((path, _)) = exported.stand_ins.iter().find(|(_, stand_in)| **stand_in == StandIn::Absent) {
        let why = format!("the repository lacks the content of `{path}`: fetch it first");
        return Err(PortError::Refused { what: what(), why });
    }
    let root = to.canonicalize().map_err(|error| broken(&what(), &error))?;
    Ok((root, exported.stand_ins))
}

/// A folder in a folder, or that folder itself.
pub(super) fn below(root: &Path, folder: &str) -> PathBuf {
    if folder.is_empty() { root.to_owned() } else { root.join(folder) }
}
