//! Where a change and the line meet in a file.

use std::collections::BTreeMap;

use gix::{bstr::BString, objs::tree::EntryKind};
use stationmaster_core::pick::resolve::{ConflictKind, ConflictedFile};

use super::{Entries, Entry, PortResult, Resolve, failed, is_text, reduced::Outcome};

/// A file as the three sides have it: before the change, on the line, after the change.
pub(super) type States = [Option<Entry>; 3];

/// A file that both sides changed.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) path: BString,
    pub(super) states: States,
    /// With both changes, where it merged as text.
    pub(super) merged: Option<Entry>,
}

/// Have what can be resolved be resolved. What did not merge and is not resolved is a conflict.
pub(super) fn settle(
    repository: &gix::Repository,
    mut files: Vec<Met>,
    resolve: Resolve<'_>,
    outcome: &mut Outcome,
) -> PortResult<()> {
    let is_lock_file = |path: &BString| path.ends_with(b"Cargo.lock");
    // What a lock file says follows from manifests.
    files.sort_by_key(|met| is_lock_file(&met.path));
    for met in files {
        let manifests = if is_lock_file(&met.path) { manifests(repository, &outcome.edits) } else { BTreeMap::new() };
        let file = told(repository, &met, manifests);
        match (resolve(&file), met.merged.or(met.states[1])) {
            (Some(new), Some(line)) => {
                outcome.edits.insert(met.path, Some(resolved(repository, new, met.states, line)?));
                outcome.resolved.push(file.path);
            }
            _ if met.merged.is_none() => outcome.conflicts.push(file),
            _ => {}
        }
    }
    outcome.resolved.sort();
    outcome.conflicts.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(())
}

/// Manifests among files.
fn manifests(repository: &gix::Repository, files: &Entries) -> BTreeMap<String, String> {
    let manifests = files.iter().filter(|(path, _)| path.ends_with(b"Cargo.toml"));
    manifests.filter_map(|(path, entry)| Some((path.to_string(), text(repository, *entry)?))).collect()
}

fn told(repository: &gix::Repository, met: &Met, manifests: BTreeMap<String, String>) -> ConflictedFile {
    let [base, ours, theirs] = met.states.map(|entry| text(repository, entry));
    ConflictedFile {
        path: met.path.to_string(),
        kind: kind_of(repository, met.states),
        base,
        ours,
        theirs,
        merged: text(repository, met.merged),
        manifests,
    }
}

fn kind_of(repository: &gix::Repository, states: States) -> ConflictKind {
    let has = |kind: EntryKind| states.iter().flatten().any(|entry| entry.mode.kind() == kind);
    let is_binary = |entry: &Entry| content(repository, *entry).is_some_and(|data| !is_text(&data));
    match states {
        _ if has(EntryKind::Commit) => ConflictKind::Submodule,
        _ if has(EntryKind::Tree) => ConflictKind::Folder,
        _ if has(EntryKind::Link) => ConflictKind::Link,
        [Some(_), None, _] => ConflictKind::Absent,
        [Some(_), _, None] => ConflictKind::Removed,
        _ if states.iter().flatten().any(is_binary) => ConflictKind::Binary,
        _ => ConflictKind::Text,
    }
}

/// A file's new text, with the mode that the one side gave it which changed the mode.
fn resolved(repository: &gix::Repository, new: String, [base, _, theirs]: States, line: Entry) -> PortResult<Entry> {
    let id = repository.write_blob(new).map_err(|error| failed("merge the change's files", error))?.detach();
    let mode = match (base, theirs) {
        (Some(base), Some(theirs)) if base.mode == line.mode => theirs.mode,
        _ => line.mode,
    };
    Ok(Entry { mode, id })
}

/// A file's text, if it is one.
fn text(repository: &gix::Repository, entry: Option<Entry>) -> Option<String> {
    let entry = entry.filter(|entry| entry.mode.is_blob())?;
    String::from_utf8(content(repository, entry).filter(|data| is_text(data))?).ok()
}

fn content(repository: &gix::Repository, entry: Entry) -> Option<Vec<u8>> {
    Some(repository.try_find_object(entry.id).ok()??.detach().data)
}
