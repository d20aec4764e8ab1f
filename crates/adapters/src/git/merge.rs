//! Merging a change into a branch without a checkout: forward if it can be, else a three-way merge of trees that gives
//! one new commit (a squash). Moves no branch. A conflict writes nothing at all.

use std::collections::BTreeSet;

use gix::{
    ObjectId,
    merge::{blob::builtin_driver::text::Labels, tree::TreatAsUnresolved},
    objs::Write as _,
};
use stationmaster_core::model::CommitId;
use stationmaster_engine::ports::MergeSpec;

use super::{
    MergeResult, PortResult, Repository, commit_id,
    failure::{failed, missing, refused},
    refs::{find_ref, full_name},
    write::write_commit,
};

/// What a merge of two commits' trees comes to.
enum Trial {
    /// The merged tree. Its objects are in the memory of the repository view that made it.
    Clean(ObjectId),
    /// Paths in conflict.
    Conflict(Vec<String>),
}

impl Repository {
    /// The commit that brought a commit to a branch, by a merge with this message or by a move of the branch. None: it is not
    /// there. Writes nothing.
    ///
    /// # Errors
    /// The branch or an object is missing.
    pub fn merged_as(&self, branch: &str, head: &CommitId, message: &str) -> PortResult<Option<CommitId>> {
        let repository = self.scratch();
        let ours = find_ref(&repository, &full_name("refs/heads/", branch)?)?;
        let ours = ours.ok_or_else(|| missing(format!("branch {branch}")))?;
        let theirs = Self::commit(&repository, head)?.id;
        let bases = repository
            .merge_bases_many(ours, &[theirs])
            .map_err(|error| failed(format!("look for {head} on {branch}"), error))?;
        let bases: Vec<ObjectId> = bases.into_iter().map(gix::Id::detach).collect();
        if bases.contains(&theirs) {
            return Ok(Some(commit_id(first_with(&repository, ours, theirs)?)));
        }
        match bases.first().copied() {
            None => Ok(None),
            Some(base) => Ok(Change { theirs, base, message }.named_like(&repository, ours)?.map(commit_id)),
        }
    }

    /// The paths on which a merge of a commit into another would conflict. Writes nothing.
    pub(super) fn conflicting(&self, base: &CommitId, head: &CommitId) -> PortResult<Vec<String>> {
        let repository = self.scratch();
        let (ours, theirs) = (Self::commit(&repository, base)?.id, Self::commit(&repository, head)?.id);
        let what = || format!("merge {head} into {base}");
        let bases = repository.merge_bases_many(ours, &[theirs]).map_err(|error| failed(what(), error))?;
        if bases.iter().any(|base| *base == ours || *base == theirs) {
            return Ok(Vec::new());
        }
        match merge_trees(&repository, ours, theirs)? {
            Trial::Clean(_) => Ok(Vec::new()),
            Trial::Conflict(paths) => Ok(paths),
        }
    }

    /// Merge a change; see the port.
    pub(super) fn merge_onto(&self, into: &CommitId, spec: &MergeSpec) -> PortResult<MergeResult> {
        let MergeSpec { head, message, identity, seconds } = spec;
        let repository = self.scratch();
        let ours = Self::commit(&repository, into)?.id;
        let theirs = Self::commit(&repository, head)?.id;
        let what = || format!("merge {head} into {into}");
        let bases = repository.merge_bases_many(ours, &[theirs]).map_err(|error| failed(what(), error))?;
        let bases: Vec<ObjectId> = bases.into_iter().map(gix::Id::detach).collect();
        let Some(base) = bases.first().copied() else { return Err(refused(what(), "they have no common history")) };
        if bases.contains(&theirs) {
            return Ok(MergeResult::Present(commit_id(first_with(&repository, ours, theirs)?)));
        }
        if bases.contains(&ours) {
            return Ok(MergeResult::Clean(head.clone()));
        }
        let change = Change { theirs, base, message };
        if let Some(commit) = change.named_like(&repository, ours)? {
            return Ok(MergeResult::Present(commit_id(commit)));
        }
        let tree = match merge_trees(&repository, ours, theirs)? {
            Trial::Conflict(paths) => return Ok(MergeResult::Conflict(paths)),
            Trial::Clean(tree) => tree,
        };
        if tree == tree_id(&repository, ours)? && tree_id(&repository, theirs)? != tree_id(&repository, base)? {
            return Ok(MergeResult::Present(commit_id(change.bisect(&repository, ours)?)));
        }
        let merged = self.keep(repository, |kept| write_commit(kept, tree, &[ours], message, identity, *seconds))?;
        Ok(MergeResult::Clean(merged))
    }

    /// A view whose writes stay in memory, and that runs no merge program, whatever the configuration names.
    pub(super) fn scratch(&self) -> gix::Repository {
        let mut repository = self.local().with_object_memory();
        repository.object_cache_size_if_unset(64 << 20);
        let mut config = repository.config_snapshot_mut();
        let drivers: Vec<_> = config
            .sections_by_name("merge")
            .into_iter()
            .flatten()
            .filter_map(|section| section.header().subsection_name().map(ToOwned::to_owned))
            .collect();
        for driver in drivers {
            config.remove_section("merge", Some(driver.as_ref()));
        }
        drop(config);
        repository
    }

    /// Write what a scratch view holds in memory to the object store, then go on with an ordinary view.
    fn keep<R>(
        &self,
        mut scratch: gix::Repository,
        then: impl FnOnce(&gix::Repository) -> PortResult<R>,
    ) -> PortResult<R> {
        let repository = self.local();
        if let Some(memory) = scratch.objects.take_object_memory() {
            for (kind, data) in memory.values() {
                repository.objects.write_buf(*kind, data).map_err(|error| failed("write merged files", error))?;
            }
        }
        then(&repository)
    }
}

/// A change that may already be on a branch as one squashed commit.
struct Change<'a> {
    theirs: ObjectId,
    base: ObjectId,
    message: &'a str,
}

impl Change<'_> {
    /// The newest commit since the base that has our message and is this change: a merge that was made before.
    fn named_like(&self, repository: &gix::Repository, ours: ObjectId) -> PortResult<Option<ObjectId>> {
        let chain = first_parents(repository, ours, Some(self.base))?;
        for pair in chain.windows(2) {
            let commit = find(repository, pair[0])?;
            let same_words = commit.message_raw().is_ok_and(|text| text == self.message);
            if !same_words {
                continue;
            }
            if let Trial::Clean(tree) = merge_trees(repository, pair[1], self.theirs)?
                && tree == tree_id(repository, pair[0])?
            {
                return Ok(Some(pair[0]));
            }
        }
        Ok(None)
    }

    /// The branch has the change already: the commit since which it has, found by halving.
    fn bisect(&self, repository: &gix::Repository, ours: ObjectId) -> PortResult<ObjectId> {
        let chain = first_parents(repository, ours, Some(self.base))?;
        let (mut with, mut without) = (0, chain.len() - 1);
        while without - with > 1 {
            let middle = with + (without - with) / 2;
            let has = match merge_trees(repository, chain[middle], self.theirs)? {
                Trial::Clean(tree) => tree == tree_id(repository, chain[middle])?,
                Trial::Conflict(_) => false,
            };
            if has { with = middle } else { without = middle }
        }
        Ok(chain[with])
    }
}

/// The first-parent history from a commit, newest first, up to and with `until` (or the root).
fn first_parents(repository: &gix::Repository, from: ObjectId, until: Option<ObjectId>) -> PortResult<Vec<ObjectId>> {
    let mut chain = vec![from];
    let mut at = from;
    while Some(at) != until {
        let Some(parent) = find(repository, at)?.parent_ids().next().map(gix::Id::detach) else { break };
        chain.push(parent);
        at = parent;
    }
    Ok(chain)
}

/// The oldest commit of a branch's first-parent history that reaches `commit`: what brought it there.
fn first_with(repository: &gix::Repository, branch: ObjectId, commit: ObjectId) -> PortResult<ObjectId> {
    let chain = first_parents(repository, branch, Some(commit))?;
    if chain.last() == Some(&commit) {
        return Ok(commit);
    }
    let (mut with, mut without) = (0, chain.len());
    while without - with > 1 {
        let middle = with + (without - with) / 2;
        let bases = repository
            .merge_bases_many(chain[middle], &[commit])
            .map_err(|error| failed(format!("look for {commit} in history"), error))?;
        if bases.iter().any(|base| base.detach() == commit) { with = middle } else { without = middle }
    }
    Ok(chain[with])
}

fn find(repository: &gix::Repository, commit: ObjectId) -> PortResult<gix::Commit<'_>> {
    repository.find_commit(commit).map_err(|error| failed(format!("read commit {commit}"), error))
}

fn tree_id(repository: &gix::Repository, commit: ObjectId) -> PortResult<ObjectId> {
    let tree = find(repository, commit)?.tree_id().map(gix::Id::detach);
    tree.map_err(|error| failed(format!("read commit {commit}"), error))
}

/// Three-way merge of two commits' trees over their merge base, with renames.
fn merge_trees(repository: &gix::Repository, ours: ObjectId, theirs: ObjectId) -> PortResult<Trial> {
    let what = || format!("merge {theirs} into {ours}");
    let options = repository.tree_merge_options().map_err(|error| failed(what(), error))?;
    let labels = Labels { ancestor: None, current: Some("branch".into()), other: Some("change".into()) };
    let merged =
        repository.merge_commits(ours, theirs, labels, options.into()).map_err(|error| failed(what(), error))?;
    let mut merged = merged.tree_merge;
    let unresolved: BTreeSet<String> = merged
        .conflicts
        .iter()
        .filter(|conflict| conflict.is_unresolved(TreatAsUnresolved::git()))
        .flat_map(|conflict| [conflict.ours.location(), conflict.theirs.location()])
        .map(ToString::to_string)
        .collect();
    if !unresolved.is_empty() {
        return Ok(Trial::Conflict(unresolved.into_iter().collect()));
    }
    merged.tree.write().map(|tree| Trial::Clean(tree.detach())).map_err(|error| failed(what(), error))
}
