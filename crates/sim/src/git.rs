//! The repository as a port.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{
    CommitId, CommitSpec, FileSelection, Held, Identity, LineBranch, LineName, PatchIds, Pick, Picked, Place, TreeFiles,
};
use stationmaster_engine::ports::{Git, Histories, MergeResult, PortError, PortResult};

use crate::{
    event::Event,
    gate::EffectKind,
    history::Made,
    process::{Process, missing, moved},
    repository::{Commit, Tag},
    world::State,
};

#[async_trait]
impl Git for Process {
    async fn branches(&self) -> PortResult<BTreeMap<String, CommitId>> {
        self.turn().await;
        self.ask(|state| Ok(state.repository.branches.clone()))
    }

    async fn tags(&self) -> PortResult<BTreeMap<String, CommitId>> {
        self.turn().await;
        self.ask(|state| {
            Ok(state.repository.tags.iter().map(|(name, tag)| (name.clone(), tag.commit.clone())).collect())
        })
    }

    async fn files(&self, commit: &CommitId, wanted: &FileSelection) -> PortResult<TreeFiles> {
        self.turn().await;
        self.ask(|state| {
            let tree = &existing(state, commit)?.tree;
            Ok(tree.iter().filter(|(path, _)| wanted.takes(path)).map(|(p, t)| (p.clone(), t.clone())).collect())
        })
    }

    async fn commit_time(&self, commit: &CommitId) -> PortResult<Timestamp> {
        self.ask(|state| {
            let seconds = existing(state, commit)?.seconds;
            Timestamp::from_second(seconds)
                .map_err(|error| PortError::Failed { what: format!("time of commit {commit}"), why: error.to_string() })
        })
    }

    async fn contains(&self, commit: &CommitId, ancestor: &CommitId) -> PortResult<bool> {
        self.ask(|state| {
            existing(state, commit)?;
            Ok(state.repository.contains(commit, ancestor))
        })
    }

    async fn histories(&self, main: &CommitId, lines: &BTreeMap<LineName, LineBranch>) -> PortResult<Histories> {
        self.turn().await;
        self.ask(|state| {
            existing(state, main)?;
            Ok(state.repository.histories(main, lines))
        })
    }

    async fn try_picks(&self, picks: &[Pick]) -> Vec<PortResult<Picked>> {
        self.turn().await;
        picks.iter().map(|pick| self.ask(|state| Ok(made(state, pick)?.picked))).collect()
    }

    async fn patch_ids(&self, commits: &[CommitId]) -> Vec<PortResult<Option<PatchIds>>> {
        self.turn().await;
        let of = |state: &mut State, commit: &CommitId| {
            existing(state, commit)?;
            Ok(state.repository.patch_ids(commit))
        };
        commits.iter().map(|commit| self.ask(|state| of(state, commit))).collect()
    }

    async fn conflicts(&self, merges: &[(CommitId, CommitId)]) -> Vec<PortResult<Vec<String>>> {
        self.turn().await;
        let of = |state: &mut State, (base, head): &(CommitId, CommitId)| {
            Ok(state.repository.merged_tree(base, head).err().unwrap_or_default())
        };
        merges.iter().map(|merge| self.ask(|state| of(state, merge))).collect()
    }

    async fn held(&self, places: &[Place]) -> Vec<PortResult<Held>> {
        self.turn().await;
        let of = |state: &mut State, (change, at): &Place| {
            let what = || missing(format!("{change} or {at}"));
            state.repository.held(change, at).ok_or_else(what)
        };
        places.iter().map(|place| self.ask(|state| of(state, place))).collect()
    }

    async fn write_pick(&self, pick: &Pick) -> PortResult<CommitId> {
        self.turn().await;
        self.effect(EffectKind::WriteCommit, |state| {
            let Made { picked: Picked::Clean { commit, paths }, commits } = made(state, pick)? else {
                let why = "it does not merge, or changes nothing".to_owned();
                return Err(PortError::Refused { what: format!("the pick onto {}", pick.onto), why });
            };
            let mut events = Vec::new();
            for made in commits {
                let subject = made.subject().to_owned();
                let (id, new) = state.repository.store(made);
                let written = Event::CommitWritten { commit: id, subject, paths: paths.clone() };
                events.extend(new.then_some(written));
            }
            Ok((commit, events))
        })
    }

    async fn write_commit(&self, spec: &CommitSpec) -> PortResult<CommitId> {
        self.turn().await;
        self.effect(EffectKind::WriteCommit, |state| {
            let commit = state.repository.commit_of(spec).ok_or_else(|| no_commit(&spec.parent))?;
            let subject = commit.subject().to_owned();
            let (id, new) = state.repository.store(commit);
            let paths = spec.edits.iter().map(|edit| &edit.path).chain(&spec.removed).cloned().collect();
            let written = Event::CommitWritten { commit: id.clone(), subject, paths };
            Ok((id, if new { vec![written] } else { Vec::new() }))
        })
    }

    async fn set_branch(&self, branch: &str, expected: Option<&CommitId>, commit: &CommitId) -> PortResult<()> {
        self.turn().await;
        self.effect(EffectKind::SetBranch, |state| {
            existing(state, commit)?;
            let from = state.repository.branches.get(branch).cloned();
            if from.as_ref() == Some(commit) {
                return Ok(((), Vec::new()));
            }
            if from.as_ref() != expected {
                let found = from.map_or_else(|| "it does not exist".to_owned(), |id| format!("it is at {id}"));
                return Err(moved(format!("branch {branch}"), found));
            }
            state.repository.branches.insert(branch.to_owned(), commit.clone());
            Ok(((), vec![Event::BranchMoved { branch: branch.to_owned(), from, to: commit.clone() }]))
        })
    }

    async fn create_tag(
        &self,
        tag: &str,
        commit: &CommitId,
        message: &str,
        identity: &Identity,
        seconds: i64,
    ) -> PortResult<()> {
        self.turn().await;
        self.effect(EffectKind::CreateTag, |state| {
            existing(state, commit)?;
            match state.repository.tags.get(tag) {
                Some(there) if there.commit == *commit => return Ok(((), Vec::new())),
                Some(there) => return Err(moved(format!("tag {tag}"), format!("it is at {}", there.commit))),
                None => {}
            }
            let made = Tag { commit: commit.clone(), message: message.to_owned(), identity: identity.clone(), seconds };
            state.repository.tags.insert(tag.to_owned(), made);
            Ok(((), vec![Event::TagCreated { tag: tag.to_owned(), commit: commit.clone() }]))
        })
    }

    async fn merge(
        &self,
        branch: &str,
        head: &CommitId,
        message: &str,
        identity: &Identity,
        seconds: i64,
    ) -> PortResult<MergeResult> {
        self.turn().await;
        self.effect(EffectKind::Merge, |state| merge(state, branch, head, message, identity, seconds))
    }
}

/// Merge a commit into a branch, and say what happened.
pub(crate) fn merge(
    state: &mut State,
    branch: &str,
    head: &CommitId,
    message: &str,
    identity: &Identity,
    seconds: i64,
) -> PortResult<(MergeResult, Vec<Event>)> {
    existing(state, head)?;
    let repository = &mut state.repository;
    let ours = repository.branches.get(branch).cloned().ok_or_else(|| missing(format!("branch {branch}")))?;
    if let Some(brought) = repository.brought_by(&ours, head) {
        return Ok((MergeResult::Merged(brought), Vec::new()));
    }
    let mut events = Vec::new();
    let to = if repository.contains(head, &ours) {
        head.clone()
    } else {
        let tree = match repository.merged_tree(&ours, head) {
            Ok(tree) => tree,
            Err(conflicts) => return Ok((MergeResult::Conflict(conflicts), Vec::new())),
        };
        let commit = Commit {
            parents: vec![ours.clone(), head.clone()],
            tree: Arc::new(tree),
            message: message.to_owned(),
            identity: identity.clone(),
            seconds,
        };
        let subject = commit.subject().to_owned();
        let (id, _) = repository.store(commit);
        events.push(Event::CommitWritten { commit: id.clone(), subject, paths: Vec::new() });
        id
    };
    repository.branches.insert(branch.to_owned(), to.clone());
    events.push(Event::BranchMoved { branch: branch.to_owned(), from: Some(ours), to: to.clone() });
    Ok((MergeResult::Merged(to), events))
}

fn existing<'s>(state: &'s State, commit: &CommitId) -> PortResult<&'s Commit> {
    state.repository.commit(commit).ok_or_else(|| no_commit(commit))
}

fn made(state: &State, pick: &Pick) -> PortResult<Made> {
    let what = || missing(format!("a commit of the pick onto {}", pick.onto));
    state.repository.pick(pick).ok_or_else(what)
}

fn no_commit(commit: &CommitId) -> PortError {
    missing(format!("commit {commit}"))
}
