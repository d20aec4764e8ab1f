//! What must hold at every moment, whoever crashes when.

use std::collections::BTreeSet;

use jiff::Timestamp;
use semver::Version;
use stationmaster_core::model::{
    BrokenChain, CheckState, CommitId, HEAD_PREFIX, PullRequest, PullRequestKind, PullRequestState, verify_chain,
};
use thiserror::Error;

use crate::{
    event::{Actor, Event},
    forge::ForgeState,
    repository::Repository,
    world::{Site, State},
};

/// An invariant that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the message says what each is")]
pub enum Breach {
    #[error("{name} {version} was accepted twice")]
    UploadedTwice { name: String, version: Version },
    #[error("{name} {version} was uploaded from {commit}, which has no tag")]
    UploadedWithoutTag { name: String, version: Version, commit: CommitId },
    #[error("{name} {version} was uploaded, but nobody packaged these bytes")]
    UploadedUnknownBytes { name: String, version: Version },
    #[error("{name} {version} was uploaded before {needed}")]
    UploadedTooEarly { name: String, version: Version, needed: String },
    #[error("an upload of {name} was sent before {until}, which the registry had asked to wait for")]
    Impatient { name: String, until: Timestamp },
    #[error("an upload was begun with token {token}, which had been refused")]
    SentWithRefusedToken { token: u64 },
    #[error("{name} of {tag} was replaced by one with other bytes")]
    FileReplaced { tag: String, name: String },
    #[error("tag {tag} was moved or deleted")]
    TagMoved { tag: String },
    #[error("tag {tag} is on {commit}, which no merged pull request brought, or whose checks are not green")]
    TagWithoutMerge { tag: String, commit: CommitId },
    #[error("branch {branch} was moved back from {from} to {to}")]
    BranchMovedBack { branch: String, from: CommitId, to: CommitId },
    #[error("{0} releases are marked latest")]
    ManyLatest(usize),
    #[error("{marked} is marked latest, and {newest} is newest by version")]
    WrongLatest { marked: String, newest: String },
    #[error("two open pull requests have the head {head}")]
    TwoOpenPullRequests { head: String },
    #[error("two pull requests of the head {head} were merged")]
    MergedTwice { head: String },
    #[error(transparent)]
    Journal(#[from] BrokenChain),
}

/// After a 429 nothing is sent before the time that it named. What was on its way by then is no breach, for no time has passed
/// since; nor is it one where the answer was lost.
fn impatient(state: &State, actor: &Actor, name: &str) -> Option<Breach> {
    let own = state.events.iter().rev().filter(|(by, _)| by == actor).map(|(_, event)| event);
    let (mut slept, mut lost) = (false, false);
    for event in own {
        match event {
            Event::Slept { .. } => slept = true,
            Event::Mishap { what } => lost = what.starts_with("reply to upload"),
            Event::PutOff { until, .. } if !std::mem::take(&mut lost) => {
                return (slept && state.now < *until)
                    .then(|| Breach::Impatient { name: name.to_owned(), until: *until });
            }
            Event::Uploaded { .. } => lost = false,
            _ => {}
        }
    }
    None
}

/// What one change broke. It is in the world already, but not yet among its events. People may do as they like.
pub fn judge(state: &State, actor: &Actor, event: &Event) -> Vec<Breach> {
    if matches!(actor, Actor::Person(_)) {
        return Vec::new();
    }
    let (repository, event) = event.placed();
    let site = state.seen_at(&repository);
    match event {
        Event::Uploaded { name, version, checksum } => {
            let mut breaches = uploaded(state, name, version, checksum);
            breaches.extend(impatient(state, actor, name));
            breaches
        }
        Event::PutOff { name, .. } => impatient(state, actor, name).into_iter().collect(),
        Event::TagCreated { tag, commit } if !merged_and_green(&site.forge, commit) => {
            vec![Breach::TagWithoutMerge { tag: tag.clone(), commit: commit.clone() }]
        }
        Event::BranchMoved { branch, from: Some(from), to }
            if !branch.starts_with(HEAD_PREFIX) && !site.repository.contains(to, from) =>
        {
            vec![Breach::BranchMovedBack { branch: branch.clone(), from: from.clone(), to: to.clone() }]
        }
        Event::ReleaseCreated { .. } | Event::LatestMarked { .. } => too_many_latest(&site.forge).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn uploaded(state: &State, name: &str, version: &Version, checksum: &str) -> Vec<Breach> {
    let (name, version) = (name.to_owned(), version.clone());
    let mut breaches = Vec::new();
    let again =
        |event: &Event| matches!(event, Event::Uploaded { name: n, version: v, .. } if *n == name && *v == version);
    if state.events.iter().any(|(_, event)| again(event)) {
        breaches.push(Breach::UploadedTwice { name: name.clone(), version: version.clone() });
    }
    let Some(packaged) = state.staging.get(checksum) else {
        breaches.push(Breach::UploadedUnknownBytes { name, version });
        return breaches;
    };
    if !state.own.repository.tags.values().any(|tag| tag.commit == packaged.commit) {
        let commit = packaged.commit.clone();
        breaches.push(Breach::UploadedWithoutTag { name: name.clone(), version: version.clone(), commit });
    }
    for (needed, requirement) in &packaged.needs {
        let versions = state.registry.crates.get(needed);
        if !versions.is_some_and(|versions| versions.keys().any(|version| requirement.matches(version))) {
            let needed = format!("{needed} {requirement}");
            breaches.push(Breach::UploadedTooEarly { name: name.clone(), version: version.clone(), needed });
        }
    }
    breaches
}

fn merged_and_green(forge: &ForgeState, tagged: &CommitId) -> bool {
    let merged = |pr: &PullRequest| matches!(&pr.state, PullRequestState::Merged { commit, .. } if commit == tagged);
    forge.checks_of(tagged) == CheckState::Green && forge.pull_requests.values().any(merged)
}

fn too_many_latest(forge: &ForgeState) -> Option<Breach> {
    let marked = forge.releases.values().filter(|release| release.latest).count();
    (marked > 1).then_some(Breach::ManyLatest(marked))
}

/// What is broken in the world as a whole, at any moment.
pub fn judge_whole(state: &State) -> Vec<Breach> {
    let mut breaches: Vec<_> = judge_site(&state.own);
    breaches.extend(state.others.values().flat_map(judge_site));
    for (_, event) in &state.events {
        let (repository, Event::TagCreated { tag, commit }) = event.placed() else { continue };
        if state.seen_at(&repository).repository.tags.get(tag).is_none_or(|there| there.commit != *commit) {
            breaches.push(Breach::TagMoved { tag: tag.clone() });
        }
    }
    breaches.extend(verify_chain(&state.journal).err().map(Breach::Journal));
    breaches
}

fn judge_site(site: &Site) -> Vec<Breach> {
    let mut breaches: Vec<_> = too_many_latest(&site.forge).into_iter().collect();
    let (mut open, mut merged) = (BTreeSet::new(), BTreeSet::new());
    for pr in site.forge.pull_requests.values() {
        match pr.state {
            PullRequestState::Open if !open.insert(&pr.head) => {
                breaches.push(Breach::TwoOpenPullRequests { head: pr.head.clone() });
            }
            PullRequestState::Merged { ref commit, .. }
                if !merged.insert(&pr.head) && !is_again(&site.repository, pr, commit) =>
            {
                breaches.push(Breach::MergedTwice { head: pr.head.clone() });
            }
            _ => {}
        }
    }
    breaches
}

/// A fix may be carried to a line again where the line had taken it back: then it brings something.
fn is_again(repository: &Repository, pr: &PullRequest, merged: &CommitId) -> bool {
    let tree = |id: &CommitId| repository.commit(id).map(|commit| &commit.tree);
    let before = repository.commit(merged).and_then(|commit| commit.parents.first());
    let is_fix = matches!(PullRequestKind::of_head(&pr.head), Some(PullRequestKind::Backport { .. }));
    is_fix && before.is_some_and(|before| tree(before) != tree(merged))
}

/// What is broken in a world in which nothing is left to do: the newest version is the one marked latest (X13).
/// `version_of` reads the version out of a tag.
pub fn judge_at_rest(state: &State, version_of: impl Fn(&str) -> Option<Version>) -> Vec<Breach> {
    let mut breaches = judge_whole(state);
    let full = state.own.forge.releases.values().filter(|release| !release.prerelease);
    let newest = full.filter_map(|release| Some((version_of(&release.tag)?, release))).max_by(|a, b| a.0.cmp(&b.0));
    if let Some((_, newest)) = newest
        && !newest.latest
    {
        let marked = state.own.forge.releases.values().find(|release| release.latest);
        let marked = marked.map_or_else(|| "nothing".to_owned(), |release| release.tag.clone());
        breaches.push(Breach::WrongLatest { marked, newest: newest.tag.clone() });
    }
    breaches
}
