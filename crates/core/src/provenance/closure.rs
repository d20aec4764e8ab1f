//! Which packages of a lock file go into an archive.

use std::collections::{BTreeMap, BTreeSet};

use super::SbomError;
use crate::{
    edit::lock::{self, Entry},
    workspace::{DependencyKind, Workspace},
};

/// A package of a lock file, by its place in the file.
type At = usize;

/// All packages of a lock file, and which one each of them uses.
pub(super) struct Packages<'l> {
    pub(super) entries: Vec<Entry<'l>>,
    /// By place; the same length as `entries`.
    uses: Vec<BTreeSet<At>>,
}

/// Some packages, with those of them that each uses.
pub(super) type Closure = BTreeMap<At, BTreeSet<At>>;

impl<'l> Packages<'l> {
    /// Read a lock file.
    pub(super) fn read(path: &str, text: &'l str, workspace: &Workspace) -> Result<Self, SbomError> {
        let unreadable = || SbomError::Lock { path: path.to_owned() };
        let entries = lock::read(text).ok_or_else(unreadable)?.packages;
        let mut by_name: BTreeMap<&str, Vec<&Entry<'l>>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            by_name.entry(entry.name).or_default().push(entry);
            places.insert(key(entry), at);
        }
        let used = |entry: &Entry<'l>| -> Option<BTreeSet<At>> {
            let only_for_tests = only_for_tests(entry, workspace);
            let kept = entry.dependencies.iter().filter(|it| !only_for_tests.contains(it.name));
            kept.map(|it| Some(places[&key(lock::resolve(it, by_name.get(it.name)?)?)])).collect()
        };
        let uses = entries.iter().map(used).collect::<Option<_>>().ok_or_else(unreadable)?;
        Ok(Self { entries, uses })
    }

    /// The workspace's own package of this name.
    pub(super) fn own(&self, name: &str) -> Option<At> {
        self.entries.iter().position(|entry| entry.name == name && entry.source.is_none())
    }

    /// All packages of the workspace.
    pub(super) fn all_own(&self) -> Vec<At> {
        (0..self.entries.len()).filter(|at| self.entries[*at].source.is_none()).collect()
    }

    /// These packages, and all that they use.
    pub(super) fn from(&self, roots: &[At]) -> Closure {
        let mut found = Closure::new();
        let mut open = roots.to_vec();
        while let Some(at) = open.pop() {
            if !found.contains_key(&at) {
                open.extend(&self.uses[at]);
                found.insert(at, self.uses[at].clone());
            }
        }
        found
    }
}

/// What tells entries apart.
fn key<'l>(entry: &Entry<'l>) -> (&'l str, &'l str, Option<&'l str>) {
    (entry.name, entry.version, entry.source)
}

/// Packages that a package of the workspace uses for its tests alone, which are in no archive. Of others the lock file does not
/// list them.
fn only_for_tests<'w>(entry: &Entry<'_>, workspace: &'w Workspace) -> BTreeSet<&'w str> {
    let Some(package) = workspace.package(entry.name).filter(|_| entry.source.is_none()) else {
        return BTreeSet::new();
    };
    let of_kind = |is_dev: bool| -> BTreeSet<&str> {
        let dependencies = package.dependencies.iter().filter(|it| (it.kind == DependencyKind::Dev) == is_dev);
        dependencies.map(|it| it.package.as_str()).collect()
    };
    &of_kind(true) - &of_kind(false)
}
