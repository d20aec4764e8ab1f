//! The branches and tags as a port.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use stationmaster_core::model::CommitId;
use stationmaster_engine::ports::{PortError, PortResult, RefUpdate, Refs, TagSpec};

use crate::{
    event::Event,
    gate::EffectKind,
    objects::existing,
    process::{Process, moved},
    repository::{Repository, Tag},
};

#[async_trait]
impl Refs for Process {
    async fn branches(&self) -> PortResult<BTreeMap<String, CommitId>> {
        self.turn().await;
        self.ask(|state| Ok(self.repository(state).branches.clone()))
    }

    async fn tags(&self) -> PortResult<BTreeMap<String, CommitId>> {
        self.turn().await;
        self.ask(|state| {
            Ok(self.repository(state).tags.iter().map(|(name, tag)| (name.clone(), tag.commit.clone())).collect())
        })
    }

    async fn update(&self, updates: &[RefUpdate]) -> PortResult<()> {
        self.turn().await;
        let kind = match updates {
            [RefUpdate::Branch { .. }] => EffectKind::SetBranch,
            [RefUpdate::Tag(_)] => EffectKind::CreateTag,
            _ => EffectKind::UpdateRefs,
        };
        self.effect(kind, |state| update(self.repository(state), updates))
    }
}

fn update(repository: &mut Repository, updates: &[RefUpdate]) -> PortResult<((), Vec<Event>)> {
    let mut named = BTreeSet::new();
    let mut due = Vec::new();
    for update in updates {
        let name = full_name(update)?;
        let is_due = is_due(repository, update)?;
        if !named.insert(name.clone()) {
            return Err(refused(format!("moving {name}"), "it is named twice".to_owned()));
        }
        if is_due {
            due.push(update);
        }
    }
    let mut there: BTreeSet<String> = repository.branches.keys().map(|name| format!("refs/heads/{name}")).collect();
    there.extend(repository.tags.keys().map(|name| format!("refs/tags/{name}")));
    there.extend(named.iter().cloned());
    for name in &named {
        let above = name.match_indices('/').map(|(at, _)| &name[..at]).find(|above| there.contains(*above));
        let below = || there.range(format!("{name}/")..).next().filter(|other| other.starts_with(&format!("{name}/")));
        if let Some(other) = above.or_else(|| below().map(String::as_str)) {
            return Err(refused(format!("making {name}"), format!("{other} is in the way: git cannot have both")));
        }
    }
    Ok(((), due.into_iter().map(|update| write(repository, update)).collect()))
}

/// Whether it is to be written: not if it is there already.
fn is_due(repository: &Repository, update: &RefUpdate) -> PortResult<bool> {
    let (what, now, expected, to) = match update {
        RefUpdate::Branch { name, expected, to } => {
            (format!("branch {name}"), repository.branches.get(name), expected.as_ref(), to)
        }
        RefUpdate::Tag(TagSpec { name, commit, .. }) => {
            (format!("tag {name}"), repository.tags.get(name).map(|tag| &tag.commit), None, commit)
        }
    };
    existing(repository, to)?;
    if now == Some(to) {
        return Ok(false);
    }
    if now != expected {
        let found = now.map_or_else(|| "it does not exist".to_owned(), |id| format!("it points to {id}"));
        return Err(moved(what, found));
    }
    Ok(true)
}

fn write(repository: &mut Repository, update: &RefUpdate) -> Event {
    match update.clone() {
        RefUpdate::Branch { name, to, .. } => {
            let from = repository.branches.insert(name.clone(), to.clone());
            Event::BranchMoved { branch: name, from, to }
        }
        RefUpdate::Tag(TagSpec { name, commit, message, identity, seconds }) => {
            let made = Tag { commit: commit.clone(), message, identity, seconds };
            repository.tags.insert(name.clone(), made);
            Event::TagCreated { tag: name, commit }
        }
    }
}

/// The whole name, if it is one that git takes.
fn full_name(update: &RefUpdate) -> PortResult<String> {
    let (prefix, name) = match update {
        RefUpdate::Branch { name, .. } => ("refs/heads", name),
        RefUpdate::Tag(tag) => ("refs/tags", &tag.name),
    };
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let bad = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let taken = name.split('/').all(part) && !name.contains(bad) && !name.contains("..") && !name.contains("@{");
    if taken && !name.ends_with('.') {
        return Ok(format!("{prefix}/{name}"));
    }
    Err(refused(format!("the ref name `{name}`"), "git takes no such name".to_owned()))
}

fn refused(what: String, why: String) -> PortError {
    PortError::Refused { what, why }
}
