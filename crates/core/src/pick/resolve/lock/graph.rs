//! A lock file as what it says: which packages there are, and which one each of them uses.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use crate::edit::lock::{self, Entry};

/// Where one package of a graph is. Cargo takes one version at most of those that are compatible with each other, so that a
/// version is no part of it: an update changes what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot<'l> {
    pub(super) name: &'l str,
    /// Without the commit of a git repository; none: a package of the workspace, or one taken by path.
    source: Option<&'l str>,
    compatible: Compatible,
}

/// Versions that take each other's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Compatible {
    Any,
    Major(u64),
    Minor(u64),
    Patch(u64),
}

/// A package and what it uses, by name: of one name it may use several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node<'l> {
    pub(super) version: &'l str,
    pub(super) source: Option<&'l str>,
    pub(super) checksum: Option<&'l str>,
    pub(super) uses: BTreeMap<&'l str, BTreeSet<Slot<'l>>>,
}

/// All packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Graph<'l>(pub(super) BTreeMap<Slot<'l>, Node<'l>>);

impl<'l> Slot<'l> {
    fn of(entry: &Entry<'l>) -> Option<Self> {
        let source = entry.source.map(|source| source.split_once('#').map_or(source, |(source, _)| source));
        let version = Version::parse(entry.version).ok()?;
        let compatible = match (source, version.major, version.minor) {
            (None, ..) => Compatible::Any,
            (_, 0, 0) => Compatible::Patch(version.patch),
            (_, 0, minor) => Compatible::Minor(minor),
            (_, major, _) => Compatible::Major(major),
        };
        Some(Self { name: entry.name, source, compatible })
    }

    /// A package of the workspace, or one taken by path.
    pub(super) fn is_local(&self) -> bool {
        self.source.is_none()
    }
}

impl<'l> Node<'l> {
    /// Its version, as versions are compared.
    pub(super) fn ordered(&self) -> Option<Version> {
        Version::parse(self.version).ok()
    }

    /// What it uses.
    pub(super) fn used(&self) -> impl Iterator<Item = &Slot<'l>> {
        self.uses.values().flatten()
    }
}

impl<'l> Graph<'l> {
    /// Read a lock file. None: it is not just what cargo writes, a dependency leads nowhere, or two packages take one place.
    pub(super) fn read(text: &'l str) -> Option<Self> {
        let entries = lock::read(text)?;
        if !entries.unused.is_empty() {
            return None;
        }
        let mut by_name: BTreeMap<&str, Vec<&Entry<'l>>> = BTreeMap::new();
        for entry in &entries.packages {
            by_name.entry(entry.name).or_default().push(entry);
        }
        let mut graph = BTreeMap::new();
        for entry in &entries.packages {
            let mut uses: BTreeMap<&str, BTreeSet<Slot<'l>>> = BTreeMap::new();
            for reference in &entry.dependencies {
                let target = lock::resolve(reference, by_name.get(reference.name)?)?;
                uses.entry(reference.name).or_default().insert(Slot::of(target)?);
            }
            let node = Node { version: entry.version, source: entry.source, checksum: entry.checksum, uses };
            if graph.insert(Slot::of(entry)?, node).is_some() {
                return None;
            }
        }
        Some(Self(graph))
    }

    pub(super) fn get(&self, slot: &Slot<'l>) -> Option<&Node<'l>> {
        self.0.get(slot)
    }

    /// As cargo writes it, below what stands above the first package.
    pub(super) fn write(&self, head: &str) -> String {
        let entries: BTreeMap<&Slot<'_>, Entry<'_>> =
            self.0.iter().map(|(slot, node)| (slot, entry(slot, node))).collect();
        let mut by_name: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
        for entry in entries.values() {
            by_name.entry(entry.name).or_default().push(entry);
        }
        let style = lock::ReferenceStyle::default();
        let mut sorted: Vec<(&Slot<'_>, &Node<'_>)> = self.0.iter().collect();
        sorted.sort_by_cached_key(|(slot, node)| (slot.name, node.ordered(), node.source));
        let blocks = sorted.into_iter().map(|(slot, node)| {
            let used = node.used().map(|used| style.encode(&entries[used], &by_name[used.name]));
            block(slot.name, node, used.collect())
        });
        format!("{head}{}", blocks.collect::<Vec<_>>().join("\n"))
    }
}

fn entry<'l>(slot: &Slot<'l>, node: &Node<'l>) -> Entry<'l> {
    Entry {
        name: slot.name,
        version: node.version,
        source: node.source,
        checksum: node.checksum,
        version_place: 0..0,
        new_version: None,
        dependencies: Vec::new(),
    }
}

fn block(name: &str, node: &Node<'_>, used: BTreeSet<String>) -> String {
    let mut text = format!("[[package]]\nname = \"{name}\"\nversion = \"{}\"\n", node.version);
    for (key, value) in [("source", node.source), ("checksum", node.checksum)] {
        if let Some(value) = value {
            text += &format!("{key} = \"{value}\"\n");
        }
    }
    if !used.is_empty() {
        let list: String = used.iter().map(|used| format!(" \"{used}\",\n")).collect();
        text += &format!("dependencies = [\n{list}]\n");
    }
    text
}
