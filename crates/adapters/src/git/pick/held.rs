//! How much of a change is in a tree (X2): what is left of it to be done there tells.

use stationmaster_core::model::{CommitId, Held, Place};

use super::{
    Changes, PortResult, Repository, commit_id, patch_id::lines, picking::Picking, reduced, several::on_all_processors,
};

impl Repository {
    /// See [`stationmaster_engine::ports::Objects::held`]. Worked out on all processors; writes nothing.
    pub fn all_held(&self, places: &[Place]) -> Vec<PortResult<Held>> {
        on_all_processors(places, |part| {
            let picking = self.picking();
            part.iter().map(|(change, at)| held(&picking, change, at)).collect()
        })
    }
}

fn held(picking: &Picking<'_>, change: &CommitId, at: &CommitId) -> PortResult<Held> {
    let repository = picking.repository();
    let commit = Repository::commit(repository, change)?;
    let base = match commit.parent_ids().next() {
        Some(parent) => Repository::tree_of(repository, &commit_id(parent))?,
        None => gix::ObjectId::empty_tree(repository.object_hash()),
    };
    let (theirs, ours) = (Repository::tree_of(repository, change)?, Repository::tree_of(repository, at)?);
    let changes = Changes::between(repository, base, theirs)?;
    // As texts only: what is resolved by what it is, such as notes, is not what the change did.
    let outcome = reduced::merge(picking, &changes, base, ours, &|_| None)?;
    if !outcome.conflicts.is_empty() {
        return Ok(Held::Unclear);
    }
    if outcome.edits.is_empty() {
        return Ok(Held::All);
    }
    let line = repository.find_tree(ours);
    let line = line.map_err(|error| super::failed(format!("read tree {ours}"), error))?;
    let mut before = super::Entries::new();
    for path in outcome.edits.keys() {
        before.insert(path.clone(), super::changes::entry_at(&line, path)?);
    }
    let left = lines(repository, &before, &outcome.edits)?;
    let whole = lines(repository, &changes.before, &changes.after)?;
    Ok(if left == whole { Held::Nothing } else { Held::Part })
}
