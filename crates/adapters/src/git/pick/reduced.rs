//! The merge of the paths that matter: three small trees hold them and nothing else.

use std::collections::BTreeSet;

use gix::{
    ObjectId,
    bstr::BString,
    merge::{blob::builtin_driver::text::Labels, tree::TreatAsUnresolved},
    objs::tree::EntryKind,
};

use super::{
    ConflictedFile, Entries, Entry, PortResult, Resolve,
    changes::{Changes, entry_at},
    renames,
};
use crate::git::failure::failed;

/// What merging came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Files of the line that become others; none: removed.
    pub(super) edits: Entries,
    /// Files that merged by what they are.
    pub(super) resolved: Vec<String>,
    /// Files that did not merge.
    pub(super) conflicts: Vec<ConflictedFile>,
}

/// Merge the changes, made to `base`, into the tree `ours`.
pub(super) fn merge(
    repository: &gix::Repository,
    changes: &Changes,
    base: ObjectId,
    ours: ObjectId,
    resolve: Resolve<'_>,
) -> PortResult<Outcome> {
    let line = repository.find_tree(ours).map_err(|error| failed(format!("read tree {ours}"), error))?;
    let mut outcome = Outcome::default();
    let mut sides = Sides::default();
    for (path, before) in &changes.before {
        let (now, after) = (entry_at(&line, path)?, changes.after[path]);
        if now != after && now == *before {
            outcome.edits.insert(path.clone(), after);
        }
        sides.insert(path, *before, now, after);
    }
    // The line has every touched file as the change had it: nothing is left to merge.
    if sides.base == sides.ours {
        return Ok(outcome);
    }
    outcome.edits.clear();
    let lost: Entries = sides
        .base
        .iter()
        .filter(|(path, before)| before.is_some() && sides.ours[*path].is_none())
        .map(|(path, before)| (path.clone(), *before))
        .collect();
    if !lost.is_empty() {
        for (path, entry) in renames::candidates(repository, base, ours, &lost)? {
            sides.insert_ours(path, entry);
        }
    }
    merge_reduced(repository, &sides, resolve, &mut outcome)?;
    Ok(outcome)
}

/// The paths that matter on each side.
#[derive(Debug, Default)]
struct Sides {
    base: Entries,
    ours: Entries,
    theirs: Entries,
}

impl Sides {
    fn insert(&mut self, path: &BString, base: Option<Entry>, ours: Option<Entry>, theirs: Option<Entry>) {
        self.base.insert(path.clone(), base);
        self.ours.insert(path.clone(), ours);
        self.theirs.insert(path.clone(), theirs);
    }

    fn insert_ours(&mut self, path: BString, entry: Option<Entry>) {
        self.ours.entry(path).or_insert(entry);
    }
}

fn merge_reduced(
    repository: &gix::Repository,
    sides: &Sides,
    resolve: Resolve<'_>,
    outcome: &mut Outcome,
) -> PortResult<()> {
    let what = || "merge the change's files".to_owned();
    let (base, ours, theirs) =
        (tree_of(repository, &sides.base)?, tree_of(repository, &sides.ours)?, tree_of(repository, &sides.theirs)?);
    let options = repository.tree_merge_options().map_err(|error| failed(what(), error))?;
    let labels = Labels { ancestor: Some("before".into()), current: Some("line".into()), other: Some("change".into()) };
    let mut merged =
        repository.merge_trees(base, ours, theirs, labels, options).map_err(|error| failed(what(), error))?;
    let mut by_us = Entries::new();
    let mut seen = BTreeSet::new();
    for conflict in merged.conflicts.iter().filter(|conflict| conflict.is_unresolved(TreatAsUnresolved::git())) {
        let path = conflict.ours.location().to_owned();
        if !seen.insert(path.clone()) {
            continue;
        }
        let entries = conflict.entries();
        let file = ConflictedFile {
            path: path.to_string(),
            base: text(repository, entries[0].map(|entry| entry.id)),
            ours: text(repository, entries[1].map(|entry| entry.id)),
            theirs: text(repository, entries[2].map(|entry| entry.id)),
        };
        match (resolve(&file), entries[1]) {
            (Some(new), Some(line)) => {
                let id = repository.write_blob(new).map_err(|error| failed(what(), error))?.detach();
                by_us.insert(path, Some(Entry { mode: line.mode, id }));
                outcome.resolved.push(file.path);
            }
            _ => outcome.conflicts.push(file),
        }
    }
    if !outcome.conflicts.is_empty() {
        return Ok(());
    }
    let tree = merged.tree.write().map_err(|error| failed(what(), error))?.detach();
    let result = Changes::between(repository, ours, tree)?;
    outcome.edits = result.after;
    for (path, entry) in by_us {
        if sides.ours.get(&path) == Some(&entry) {
            outcome.edits.remove(&path);
        } else {
            outcome.edits.insert(path, entry);
        }
    }
    Ok(())
}

/// A tree of these files only, in memory.
fn tree_of(repository: &gix::Repository, entries: &Entries) -> PortResult<ObjectId> {
    let what = || "make a small tree".to_owned();
    let empty = repository.empty_tree();
    let mut editor = empty.edit().map_err(|error| failed(what(), error))?;
    for (path, entry) in entries {
        let Some(entry) = entry else { continue };
        let kind: EntryKind = entry.mode.kind();
        editor.upsert(path, kind, entry.id).map_err(|error| failed(what(), error))?;
    }
    editor.write().map(gix::Id::detach).map_err(|error| failed(what(), error))
}

fn text(repository: &gix::Repository, blob: Option<ObjectId>) -> Option<String> {
    let object = repository.try_find_object(blob?).ok()??;
    String::from_utf8(object.detach().data).ok()
}
