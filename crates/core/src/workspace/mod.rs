//! A Cargo workspace, read from the files of one commit.
//!
//! Everything cargo would find on disk is found here in a [`TreeFiles`]: members by glob and by path dependency, exclusions,
//! and what packages inherit from the root. No work tree and no cargo process are needed.

mod companions;
mod dependency;
mod error;
mod groups;
mod links;
mod manifest;
mod members;
mod order;
mod package;
mod packaged_files;
mod paths;
mod patterns;
mod place;
mod rust_version;
mod witnesses;

use serde::Serialize;

pub use dependency::{Dependency, DependencyKind};
pub use error::WorkspaceError;
pub use groups::{GroupError, GroupMembers};
pub use links::{Links, Way};
pub use order::CycleError;
pub use package::{Metadata, Package};
pub use packaged_files::{PackagedFiles, vendored_folders};
pub use place::Place;
pub use rust_version::RustVersion;

pub(crate) use manifest::{DependencyEntry, Manifest, Replacement, line_of, text_span, value_span};
pub(crate) use paths::{folder_of, is_inside, join};
pub(crate) use patterns::NamePatterns;

use crate::model::TreeFiles;

/// All packages of a repository's workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Workspace {
    /// Path of the manifest at the workspace's root, from the repository's root.
    pub root: String,
    /// The folder in which cargo finds that.
    #[serde(skip)]
    folder: String,
    /// Sorted by name; no two have the same.
    pub packages: Vec<Package>,
    /// What `[workspace.dependencies]` of the root offers to inherit, in its order.
    pub shared: Vec<Dependency>,
    /// What the root's `[patch]` tables replace, in their order.
    pub patches: Vec<Dependency>,
}

impl Workspace {
    /// Read the workspace whose manifests are in `files`; other files are passed over.
    ///
    /// The root is `Cargo.toml`, else the shallowest manifest with a `[workspace]` table, else the only manifest.
    ///
    /// # Errors
    ///
    /// When there is no workspace, when a manifest that belongs to it does not parse or lacks what it says it inherits, when a
    /// member is named but absent, and when two packages share a name.
    pub fn read(files: &TreeFiles) -> Result<Self, WorkspaceError> {
        let found = members::find(files)?;
        let package::ReadAll { mut packages, shared, patches } = package::read_all(&found)?;
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(pair) = packages.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(WorkspaceError::DuplicatePackage {
                name: pair[0].name.clone(),
                first: pair[0].manifest.clone(),
                second: pair[1].manifest.clone(),
            });
        }
        Ok(Self { root: found.root.path.to_owned(), folder: found.root.folder().to_owned(), packages, shared, patches })
    }

    /// The package of this name.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.binary_search_by(|package| package.name.as_str().cmp(name)).ok().map(|at| &self.packages[at])
    }

    /// The folder of the workspace, from the repository's root; empty where they are the same.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Where the workspace's `Cargo.lock` is, if it has one.
    pub fn lock_path(&self) -> String {
        join(self.folder(), "Cargo.lock").unwrap_or_else(|| "Cargo.lock".to_owned())
    }
}

/// The version that a root manifest gives to its package or to those that inherit; none where it gives none.
pub fn root_version(text: &str) -> Option<semver::Version> {
    let root = Manifest::parse("Cargo.toml", text).ok()?;
    let own = root.package().and_then(|package| package.get("version")).and_then(toml_edit::Item::as_str);
    let shared = root.workspace_table("package").and_then(|package| package.get("version"));
    own.or_else(|| shared.and_then(toml_edit::Item::as_str))?.parse().ok()
}

#[cfg(test)]
mod tests;
