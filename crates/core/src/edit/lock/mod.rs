//! Versions in `Cargo.lock`.
//!
//! Only entries of the workspace change: those without `source`. What cargo derives from versions changes along: how entries
//! are told apart in lists of dependencies, and the order of entries and dependencies of one name.

mod entries;
pub mod packaged;
mod part;
mod scan;

use std::collections::BTreeMap;

use semver::{Version, VersionReq};
use toml_edit::Document;

use super::{EditError, moves::Moves, splice::Splices};
use crate::workspace::line_of;
pub(crate) use entries::{Entries, Entry, Reference};

/// What a lock file holds, or nothing where it is not just what cargo writes today.
pub(crate) fn read(text: &str) -> Option<Entries<'_>> {
    scan::entries(text)
}

/// The new text of the workspace's lock file.
pub(super) fn edit(path: &str, text: &str, moves: &Moves<'_>) -> Result<String, EditError> {
    edit_entries(path, text, |entries, at| new_version(entries, at, moves))
}

/// The new text of another workspace's lock file, in which packages of ours are taken by path. Its own packages, by name,
/// and entries of other versions than ours are not meant.
pub(super) fn edit_outside(path: &str, text: &str, moves: &Moves<'_>, own: &[&str]) -> Result<String, EditError> {
    edit_entries(path, text, |entries, at| {
        let entry = &entries[at];
        let moved = moves.get(entry.name).filter(|_| entry.source.is_none() && !own.contains(&entry.name))?;
        (entry.version == moved.old.to_string()).then_some(moved.new)
    })
}

/// The new text, given the new version of each entry that is to have one.
fn edit_entries<'m>(
    path: &str,
    text: &str,
    new_version: impl Fn(&[Entry<'_>], usize) -> Option<&'m Version>,
) -> Result<String, EditError> {
    let unresolved = |fault: Unresolved| EditError::LockNeedsCargo {
        path: path.to_owned(),
        line: line_of(text, fault.offset),
        dependent: fault.dependent,
        package: fault.package,
        version: fault.version,
    };
    if let Some(entries) = scan::entries(text) {
        return rewrite(text, entries, new_version).map_err(unresolved);
    }
    let document = Document::parse(text).map_err(|error| EditError::Lock {
        path: path.to_owned(),
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        why: error.message().to_owned(),
    })?;
    rewrite(text, Entries::read(&document, text), new_version).map_err(unresolved)
}

/// A package from elsewhere that gets a package of ours through `[patch]`, and would not take the new version of it.
struct Unresolved {
    offset: usize,
    dependent: String,
    package: String,
    version: String,
}

fn rewrite<'m>(
    text: &str,
    entries: Entries<'_>,
    new_version: impl Fn(&[Entry<'_>], usize) -> Option<&'m Version>,
) -> Result<String, Unresolved> {
    let Entries { packages: mut entries, unused } = entries;
    let mut splices = Splices::default();
    let mut moved_names: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in 0..entries.len() {
        if let Some(new) = new_version(&entries, at) {
            splices.replace(entries[at].version_place.clone(), new.to_string());
            moved_names.entry(entries[at].name).or_default();
            entries[at].new_version = Some(new.to_string());
        }
    }
    for (at, entry) in entries.iter().enumerate() {
        if let Some(same) = moved_names.get_mut(entry.name) {
            same.push(at);
        }
    }
    let style = ReferenceStyle { always_full: writes_versions_always(&entries) };
    if let Some(unresolved) = unresolved(&entries, &moved_names) {
        return Err(unresolved);
    }
    for entry in &entries {
        refer(entry, &entries, &moved_names, &style, &mut splices);
    }
    for (at, entry) in unused.iter().enumerate() {
        if let Some(new) = new_version(&unused, at) {
            splices.replace(entry.version_place.clone(), new.to_string());
        }
    }
    let names: Vec<&str> = moved_names.iter().filter(|(_, same)| same.len() > 1).map(|(name, _)| *name).collect();
    Ok(reorder(&splices.apply(text), &names))
}

/// The first such package. The lock file does not say what it requires; nearly all of the registry require by caret, and
/// what else they would get then is for a resolver to say.
fn unresolved(entries: &[Entry<'_>], moved: &BTreeMap<&str, Vec<usize>>) -> Option<Unresolved> {
    let foreign = entries.iter().filter(|entry| entry.source.is_some());
    let mut uses = foreign.flat_map(|entry| entry.dependencies.iter().map(move |reference| (entry, reference)));
    uses.find_map(|(entry, reference)| {
        let same: Vec<&Entry<'_>> = moved.get(reference.name)?.iter().map(|at| &entries[*at]).collect();
        let target = resolve(reference, &same)?;
        let version = target.new_version.clone()?;
        let old = VersionReq::parse(&format!("^{}", target.version)).ok()?;
        let fits = Version::parse(&version).is_ok_and(|version| old.matches(&version));
        (!fits).then(|| Unresolved {
            offset: reference.place.start,
            dependent: format!("{} {}", entry.name, entry.version),
            package: target.name.to_owned(),
            version,
        })
    })
}

/// The version an entry is to have, if it is a moved member's.
fn new_version<'m>(entries: &[Entry<'_>], at: usize, moves: &'m Moves<'_>) -> Option<&'m Version> {
    let entry = &entries[at];
    let moved = moves.get(entry.name).filter(|_| entry.source.is_none())?;
    // A lock file that is behind its manifest still has one entry for the member: cargo would move that one too.
    let local = entries.iter().filter(|other| other.name == entry.name && other.source.is_none()).count();
    (local == 1 || entry.version == moved.old.to_string()).then_some(moved.new)
}

/// The first version of the format names versions and sources even where a name is enough.
fn writes_versions_always(entries: &[Entry<'_>]) -> bool {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.name).or_default() += 1;
    }
    let mut references = entries.iter().flat_map(|entry| &entry.dependencies);
    references.any(|reference| reference.version.is_some() && counts.get(reference.name) == Some(&1))
}

/// How entries are named in lists of dependencies.
#[derive(Debug, Default)]
pub(crate) struct ReferenceStyle {
    always_full: bool,
}

impl ReferenceStyle {
    /// The name of one entry among those of the same name.
    pub(crate) fn encode(&self, entry: &Entry<'_>, same: &[&Entry<'_>]) -> String {
        let same_version = same.iter().filter(|other| other.new_version() == entry.new_version()).count();
        let distinct = same_version < same.len();
        let source = entry.source.map(|source| source.split_once('#').map_or(source, |(source, _)| source));
        let with_version = format!("{} {}", entry.name, entry.new_version());
        match source {
            Some(source) if self.always_full || same_version > 1 => format!("{with_version} ({source})"),
            _ if self.always_full || same_version > 1 || distinct => with_version,
            _ => entry.name.to_owned(),
        }
    }
}

/// Rewrite an entry's references to moved packages and to those of the same names.
fn refer(
    entry: &Entry<'_>,
    entries: &[Entry<'_>],
    moved: &BTreeMap<&str, Vec<usize>>,
    style: &ReferenceStyle,
    splices: &mut Splices,
) {
    // All references of a name are looked at together: which of them needs its version hangs on the others.
    let mut by_name: BTreeMap<&str, Vec<&Reference<'_>>> = BTreeMap::new();
    for reference in entry.dependencies.iter().filter(|reference| moved.contains_key(reference.name)) {
        by_name.entry(reference.name).or_default().push(reference);
    }
    for (name, references) in by_name {
        let same: Vec<&Entry<'_>> = moved[name].iter().map(|at| &entries[*at]).collect();
        let mut texts: Vec<Option<String>> = references
            .iter()
            .map(|reference| resolve(reference, &same).map(|target| style.encode(target, &same)))
            .collect();
        // A reference that leads nowhere is not ours to fix; its neighbors then keep their places.
        if texts.iter().all(Option::is_some) {
            texts.sort();
        }
        for (reference, text) in references.iter().zip(texts) {
            if let Some(text) = text {
                splices.replace(reference.place.clone(), text);
            }
        }
    }
}

/// The entry that a reference led to before the edit.
pub(crate) fn resolve<'r, 'l>(reference: &Reference<'_>, same: &[&'r Entry<'l>]) -> Option<&'r Entry<'l>> {
    let fits = |entry: &&&'r Entry<'l>| reference.version.is_none_or(|version| version == entry.version);
    let mut candidates: Vec<&&Entry<'l>> = same.iter().filter(fits).collect();
    if candidates.len() > 1 {
        candidates.retain(|entry| match (reference.source, entry.source) {
            (None, None) => true,
            (Some(named), Some(source)) => source.split('#').next() == Some(named) || source == named,
            _ => false,
        });
    }
    match candidates[..] {
        [entry] => Some(entry),
        _ => None,
    }
}

/// Put the blocks of each name in order of version, then source, as cargo does.
fn reorder(text: &str, names: &[&str]) -> String {
    if names.is_empty() {
        return text.to_owned();
    }
    let (mut blocks, tail) = blocks(text);
    for name in names {
        let places: Vec<usize> = (0..blocks.len()).filter(|at| field(blocks[*at], "name") == Some(name)).collect();
        let mut sorted: Vec<&str> = places.iter().map(|at| blocks[*at]).collect();
        sorted.sort_by_key(|block| {
            (field(block, "version").and_then(|version| Version::parse(version).ok()), field(block, "source"))
        });
        for (at, block) in places.into_iter().zip(sorted) {
            blocks[at] = block;
        }
    }
    // The blank lines after a block belong to its place: the last one of a file has none.
    let (ends, _) = self::blocks(text);
    let kept = blocks.iter().zip(ends).flat_map(|(block, place)| [block.trim_end(), &place[place.trim_end().len()..]]);
    kept.chain([tail]).collect()
}

/// What comes before the first `[[package]]`, each of them, and what comes after the last.
fn blocks(text: &str) -> (Vec<&str>, &str) {
    let mut blocks = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices("[[package]]").filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n')) {
        blocks.push(&text[start..at]);
        start = at;
    }
    let other = ["\n[[patch", "\n[patch", "\n[metadata"].iter().filter_map(|table| text[start..].find(table)).min();
    let end = other.map_or(text.len(), |at| start + at + 1);
    blocks.push(&text[start..end]);
    (blocks, &text[end..])
}

/// A text of a block.
fn field<'b>(block: &'b str, key: &str) -> Option<&'b str> {
    let value = |line: &'b str| line.strip_prefix(key)?.strip_prefix(" = \"");
    block.lines().find_map(value).map(|value| value.trim_end_matches('"'))
}
