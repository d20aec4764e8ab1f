//! What was committed where, and changes made on other commits.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sha2::{Digest, Sha256};
use stationmaster_core::{
    model::{CommitId, Held, LineBranch, LineHistory, LineName, LoggedCommit, PatchIds, Pick, Picked, TreeFiles},
    pick,
};
use stationmaster_engine::ports::Histories;

use crate::repository::{Commit, Repository, hex};

/// What a pick comes to, with the commits that it needs.
pub(crate) struct Made {
    pub(crate) picked: Picked,
    pub(crate) commits: Vec<Commit>,
}

impl Repository {
    /// Main's first parents, and what is only on each line.
    pub fn histories(&self, main: &CommitId, lines: &BTreeMap<LineName, LineBranch>) -> Histories {
        let main = self.log(main, &BTreeSet::new());
        let known: BTreeSet<CommitId> = main.iter().map(|commit| commit.id.clone()).collect();
        let place = |id: &CommitId| main.iter().position(|commit| commit.id == *id);
        let line = |(name, line): (&LineName, &LineBranch)| {
            let mut commits = self.log(&line.head, &known);
            let oldest = commits.last().map_or(Some(&line.head), |commit| self.commit(&commit.id)?.parents.first());
            let mut parted = oldest.and_then(place);
            if let (Some(at), Some(released)) = (parted, line.released.as_ref().and_then(place)) {
                commits.extend(main.get(at..released).unwrap_or_default().iter().cloned());
                parted = Some(at.max(released));
            }
            (*name, LineHistory { branch: line.branch.clone(), head: line.head.clone(), parted, commits })
        };
        Histories { lines: lines.iter().map(line).collect(), main }
    }

    /// Along first parents, newest first, until a known one.
    fn log(&self, from: &CommitId, known: &BTreeSet<CommitId>) -> Vec<LoggedCommit> {
        let mut logged = Vec::new();
        let mut next = Some(from.clone());
        while let Some((id, commit)) = next.take().and_then(|id| Some((id.clone(), self.commit(&id)?))) {
            if known.contains(&id) {
                break;
            }
            next = commit.parents.first().cloned();
            let brought = commit.parents.iter().skip(1).flat_map(|other| self.brought(other, next.as_ref(), known));
            logged.push(LoggedCommit {
                message: commit.message.clone(),
                seconds: commit.seconds,
                brought: brought.collect(),
                id,
            });
        }
        logged
    }

    fn brought(
        &self,
        from: &CommitId,
        first_parent: Option<&CommitId>,
        known: &BTreeSet<CommitId>,
    ) -> Vec<(CommitId, String)> {
        let had = first_parent.map_or_else(BTreeSet::new, |parent| self.ancestors(parent));
        let new = self.ancestors(from).into_iter().filter(|id| !had.contains(id) && !known.contains(id));
        new.filter_map(|id| Some((id.clone(), self.commit(&id)?.message.clone()))).collect()
    }

    /// What a commit does to its first parent, file by file.
    pub(crate) fn patch_ids(&self, id: &CommitId) -> Option<PatchIds> {
        let (before, after) = self.sides(id)?;
        let of = |from: &TreeFiles, to: &TreeFiles| {
            let mut sum = Sha256::new();
            for path in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
                if from.get(path) != to.get(path) {
                    sum.update(format!("{path}\0{:?}\0{:?}\n", from.get(path), to.get(path)));
                }
            }
            hex(&sum.finalize())
        };
        (before != after).then(|| PatchIds { does: of(before, after), undoes: of(after, before) })
    }

    /// How much of a change is at another commit.
    pub(crate) fn held(&self, change: &CommitId, at: &CommitId) -> Option<Held> {
        let (before, after) = self.sides(change)?;
        let here = &self.commit(at)?.tree;
        let touched = before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path));
        let touched: BTreeSet<&String> = touched.collect();
        let there = touched.iter().filter(|path| here.get(**path) == after.get(**path)).count();
        let clean = touched.iter().filter(|path| here.get(**path) == before.get(**path)).count();
        Some(match () {
            () if there == touched.len() => Held::All,
            () if clean == touched.len() => Held::Nothing,
            () if there + clean == touched.len() => Held::Part,
            () => Held::Unclear,
        })
    }

    /// The files before and after a commit.
    fn sides(&self, id: &CommitId) -> Option<(&TreeFiles, &TreeFiles)> {
        let commit = self.commit(id)?;
        Some((&self.commit(commit.parents.first()?)?.tree, &commit.tree))
    }

    /// Make changes on another commit, file by file. None where a commit does not exist.
    pub(crate) fn pick(&self, pick: &Pick) -> Option<Made> {
        let mut made = Made { picked: Picked::Empty, commits: Vec::new() };
        let mut tree = TreeFiles::clone(&self.commit(&pick.onto)?.tree);
        let (start, mut onto) = (tree.clone(), pick.onto.clone());
        for id in &pick.changes {
            let change = self.commit(id)?;
            let before = &self.commit(change.parents.first()?)?.tree;
            if change.tree == *before {
                continue;
            }
            let after = match applied(&tree, before, &change.tree) {
                Ok(after) => after,
                Err(paths) => {
                    let picked = Picked::Conflict { change: id.clone(), paths };
                    return Some(Made { picked, commits: Vec::new() });
                }
            };
            if after == tree {
                made.picked = Picked::Present;
                continue;
            }
            let commit = Commit {
                parents: vec![onto.clone()],
                tree: Arc::new(after.clone()),
                message: pick::message(&change.message, id, pick.why.as_deref()),
                identity: change.identity.clone(),
                seconds: change.seconds,
            };
            (tree, onto) = (after, commit.id());
            made.commits.push(commit);
        }
        if !made.commits.is_empty() {
            let paths = tree.keys().chain(start.keys()).filter(|path| tree.get(*path) != start.get(*path));
            let paths: BTreeSet<String> = paths.cloned().collect();
            made.picked = Picked::Clean { commit: onto, paths: paths.into_iter().collect() };
        }
        Some(made)
    }
}

/// The line's files after a change; or the paths in conflict.
fn applied(line: &TreeFiles, before: &TreeFiles, after: &TreeFiles) -> Result<TreeFiles, Vec<String>> {
    let mut tree = line.clone();
    let mut conflicts = Vec::new();
    for path in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let (was, ours, theirs) = (before.get(path), line.get(path), after.get(path));
        if was == theirs || ours == theirs {
            continue;
        }
        match theirs {
            _ if ours != was => conflicts.push(path.clone()),
            Some(text) => drop(tree.insert(path.clone(), text.clone())),
            None => drop(tree.remove(path)),
        }
    }
    if conflicts.is_empty() { Ok(tree) } else { Err(conflicts) }
}
