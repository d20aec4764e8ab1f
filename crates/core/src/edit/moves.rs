//! Which packages get which version.

use std::collections::BTreeMap;

use semver::Version;

use super::EditError;
use crate::workspace::{Package, Workspace};

/// What becomes of one package.
#[derive(Debug)]
pub(super) struct Move<'w> {
    /// The version it has.
    pub(super) old: &'w Version,
    /// The version it gets.
    pub(super) new: &'w Version,
}

/// All packages that get a new version.
#[derive(Debug)]
pub(super) struct Moves<'w> {
    by_name: BTreeMap<&'w str, Move<'w>>,
    /// What `[workspace.package]` is to hold, where a package that inherits it moves.
    pub(super) shared: Option<&'w Version>,
}

impl<'w> Moves<'w> {
    /// Add to `to` the packages that come along because they inherit.
    pub(super) fn new(workspace: &'w Workspace, to: &'w BTreeMap<String, Version>) -> Result<Self, EditError> {
        let mut by_name = BTreeMap::new();
        for (name, new) in to {
            let package = workspace.package(name).ok_or_else(|| EditError::UnknownPackage { package: name.clone() })?;
            by_name.insert(package.name.as_str(), Move { old: &package.version, new });
        }
        let heirs = || workspace.packages.iter().filter(|package| package.inherits_version);
        let leader = heirs().find_map(|package| to.get(&package.name).map(|new| (package, new)));
        if let Some((leader, new)) = leader {
            for heir in heirs() {
                match to.get(&heir.name) {
                    Some(other) if other != new => return Err(two_versions(workspace, [(leader, new), (heir, other)])),
                    None if heir.publish && heir.version != *new => {
                        return Err(two_versions(workspace, [(leader, new), (heir, &heir.version)]));
                    }
                    _ => by_name.insert(heir.name.as_str(), Move { old: &heir.version, new }),
                };
            }
        }
        Ok(Self { by_name, shared: leader.map(|(_, new)| new) })
    }

    /// What becomes of a package.
    pub(super) fn get(&self, name: &str) -> Option<&Move<'w>> {
        self.by_name.get(name)
    }
}

fn two_versions(workspace: &Workspace, packages: [(&Package, &Version); 2]) -> EditError {
    let versions = packages.map(|(package, version)| (package.name.clone(), version.clone())).to_vec();
    EditError::SharedVersion { root: workspace.root.clone(), versions }
}
