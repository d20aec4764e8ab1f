//! The merge of the paths that matter: three small trees hold them and nothing else.

use std::collections::BTreeSet;

use gix::{ObjectId, bstr::BString, merge::tree::TreatAsUnresolved, objs::tree::EntryKind};

use stationmaster_core::pick::resolve::ConflictedFile;

use super::{
    Entries, Entry, PortResult, Resolve,
    changes::{Changes, entry_at},
    conflicts::{self, Met, States},
    picking::{Picking, assert_there},
    platforms::Merged,
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
    picking: &Picking<'_>,
    changes: &Changes,
    base: ObjectId,
    ours: ObjectId,
    resolve: Resolve<'_>,
) -> PortResult<Outcome> {
    let repository = picking.repository();
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
    sides.assert_readable(repository)?;
    merge_reduced(picking, &sides, resolve, &mut outcome)?;
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

    fn states(&self, path: &BString) -> States {
        [&self.base, &self.ours, &self.theirs].map(|side| side.get(path).copied().flatten())
    }

    /// What is read while merging is there: the files that both sides changed, and where files moved, those that came or went.
    fn assert_readable(&self, repository: &gix::Repository) -> PortResult<()> {
        let went = |path: &BString| matches!(self.states(path), [Some(_), None, _] | [Some(_), _, None]);
        let moved = self.ours.keys().any(went);
        for path in self.ours.keys() {
            let [base, ours, theirs] = self.states(path);
            let both = base != ours && base != theirs && ours != theirs;
            let came_or_went = [base, ours, theirs].iter().any(Option::is_none);
            if both || (moved && came_or_went) {
                for entry in [base, ours, theirs].into_iter().flatten() {
                    assert_there(repository, path, entry)?;
                }
            }
        }
        Ok(())
    }
}

fn merge_reduced(picking: &Picking<'_>, sides: &Sides, resolve: Resolve<'_>, outcome: &mut Outcome) -> PortResult<()> {
    let repository = picking.repository();
    let (base, ours, theirs) =
        (tree_of(repository, &sides.base)?, tree_of(repository, &sides.ours)?, tree_of(repository, &sides.theirs)?);
    let merged = picking.merge(base, ours, theirs)?;
    let result = Changes::between(repository, ours, merged.tree)?;
    let mut met = unmerged(&merged);
    met.extend(merged_as_text(sides, &result.after, &met));
    outcome.edits = result.after;
    conflicts::settle(repository, met, resolve, outcome)?;
    outcome.edits.retain(|path, entry| sides.ours.get(path) != Some(entry));
    Ok(())
}

/// Files that did not merge.
fn unmerged(merged: &Merged) -> Vec<Met> {
    let conflicts = merged.conflicts.iter().filter(|conflict| conflict.is_unresolved(TreatAsUnresolved::git()));
    let mut paths = BTreeSet::new();
    let found = conflicts.map(|conflict| {
        let states = conflict.entries().map(|entry| entry.map(|entry| Entry { mode: entry.mode, id: entry.id }));
        Met { path: conflict.ours.location().to_owned(), states, merged: None }
    });
    found.filter(|met| paths.insert(met.path.clone())).collect()
}

/// Other files that are now neither the line's nor the change's.
fn merged_as_text(sides: &Sides, after: &Entries, unmerged: &[Met]) -> Vec<Met> {
    let is_unmerged = |path: &BString| unmerged.iter().any(|met| met.path == *path);
    let made = after.iter().filter(|(path, _)| !is_unmerged(path)).filter_map(|(path, entry)| {
        let states = sides.states(path);
        let ([Some(_), Some(line), Some(change)], Some(entry)) = (states, entry) else { return None };
        let is_new = ![line.id, change.id].contains(&entry.id);
        is_new.then(|| Met { path: path.clone(), states, merged: Some(*entry) })
    });
    made.collect()
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
