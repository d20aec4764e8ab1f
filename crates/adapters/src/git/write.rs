//! Writing commits as objects. Everything that goes into an id is given, so the same value always gives the same id.

use gix::{
    ObjectId,
    actor::Signature,
    date::Time,
    objs::{Commit, Kind, Write, tree::EntryKind},
    odb::memory::Storage,
};
use stationmaster_core::model::{CommitId, CommitSpec, FileEdit, Identity};

use super::{
    PortResult, Repository, commit_id,
    failure::{failed, refused},
    object_id, pack,
};

impl Repository {
    /// Write the commit, its trees and its files. Moves no ref.
    pub(super) fn write_spec(&self, spec: &CommitSpec) -> PortResult<CommitId> {
        let mut repository = self.local();
        // Made in memory first: what is new is then written at once, or not at all.
        repository.objects.enable_object_memory();
        let (parent, tree) = (object_id(&spec.parent)?, Self::tree_of(&repository, &spec.parent)?);
        let tree = edit_tree(&repository, tree, &spec.edits, &spec.removed)?;
        let commit = write_commit(&repository, tree, &[parent], &spec.message, &spec.identity, spec.seconds)?;
        let new = repository.objects.take_object_memory().unwrap_or_default();
        write_objects(&repository, new)?;
        Ok(commit)
    }
}

/// From so many new objects on, one pack is quicker than a file for each, most of them in a folder of its own.
const WORTH_A_PACK: usize = 16;

/// Write new objects, the commit when all else is there.
pub(super) fn write_objects(repository: &gix::Repository, mut new: Storage) -> PortResult<()> {
    let mut objects: Vec<_> = new.drain().collect();
    if objects.len() >= WORTH_A_PACK {
        let folder = repository.objects.store_ref().path();
        return pack::write(folder, repository.object_hash(), objects).map_err(|error| failed("write a pack", error));
    }
    objects.sort_by_key(|(_, (kind, _))| *kind == Kind::Commit);
    for (id, (kind, data)) in objects {
        let written = repository.objects.write_buf_with_known_id(kind, &data, id);
        written.map_err(|error| failed(format!("write {kind} {id}"), error))?;
    }
    Ok(())
}

/// A commit object with one identity and time as author and committer. Never signed, whatever the configuration says.
pub(super) fn write_commit(
    repository: &gix::Repository,
    tree: ObjectId,
    parents: &[ObjectId],
    message: &str,
    identity: &Identity,
    seconds: i64,
) -> PortResult<CommitId> {
    let who = signature(identity, seconds);
    let commit = Commit {
        tree,
        parents: parents.iter().copied().collect(),
        author: who.clone(),
        committer: who,
        encoding: None,
        message: message.into(),
        extra_headers: Vec::new(),
    };
    repository.write_object(&commit).map(commit_id).map_err(|error| failed("write a commit", error))
}

/// Author, committer or tagger at UTC.
pub(super) fn signature(identity: &Identity, seconds: i64) -> Signature {
    Signature {
        name: identity.name.as_str().into(),
        email: identity.email.as_str().into(),
        time: Time { seconds, offset: 0 },
    }
}

/// The tree with some files replaced, added or gone. A replaced file keeps its mode.
fn edit_tree(
    repository: &gix::Repository,
    tree: ObjectId,
    edits: &[FileEdit],
    removed: &[String],
) -> PortResult<ObjectId> {
    if edits.is_empty() && removed.is_empty() {
        return Ok(tree);
    }
    let before = repository.find_tree(tree).map_err(|error| failed(format!("read tree {tree}"), error))?;
    let mut editor = before.edit().map_err(|error| failed(format!("edit tree {tree}"), error))?;
    for edit in edits {
        let mode = mode_for(&before, &edit.path)?;
        let blob = repository
            .write_blob(edit.text.as_bytes())
            .map_err(|error| failed(format!("write `{}`", edit.path), error))?;
        editor
            .upsert(edit.path.as_str(), mode, blob)
            .map_err(|error| failed(format!("put `{}` into the tree", edit.path), error))?;
    }
    for path in removed {
        let entry = before
            .lookup_entry(path.split('/'))
            .map_err(|error| failed(format!("look for `{path}` in the tree"), error))?;
        if entry.is_none() {
            return Err(refused(format!("removing `{path}`"), "it does not exist"));
        }
        mode_for(&before, path)?;
        editor.remove(path.as_str()).map_err(|error| failed(format!("take `{path}` out of the tree"), error))?;
    }
    editor.write().map(gix::Id::detach).map_err(|error| failed("write the tree", error))
}

/// The mode a file gets. What is not a plain file is not replaced by one unseen.
fn mode_for(tree: &gix::Tree<'_>, path: &str) -> PortResult<EntryKind> {
    let entry =
        tree.lookup_entry(path.split('/')).map_err(|error| failed(format!("look for `{path}` in the tree"), error))?;
    let Some(entry) = entry else { return Ok(EntryKind::Blob) };
    match entry.mode().kind() {
        kind @ (EntryKind::Blob | EntryKind::BlobExecutable) => Ok(kind),
        EntryKind::Link => Err(refused(format!("writing `{path}`"), "it is a symbolic link")),
        EntryKind::Tree => Err(refused(format!("writing `{path}`"), "it is a folder")),
        EntryKind::Commit => Err(refused(format!("writing `{path}`"), "it is a submodule")),
    }
}
