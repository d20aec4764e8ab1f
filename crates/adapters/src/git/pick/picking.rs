//! Picks that follow each other, in memory until they are kept.

use std::cell::RefCell;

use gix::{ObjectId, bstr::BString, objs::Kind, odb::memory::Storage};
use stationmaster_core::model::CommitId;

use crate::git::encoding::Rewritten;

use super::{
    Changes, Entries, Picked, PortResult, Repository, Resolve, commit_id, failed, missing, parent_of, paths_between,
    platforms::{Merged, Platforms},
    reduced,
    write::write_objects,
};

/// Changes that are made on top of each other. Where one of them does not merge, nothing of any is written.
pub struct Picking<'r> {
    store: &'r Repository,
    repository: gix::Repository,
    platforms: RefCell<Option<Platforms>>,
}

impl Repository {
    /// Begin with picks that are written all at once, or not at all.
    pub fn picking(&self) -> Picking<'_> {
        Picking { store: self, repository: self.scratch(), platforms: RefCell::default() }
    }
}

impl std::fmt::Debug for Picking<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picking").field("store", self.store).finish_non_exhaustive()
    }
}

impl Picking<'_> {
    /// [`Repository::pick`], on a commit that may be one of [`Picking::commit`].
    ///
    /// # Errors
    /// As there.
    pub fn pick(
        &self,
        change: &CommitId,
        parent: Option<usize>,
        onto: &CommitId,
        resolve: Resolve<'_>,
    ) -> PortResult<Picked> {
        let repository = &self.repository;
        let parent = parent_of(&Repository::commit(repository, change)?, parent)?;
        let base = Repository::tree_of(repository, &parent)?;
        let theirs = Repository::tree_of(repository, change)?;
        let ours = Repository::tree_of(repository, onto)?;
        let changes = Changes::between(repository, base, theirs)?;
        if changes.is_empty() {
            return Ok(Picked::Empty);
        }
        let outcome = reduced::merge(self, &changes, base, ours, resolve)?;
        if !outcome.conflicts.is_empty() {
            return Ok(Picked::Conflict(outcome.conflicts));
        }
        if outcome.edits.is_empty() {
            return Ok(Picked::Present);
        }
        let tree = edited(repository, ours, &outcome.edits)?;
        Ok(Picked::Clean { tree: tree.to_string(), resolved: outcome.resolved })
    }

    /// Where objects are read from and, in memory, written to.
    pub(super) fn repository(&self) -> &gix::Repository {
        &self.repository
    }

    /// Merge three trees. What that needs is made at the first.
    pub(super) fn merge(&self, base: ObjectId, ours: ObjectId, theirs: ObjectId) -> PortResult<Merged> {
        let mut platforms = self.platforms.borrow_mut();
        if platforms.is_none() {
            *platforms = Some(Platforms::new(&self.repository)?);
        }
        let platforms = platforms.as_mut().expect("it was just made");
        platforms.merge(&self.repository, base, ours, theirs)
    }

    /// Make the commit of a pick, in memory: the original's author and committer, and a message of ours.
    ///
    /// # Errors
    /// The original or an object is missing.
    pub fn commit(&self, tree: &str, onto: &CommitId, original: &CommitId, message: &str) -> PortResult<CommitId> {
        let repository = &self.repository;
        let what = || format!("write the pick of {original}");
        let commit = Repository::commit(repository, original)?;
        let own = |found: Result<gix::actor::SignatureRef<'_>, gix::Error>| {
            found.map_err(|error| failed(what(), error))?.to_owned().map_err(|error| failed(what(), error))
        };
        let decoded = commit.decode().map_err(|error| failed(what(), error))?;
        let rewritten = Rewritten::of(&decoded, message);
        let named = |mut who: gix::actor::Signature| {
            who.name = rewritten.name(who.name.as_ref());
            who.email = rewritten.name(who.email.as_ref());
            who
        };
        let (author, committer) = (named(own(commit.author())?), named(own(commit.committer())?));
        let tree = ObjectId::from_hex(tree.as_bytes()).map_err(|error| failed(what(), error))?;
        let parent = Repository::commit(repository, onto)?.id;
        let picked = gix::objs::Commit {
            tree,
            parents: [parent].into_iter().collect(),
            author,
            committer,
            encoding: rewritten.encoding,
            message: rewritten.message,
            extra_headers: Vec::new(),
        };
        repository.write_object(&picked).map(commit_id).map_err(|error| failed(what(), error))
    }

    /// [`Repository::changed_paths`], of commits that may be of [`Picking::commit`].
    ///
    /// # Errors
    /// As there.
    pub fn changed_paths(&self, before: &CommitId, after: &CommitId) -> PortResult<Vec<String>> {
        paths_between(&self.repository, before, after)
    }

    /// Write a commit or a tree, with all that is new in it.
    ///
    /// # Errors
    /// The object store cannot be written to.
    pub fn keep(mut self, id: &str) -> PortResult<()> {
        let what = || format!("write {id}");
        let id = ObjectId::from_hex(id.as_bytes()).map_err(|error| failed(what(), error))?;
        let mut memory = self.repository.objects.take_object_memory().unwrap_or_default();
        let mut kept = Storage::default();
        let mut reached = vec![id];
        while let Some(id) = reached.pop() {
            // What is not new has nothing new in it.
            let Some((kind, data)) = memory.remove(&id) else { continue };
            match kind {
                Kind::Commit => {
                    let commit = gix::objs::CommitRef::from_bytes(&data, id.kind());
                    let commit = commit.map_err(|error| failed(what(), error))?;
                    reached.push(commit.tree());
                    reached.extend(commit.parents());
                }
                Kind::Tree => {
                    let tree = gix::objs::TreeRef::from_bytes(&data, id.kind());
                    let tree = tree.map_err(|error| failed(what(), error))?;
                    reached.extend(tree.entries.iter().map(|entry| entry.oid.to_owned()));
                }
                Kind::Blob | Kind::Tag => {}
            }
            kept.insert(id, (kind, data));
        }
        write_objects(&self.store.local(), kept)
    }
}

/// The tree of the line with some of its files replaced, added or gone.
fn edited(repository: &gix::Repository, line: ObjectId, edits: &Entries) -> PortResult<ObjectId> {
    let what = || "write the picked tree".to_owned();
    let tree = repository.find_tree(line).map_err(|error| failed(what(), error))?;
    let mut editor = tree.edit().map_err(|error| failed(what(), error))?;
    for (path, entry) in edits {
        match entry {
            None => editor.remove(path).map(drop),
            Some(entry) => {
                assert_there(repository, path, *entry)?;
                editor.upsert(path, entry.mode.kind(), entry.id).map(drop)
            }
        }
        .map_err(|error| failed(format!("put `{path}` into the picked tree"), error))?;
    }
    editor.write().map(gix::Id::detach).map_err(|error| failed(what(), error))
}

/// An error that says where a file's content is missing. The commit of a submodule is another repository's.
pub(super) fn assert_there(repository: &gix::Repository, path: &BString, entry: super::Entry) -> PortResult<()> {
    let there = entry.mode.is_commit() || repository.has_object(entry.id);
    there.then_some(()).ok_or_else(|| missing(format!("blob {} of `{path}`", entry.id)))
}
