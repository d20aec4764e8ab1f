//! Which packages of a lock file go into an archive.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry as Slot};

use super::SbomError;
use crate::{
    edit::lock::{self, Entry, Reference},
    workspace::{DependencyKind, Workspace},
};

/// A package of a lock file, by its place in the file.
type At = usize;

/// All packages of a lock file, and which one each of them uses.
pub(super) struct Packages<'l> {
    pub(super) entries: Vec<Entry<'l>>,
    /// By place; the same length as `entries`.
    uses: Vec<BTreeSet<At>>,
    /// Those of them that are used for tests alone.
    for_tests: Vec<BTreeSet<At>>,
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
        let target =
            |reference: &Reference<'_>| Some(places[&key(lock::resolve(reference, by_name.get(reference.name)?)?)]);
        let uses = |entry: &Entry<'l>| entry.dependencies.iter().map(target).collect::<Option<BTreeSet<At>>>();
        let uses: Vec<_> = entries.iter().map(uses).collect::<Option<_>>().ok_or_else(unreadable)?;
        let for_tests = entries.iter().zip(&uses).map(|(entry, uses)| {
            let names = only_for_tests(entry, workspace);
            uses.iter().copied().filter(|at| names.contains(entries[*at].name)).collect()
        });
        let for_tests = for_tests.collect();
        Ok(Self { entries, uses, for_tests })
    }

    /// The workspace's own package of this name.
    pub(super) fn own(&self, name: &str) -> Option<At> {
        self.entries.iter().position(|entry| entry.name == name && entry.source.is_none())
    }

    /// All packages of the workspace.
    pub(super) fn all_own(&self) -> Vec<At> {
        (0..self.entries.len()).filter(|at| self.entries[*at].source.is_none()).collect()
    }

    /// A package, and all that it and they use but for tests.
    pub(super) fn of(&self, root: At) -> Closure {
        let mut found = Closure::new();
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if let Slot::Vacant(slot) = found.entry(at) {
                let used = slot.insert(&self.uses[at] - &self.for_tests[at]);
                open.extend(used.iter());
            }
        }
        found
    }

    /// All packages, with all that they use.
    pub(super) fn whole(&self) -> Closure {
        self.uses.iter().cloned().enumerate().collect()
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
