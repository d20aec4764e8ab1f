//! The commit as a folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use stationmaster_core::{artifact::TreeFile, model::CommitId};
use stationmaster_engine::ports::{PortError, PortResult};

use super::pack::Stamp;
use crate::{build::broken, git::Repository};

/// All files of a commit.
pub(super) struct CommitFiles {
    /// Without links on the way.
    pub(super) root: PathBuf,
    /// Sorted by path.
    pub(super) tree: Vec<TreeFile>,
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
        let root = export(repository, commit, to)?;
        let workspace = below(&root, workspace);
        let lock = fs::read_to_string(workspace.join("Cargo.lock")).ok();
        let seconds = repository.committed_at(commit)?.seconds;
        Ok(Self { root, tree, workspace, lock, stamp: Stamp { seconds } })
    }
}

/// Write all files of a commit to a folder, and give its name without links on the way.
pub(super) fn export(repository: &Repository, commit: &CommitId, to: &Path) -> PortResult<PathBuf> {
    let what = || format!("exporting {commit}");
    let exported = repository.export(commit, to, &[])?;
    if let Some(path) = exported.missing.first() {
        let why = format!("the repository lacks the content of `{path}`: fetch it first");
        return Err(PortError::Refused { what: what(), why });
    }
    to.canonicalize().map_err(|error| broken(&what(), &error))
}

/// A folder in a folder, or that folder itself.
pub(super) fn below(root: &Path, folder: &str) -> PathBuf {
    if folder.is_empty() { root.to_owned() } else { root.join(folder) }
}
