//! Exact edits: every byte that is not a version, a date or a heading stays as it is.
//!
//! Texts in, new texts out. Manifests and the lock file are parsed to find where their versions stand, and then only those
//! letters are replaced, so that spacing, quotes, comments, order and line ends are kept.

mod error;
pub(crate) mod locate;
pub(crate) mod lock;
mod manifest;
mod moves;
pub mod notes;
mod outside;
mod requirement;
pub(crate) mod splice;

use std::collections::BTreeMap;

use semver::Version;

pub use error::EditError;
pub use locate::{Reached, VersionPart, VersionPlace, versions_in};
pub use lock::packaged as packaged_lock;

use crate::{
    model::{FileEdit, TreeFiles},
    policy::VersionFile,
    workspace::Workspace,
};
use moves::Moves;

/// Give packages new versions, everywhere a version of theirs stands: in their manifests and in `[workspace.package]`, in
/// every requirement of the workspace on them, in `Cargo.lock`, and in version files. Manifests of the repository outside the
/// workspace that use these packages by path follow in what they require, and so do the lock files beside them.
///
/// `workspace` is what was read from `files`. `to` names the packages that move. Unpublishable packages that inherit the version of one that moves come along. Each
/// version file is given with the version it is to hold. Only files that change are returned, sorted by path.
///
/// # Errors
///
/// When `to` names no package of the workspace, when one `[workspace.package]` would need two versions, when a requirement
/// on a moved package cannot be read, and when a version file lacks the place for a version or has several.
pub fn set_versions(
    files: &TreeFiles,
    workspace: &Workspace,
    to: &BTreeMap<String, Version>,
    version_files: &[(VersionFile, Version)],
) -> Result<Vec<FileEdit>, EditError> {
    let moves = Moves::new(workspace, to)?;
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let editor = manifest::Editor::new(workspace, &moves);
    texts.extend(editor.edit_all(files)?);
    texts.extend(outside::edit(files, workspace, &moves, &editor));
    let lock_path = workspace.lock_path();
    if let Some(text) = files.get(&lock_path) {
        texts.insert(lock_path.clone(), lock::edit(&lock_path, text, &moves)?);
    }
    for (file, version) in version_files {
        let before = texts.get(&file.path).or_else(|| files.get(&file.path));
        let before = before.ok_or_else(|| EditError::FileAbsent { path: file.path.clone() })?;
        let after = locate::set(file, before, version)?;
        texts.insert(file.path.clone(), after);
    }
    let changed = texts.into_iter().filter(|(path, text)| files.get(path) != Some(text));
    Ok(changed.map(|(path, text)| FileEdit { path, text }).collect())
}

#[cfg(test)]
mod tests;
