//! What a change touches.

use gix::{
    ObjectId,
    bstr::BString,
    diff::tree::{Recorder, State, recorder::Change},
    objs::TreeRefIter,
};

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
        let (old, new) = (find(before)?, find(after)?);
        let mut recorder = Recorder::default();
        // Trees alone: a comparison of files would first make an index of all there are.
        gix::diff::tree(
            TreeRefIter::from_bytes(&old.data, before.kind()),
            TreeRefIter::from_bytes(&new.data, after.kind()),
            State::default(),
            &repository.objects,
            &mut recorder,
        )
        .map_err(|error| failed(what(), error))?;
        let mut changes = Self::default();
        for change in recorder.records {
            match change {
                Change::Addition { path, entry_mode: mode, oid: id, .. } if !mode.is_tree() => {
                    changes.before.entry(path.clone()).or_insert(None);
                    changes.after.insert(path, Some(Entry { mode, id }));
                }
                Change::Deletion { path, entry_mode: mode, oid: id, .. } if !mode.is_tree() => {
                    changes.after.entry(path.clone()).or_insert(None);
                    changes.before.insert(path, Some(Entry { mode, id }));
                }
                Change::Modification { path, previous_entry_mode, previous_oid, entry_mode, oid }
                    if !entry_mode.is_tree() =>
                {
                    changes.note(path, (previous_entry_mode, previous_oid), (entry_mode, oid));
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
