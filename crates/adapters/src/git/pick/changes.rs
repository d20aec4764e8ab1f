//! What a change touches.

use gix::{ObjectId, bstr::BString, diff::Options, object::tree::diff::ChangeDetached};

use super::{Entries, Entry, PortResult};
use crate::git::failure::failed;

/// The files that differ between two trees; a renamed file is one that goes and one that comes.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Before, for every path that differs.
    pub(super) before: Entries,
    /// After, for the same paths.
    pub(super) after: Entries,
}

impl Changes {
    /// Compare two trees.
    pub(super) fn between(repository: &gix::Repository, before: ObjectId, after: ObjectId) -> PortResult<Self> {
        let what = || format!("compare tree {before} with {after}");
        let find = |tree: ObjectId| repository.find_tree(tree).map_err(|error| failed(what(), error));
        let options = Options::default().with_rewrites(None);
        let (old, new) = (find(before)?, find(after)?);
        let all = repository.diff_tree_to_tree(&old, &new, options).map_err(|error| failed(what(), error))?;
        let mut changes = Self::default();
        for change in all {
            match change {
                ChangeDetached::Addition { location, entry_mode: mode, id, .. } if !mode.is_tree() => {
                    changes.before.entry(location.clone()).or_insert(None);
                    changes.after.insert(location, Some(Entry { mode, id }));
                }
                ChangeDetached::Deletion { location, entry_mode: mode, id, .. } if !mode.is_tree() => {
                    changes.after.entry(location.clone()).or_insert(None);
                    changes.before.insert(location, Some(Entry { mode, id }));
                }
                ChangeDetached::Modification { location, previous_entry_mode, previous_id, entry_mode, id }
                    if !entry_mode.is_tree() =>
                {
                    changes.note(location, (previous_entry_mode, previous_id), (entry_mode, id));
                }
                _ => {}
            }
        }
        Ok(changes)
    }

    fn note(
        &mut self,
        path: BString,
        before: (gix::objs::tree::EntryMode, ObjectId),
        after: (gix::objs::tree::EntryMode, ObjectId),
    ) {
        self.before.insert(path.clone(), Some(Entry { mode: before.0, id: before.1 }));
        self.after.insert(path, Some(Entry { mode: after.0, id: after.1 }));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.before.is_empty()
    }
}

/// The entry of a path in a tree; none where there is none, or a folder.
pub(super) fn entry_at(tree: &gix::Tree<'_>, path: &BString) -> PortResult<Option<Entry>> {
    let found = tree
        .lookup_entry(path.split(|byte| *byte == b'/'))
        .map_err(|error| failed(format!("look for `{path}` in tree {}", tree.id), error))?;
    let entry = found.map(|entry| Entry { mode: entry.mode(), id: entry.object_id() });
    Ok(entry.filter(|entry| !entry.mode.is_tree()))
}
