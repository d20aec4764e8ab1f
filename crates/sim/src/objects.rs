//! Commits, trees and files as a port.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{
    CommitId, CommitSpec, FileSelection, Held, LineBranch, LineName, PatchIds, Pick, Picked, Place, TreeFiles,
};
use stationmaster_engine::ports::{Histories, MergeResult, MergeSpec, Objects, PortError, PortResult};

use crate::{
    event::Event,
    gate::EffectKind,
    history::Made,
    process::{Process, missing},
    repository::{Commit, Repository},
    world::State,
};

#[async_trait]
impl Objects for Process {
    async fn files(&self, commit: &CommitId, wanted: &FileSelection) -> PortResult<TreeFiles> {
        self.turn().await;
        self.ask(|state| {
            let tree = &existing(self.repository(state), commit)?.tree;
            Ok(tree.iter().filter(|(path, _)| wanted.takes(path)).map(|(p, t)| (p.clone(), t.clone())).collect())
        })
    }

    async fn commit_time(&self, commit: &CommitId) -> PortResult<Timestamp> {
        self.ask(|state| {
            let seconds = existing(self.repository(state), commit)?.seconds;
            Timestamp::from_second(seconds)
                .map_err(|error| PortError::Failed { what: format!("time of commit {commit}"), why: error.to_string() })
        })
    }

    async fn contains(&self, commit: &CommitId, ancestor: &CommitId) -> PortResult<bool> {
        self.ask(|state| {
            existing(self.repository(state), commit)?;
            Ok(self.repository(state).contains(commit, ancestor))
        })
    }

    async fn histories(&self, main: &CommitId, lines: &BTreeMap<LineName, LineBranch>) -> PortResult<Histories> {
        self.turn().await;
        self.ask(|state| {
            existing(self.repository(state), main)?;
            Ok(self.repository(state).histories(main, lines))
        })
    }

    async fn try_picks(&self, picks: &[Pick]) -> Vec<PortResult<Picked>> {
        self.turn().await;
        picks.iter().map(|pick| self.ask(|state| Ok(made(self.repository(state), pick)?.picked))).collect()
    }

    async fn patch_ids(&self, commits: &[CommitId]) -> Vec<PortResult<Option<PatchIds>>> {
        self.turn().await;
        let of = |state: &mut State, commit: &CommitId| {
            existing(self.repository(state), commit)?;
            Ok(self.repository(state).patch_ids(commit))
        };
        commits.iter().map(|commit| self.ask(|state| of(state, commit))).collect()
    }

    async fn conflicts(&self, merges: &[(CommitId, CommitId)]) -> Vec<PortResult<Vec<String>>> {
        self.turn().await;
        let of = |state: &mut State, (base, head): &(CommitId, CommitId)| {
            Ok(self.repository(state).merged_tree(base, head).err().unwrap_or_default())
        };
        merges.iter().map(|merge| self.ask(|state| of(state, merge))).collect()
    }

    async fn held(&self, places: &[Place]) -> Vec<PortResult<Held>> {
        self.turn().await;
        let of = |state: &mut State, (change, at): &Place| {
            let what = || missing(format!("{change} or {at}"));
            self.repository(state).held(change, at).ok_or_else(what)
        };
        places.iter().map(|place| self.ask(|state| of(state, place))).collect()
    }

    async fn write_pick(&self, pick: &Pick) -> PortResult<CommitId> {
        self.turn().await;
        self.effect(EffectKind::WriteCommit, |state| {
            let Made { picked: Picked::Clean { commit, paths }, commits } = made(self.repository(state), pick)? else {
                let why = "it does not merge, or changes nothing".to_owned();
                return Err(PortError::Refused { what: format!("the pick onto {}", pick.onto), why });
            };
            let mut events = Vec::new();
            for made in commits {
                let subject = made.subject().to_owned();
                let (id, new) = self.repository(state).store(made);
                let written = Event::CommitWritten { commit: id, subject, paths: paths.clone() };
                events.extend(new.then_some(written));
            }
            Ok((commit, events))
        })
    }

    async fn write_commit(&self, spec: &CommitSpec) -> PortResult<CommitId> {
        self.turn().await;
        self.effect(EffectKind::WriteCommit, |state| {
            let commit = self.repository(state).commit_of(spec).ok_or_else(|| no_commit(&spec.parent))?;
            let subject = commit.subject().to_owned();
            let (id, new) = self.repository(state).store(commit);
            let paths = spec.edits.iter().map(|edit| &edit.path).chain(&spec.removed).cloned().collect();
            let written = Event::CommitWritten { commit: id.clone(), subject, paths };
            Ok((id, if new { vec![written] } else { Vec::new() }))
        })
    }

    async fn merge(&self, into: &CommitId, spec: &MergeSpec) -> PortResult<MergeResult> {
        self.turn().await;
        self.effect(EffectKind::WriteCommit, |state| merge(self.repository(state), into, spec))
    }
}

/// Write the commit that brings a change, and say what happened.
pub(crate) fn merge(
    repository: &mut Repository,
    into: &CommitId,
    spec: &MergeSpec,
) -> PortResult<(MergeResult, Vec<Event>)> {
    existing(repository, into)?;
    existing(repository, &spec.head)?;
    if let Some(brought) = repository.brought_by(into, &spec.head) {
        return Ok((MergeResult::Present(brought), Vec::new()));
    }
    if repository.contains(&spec.head, into) {
        return Ok((MergeResult::Clean(spec.head.clone()), Vec::new()));
    }
    let tree = match repository.merged_tree(into, &spec.head) {
        Ok(tree) => tree,
        Err(conflicts) => return Ok((MergeResult::Conflict(conflicts), Vec::new())),
    };
    let commit = Commit {
        parents: vec![into.clone(), spec.head.clone()],
        tree: Arc::new(tree),
        message: spec.message.clone(),
        identity: spec.identity.clone(),
        seconds: spec.seconds,
    };
    let subject = commit.subject().to_owned();
    let (id, new) = repository.store(commit);
    let written = Event::CommitWritten { commit: id.clone(), subject, paths: Vec::new() };
    Ok((MergeResult::Clean(id), if new { vec![written] } else { Vec::new() }))
}

pub(crate) fn existing<'s>(repository: &'s Repository, commit: &CommitId) -> PortResult<&'s Commit> {
    repository.commit(commit).ok_or_else(|| no_commit(commit))
}

fn made(repository: &Repository, pick: &Pick) -> PortResult<Made> {
    let what = || missing(format!("a commit of the pick onto {}", pick.onto));
    repository.pick(pick).ok_or_else(what)
}

fn no_commit(commit: &CommitId) -> PortError {
    missing(format!("commit {commit}"))
}
