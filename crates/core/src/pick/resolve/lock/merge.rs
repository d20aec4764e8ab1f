//! The merge of two changed graphs.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::{
    features,
    graph::{Graph, Node, Slot},
    manifests::Declared,
};

/// The three graphs that are merged.
pub(super) struct Sides<'s, 'l> {
    pub(super) base: &'s Graph<'l>,
    pub(super) ours: &'s Graph<'l>,
    pub(super) theirs: &'s Graph<'l>,
    /// The line's version for each that the change has for a package that both have. None: the line has several for it.
    moved: BTreeMap<&'l str, Option<&'l str>>,
    /// What manifests of the change say.
    declared: &'s Declared<'l>,
}

impl<'s, 'l> Sides<'s, 'l> {
    pub(super) fn new(
        base: &'s Graph<'l>,
        ours: &'s Graph<'l>,
        theirs: &'s Graph<'l>,
        declared: &'s Declared<'l>,
    ) -> Self {
        let mut moved: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for (slot, node) in theirs.0.iter().filter(|(slot, _)| slot.is_local()) {
            // A version that the change itself gives says nothing about the line.
            let kept = base.get(slot).is_some_and(|before| before.version == node.version);
            if let Some(line) = ours.get(slot).filter(|_| kept) {
                let known = moved.entry(node.version).or_insert(Some(line.version));
                *known = known.filter(|known| *known == line.version);
            }
        }
        Self { base, ours, theirs, moved, declared }
    }

    /// Both changes of `base`. None where they disagree, or where it cannot be told whether cargo would make the same.
    pub(super) fn merge(&self) -> Option<Graph<'l>> {
        let mut merged = self.reached(&BTreeMap::new())?;
        let fewer = features::settle(self, &merged)?;
        if !fewer.is_empty() {
            merged = self.reached(&fewer)?;
            // What is used less must not be why others use less.
            if !features::settle(self, &merged)?.is_empty() {
                return None;
            }
        }
        self.all_vouched(&merged).then_some(merged)
    }

    /// The packages of the workspace, and all that is used from there. `fewer`: packages that use less than either side says.
    fn reached(&self, fewer: &BTreeMap<Slot<'l>, Node<'l>>) -> Option<Graph<'l>> {
        let all: BTreeSet<Slot<'l>> = self.ours.0.keys().chain(self.theirs.0.keys()).copied().collect();
        let mut wanted: Vec<Slot<'l>> = all.into_iter().filter(|slot| slot.is_local() && self.has(slot)).collect();
        let mut merged = Graph::default();
        // What is used from anywhere is there, even where one side had no use for it any more. Only a package of the workspace
        // that the line does not have is not.
        while let Some(slot) = wanted.pop() {
            if let Entry::Vacant(free) = merged.0.entry(slot) {
                if slot.is_local() && !self.has(&slot) {
                    return None;
                }
                let node = fewer.get(&slot).cloned().or_else(|| self.node(&slot))?;
                wanted.extend(node.used().copied());
                free.insert(node);
            }
        }
        Some(merged)
    }

    /// Whether the merged graph has a package of the workspace.
    fn has(&self, slot: &Slot<'l>) -> bool {
        let [base, ours, theirs] = [self.base, self.ours, self.theirs].map(|graph| graph.get(slot).is_some());
        three_way(base, ours, theirs) == Some(true)
    }

    /// A package as both sides leave it.
    fn node(&self, slot: &Slot<'l>) -> Option<Node<'l>> {
        let (base, ours, theirs) = (self.base.get(slot), self.ours.get(slot), self.theirs.get(slot));
        if slot.is_local() {
            let uses = match (ours, theirs) {
                (Some(ours), Some(theirs)) => merged_uses(base, ours, theirs)?,
                (one, other) => one.or(other)?.uses.clone(),
            };
            return Some(Node { version: self.local_version(slot)?, source: None, checksum: None, uses });
        }
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if (ours.version, ours.source) == (theirs.version, theirs.source) => {
                Some(Node { uses: merged_uses(base, ours, theirs)?, ..ours.clone() })
            }
            (Some(_), Some(_)) => three_way(base, ours, theirs)?.cloned(),
            (one, other) => one.or(other).cloned(),
        }
    }

    /// The version that a package of the workspace has on the line: what its manifest says, or what it had.
    pub(super) fn local_version(&self, slot: &Slot<'l>) -> Option<&'l str> {
        if let Some(version) = self.declared.get(slot.name) {
            return Some(version);
        }
        let given = |version: &'l str| self.moved.get(version).copied();
        match (self.base.get(slot), self.ours.get(slot), self.theirs.get(slot)) {
            // The change gives it the version that others of its workspace have.
            (Some(base), Some(line), Some(theirs)) if base.version != theirs.version => {
                Some(given(theirs.version).flatten().unwrap_or(line.version))
            }
            (_, Some(line), _) => Some(line.version),
            (_, None, theirs) => given(theirs?.version).unwrap_or(Some(theirs?.version)),
        }
    }

    /// Whether each version is known to be taken wherever it is used.
    fn all_vouched(&self, merged: &Graph<'l>) -> bool {
        let mut uses = merged.0.iter().flat_map(|(slot, node)| node.used().map(move |used| (slot, used)));
        uses.all(|(slot, used)| used.is_local() || self.vouches(slot, used, merged))
    }

    /// Whether one side shows that a package takes the version of what it uses here: it had this one, or an older one that
    /// is compatible.
    fn vouches(&self, slot: &Slot<'l>, used: &Slot<'l>, merged: &Graph<'l>) -> bool {
        let version = merged.get(used).and_then(Node::ordered);
        [self.ours, self.theirs].into_iter().any(|side| {
            let uses = side.get(slot).is_some_and(|node| node.used().any(|other| other == used));
            let had = side.get(used).and_then(Node::ordered);
            uses && had.zip(version.as_ref()).is_some_and(|(had, version)| had.cmp_precedence(version).is_le())
        })
    }
}

fn merged_uses<'l>(
    base: Option<&Node<'l>>,
    ours: &Node<'l>,
    theirs: &Node<'l>,
) -> Option<BTreeMap<&'l str, BTreeSet<Slot<'l>>>> {
    let names: BTreeSet<&str> = ours.uses.keys().chain(theirs.uses.keys()).copied().collect();
    let mut merged = BTreeMap::new();
    for name in names {
        let base = base.and_then(|base| base.uses.get(name));
        if let Some(used) = three_way(base, ours.uses.get(name), theirs.uses.get(name))? {
            merged.insert(name, used.clone());
        }
    }
    Some(merged)
}

/// What the one side that changed it has. None: both did, in different ways.
fn three_way<T: PartialEq>(base: T, ours: T, theirs: T) -> Option<T> {
    if ours == theirs || base == theirs { Some(ours) } else { (base == ours).then_some(theirs) }
}
