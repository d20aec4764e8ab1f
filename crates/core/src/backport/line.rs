//! A release line, and what of main is on it.
//!
//! Rules: X2.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

use semver::Version;

use super::family::{Family, Member};
use crate::{
    model::{CommitId, Held, LineHistory, LineName, LoggedCommit, Observed},
    pick::{Look, Names, Words},
    releases::Releases,
};

/// A line, made ready to be asked for changes.
pub(super) struct LineView<'l> {
    /// Its name.
    pub(super) name: LineName,
    /// What is on it.
    pub(super) history: &'l LineHistory,
    /// Oldest first, with the first release that has each.
    commits: Vec<(&'l LoggedCommit, Option<Version>)>,
    /// For each of them: what it and those that came with it say, oldest first. Read once, and asked for every change.
    said: Vec<Vec<Said<'l>>>,
    /// The first version, if it is out.
    opened: Option<Version>,
}

/// What a commit says of changes.
struct Said<'l> {
    id: &'l CommitId,
    /// Which it takes back.
    words: Option<Words>,
    /// Which it is.
    names: Names,
}

impl<'l> Said<'l> {
    fn all(commit: &'l LoggedCommit) -> Vec<Self> {
        let brought = commit.brought.iter().rev().map(|(id, message)| (id, message));
        let of = |(id, message): (&'l CommitId, &'l String)| {
            let mut names = Names::default();
            names.add(message);
            Self { id, words: Words::of(message), names }
        };
        brought.chain(iter::once((&commit.id, &commit.message))).map(of).collect()
    }
}

/// When a change came to a line, or went from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// It is there since; else it is gone.
    pub(super) makes: bool,
    /// The commit of the line, by its place from the oldest. None: it was so when the line was cut.
    at: Option<usize>,
    /// The one of its commits that did it, where it is a merge.
    by: CommitId,
}

/// How a change is on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Life {
    /// Oldest first.
    events: Vec<Event>,
    /// What could not be looked at, and may be the change.
    pub(super) unknown: Option<String>,
    /// A commit of the line that has its name, but not the same change.
    pub(super) namesake: Option<CommitId>,
    /// A commit of the line that means to take it back, and leaves something of it.
    pub(super) partly: Option<CommitId>,
}

impl Life {
    /// Whether the change is there.
    pub(super) fn is_there(&self) -> bool {
        self.events.last().is_some_and(|event| event.makes)
    }

    /// Nothing ever happened to it there.
    pub(super) fn is_untouched(&self) -> bool {
        self.events.is_empty()
    }

    /// Since when it is as it is.
    pub(super) fn since(&self) -> Option<&Event> {
        let now = self.events.last()?.makes;
        let run = self.events.iter().rev().take_while(|event| event.makes == now);
        run.last()
    }
}

/// Where the commit is that made it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Presence {
    /// It was so on main before the line was cut.
    Included {
        /// The line's first version, where it is out.
        version: Option<Version>,
    },
    /// As this commit of the line.
    Commit {
        /// The commit.
        commit: CommitId,
        /// The first release that has it; none yet.
        version: Option<Version>,
        /// How many commits the line has after it.
        newer: usize,
    },
}

impl<'l> LineView<'l> {
    /// Read a line's commits.
    pub(super) fn new(releases: &Releases<'_>, name: LineName, history: &'l LineHistory) -> Self {
        // Of several on one commit, the newest.
        let tags: BTreeMap<&CommitId, &Version> = releases.of_line(name).map(|(version, at)| (at, version)).collect();
        let mut release = None;
        let mut commits = Vec::new();
        for commit in &history.commits {
            if let Some(version) = commit.messages().filter_map(|(id, _)| tags.get(id)).max() {
                release = Some((*version).clone());
            }
            commits.push((commit, release.clone()));
        }
        commits.reverse();
        let first = name.first_version();
        let opened = releases.of_line(name).next().is_some_and(|(version, _)| *version == first).then_some(first);
        let said = commits.iter().map(|(commit, _)| Said::all(commit)).collect();
        Self { name, history, commits, said, opened }
    }

    /// What became of a change of main here. `ours`: commits of the line that are merges of our own pull requests, with the
    /// commits of main that they carry. `sure`: its tree is looked at as well, not only its commits.
    pub(super) fn life(
        &self,
        family: &Family<'_>,
        ours: &BTreeMap<CommitId, CommitId>,
        sure: bool,
        look: &Look<'_, '_>,
    ) -> Life {
        let mut life = Life { events: Vec::new(), unknown: None, namesake: None, partly: None };
        let cut = |member: &&Member<'_>| self.history.parted.is_some_and(|parted| member.age >= parted);
        if let Some(member) = family.members.iter().rfind(cut) {
            life.events.push(Event { makes: member.makes, at: None, by: member.commit.id.clone() });
        }
        let mut parts = BTreeSet::new();
        for (at, all) in self.said.iter().enumerate() {
            for said in all {
                let (doing, id) = (Doing { family, said, look }, said.id);
                if let Some(makes) = doing.makes(&mut life, &mut parts, ours.get(id)) {
                    life.events.push(Event { makes, at: Some(at), by: id.clone() });
                    life.partly = None;
                } else if life.is_there() && doing.leaves_a_part(&life) {
                    life.partly = Some(id.clone());
                }
            }
        }
        if sure {
            self.by_tree(family, &mut life, look);
        }
        life
    }

    /// What the commits do not tell: a change that is there in other words, or gone without one.
    fn by_tree(&self, family: &Family<'_>, life: &mut Life, look: &Look<'_, '_>) {
        let change = &family.root().id;
        match look.is_held(change, &self.history.head) {
            Some(Held::All) if !life.is_there() => {
                // Since the oldest commit that has all of it.
                let (mut without, mut with) = (None, self.commits.len().checked_sub(1));
                while let Some(middle) = with.and_then(|with| between(without, with)) {
                    match look.is_held(change, &self.commits[middle].0.id) {
                        Some(Held::All) => with = Some(middle),
                        Some(_) => without = Some(middle),
                        None => break,
                    }
                }
                let by = with.map_or(&self.history.head, |at| &self.commits[at].0.id).clone();
                life.events.push(Event { makes: true, at: with, by });
            }
            Some(Held::Nothing) if life.is_there() => {
                let had = match life.since() {
                    Some(Event { at: Some(_), by, .. }) => look.is_held(change, by) == Some(Held::All),
                    _ => true,
                };
                let newest = self.commits.len().checked_sub(1);
                if had && newest.is_some() {
                    life.events.push(Event { makes: false, at: newest, by: self.history.head.clone() });
                }
            }
            _ => {}
        }
    }

    /// Whether a commit came to the line since it parted.
    pub(super) fn has(&self, id: &CommitId) -> bool {
        self.commits.iter().any(|(commit, _)| commit.is_or_brought(id))
    }

    /// Where a change is as it is since.
    pub(super) fn presence(&self, event: &Event) -> Presence {
        match event.at {
            None => Presence::Included { version: self.opened.clone() },
            Some(at) => {
                let (commit, version) = &self.commits[at];
                let newer = self.commits.len() - 1 - at;
                Presence::Commit { commit: commit.id.clone(), version: version.clone(), newer }
            }
        }
    }

    /// Whether the newest release of the line has the change.
    pub(super) fn is_released(&self, life: &Life) -> bool {
        let is_out = |event: &&Event| match event.at {
            None => self.opened.is_some(),
            Some(at) => self.commits[at].1.is_some(),
        };
        life.events.iter().rfind(is_out).is_some_and(|event| event.makes)
    }
}

/// A place between two.
fn between(without: Option<usize>, with: usize) -> Option<usize> {
    let from = without.map_or(0, |at| at + 1);
    (from < with).then(|| from + (with - from) / 2)
}

/// One commit of a line, as to one change of main.
struct Doing<'d, 'k> {
    family: &'d Family<'k>,
    said: &'d Said<'d>,
    look: &'d Look<'d, 'd>,
}

impl<'k> Doing<'_, 'k> {
    /// What it does to the change. None: nothing.
    fn makes(&self, life: &mut Life, parts: &mut BTreeSet<&'k CommitId>, ours: Option<&CommitId>) -> Option<bool> {
        self.takes_back_on_line(life)
            .or_else(|| self.by_change())
            .or_else(|| self.by_trailer(ours))
            .or_else(|| self.by_parts(parts))
            .or_else(|| self.by_name(life))
    }

    /// Its message may mean to take back this commit of the line.
    fn means(&self, by: &CommitId) -> bool {
        self.said.words.as_ref().is_some_and(|words| words.mean(by, ""))
    }

    /// It means to take back what is there, and leaves something of it.
    fn leaves_a_part(&self, life: &Life) -> bool {
        let left = |change, named| self.look.takes_back_a_part(self.said.id, change, named);
        let mut made = life.events.iter().filter(|event| event.makes && event.at.is_some());
        let mut members = self.family.members.iter().filter(|member| member.makes);
        made.any(|event| left(&event.by, self.means(&event.by)))
            || members.any(|member| left(&member.commit.id, member.is_meant(self.said.words.as_ref())))
    }

    /// It takes back, or makes again, what the line did before.
    fn takes_back_on_line(&self, life: &Life) -> Option<bool> {
        life.events.iter().rev().filter(|event| event.at.is_some()).find_map(|event| {
            self.look.takes_back(self.said.id, &event.by, self.means(&event.by)).then_some(!event.makes)
        })
    }

    /// It does what a commit of main does, or takes that back.
    fn by_change(&self) -> Option<bool> {
        self.family.members.iter().rev().find_map(|member| {
            let change = &member.commit.id;
            if self.look.does_the_same(self.said.id, change) {
                return Some(member.makes);
            }
            self.look
                .takes_back(self.said.id, change, member.is_meant(self.said.words.as_ref()))
                .then_some(!member.makes)
        })
    }

    /// It says that it is that very commit.
    fn by_trailer(&self, ours: Option<&CommitId>) -> Option<bool> {
        let named =
            |member: &&Member<'_>| self.said.names.has_origin(&member.commit.id) || ours == Some(&member.commit.id);
        self.family.members.iter().rfind(named).map(|member| member.makes)
    }

    /// It is the last of the commits that came with a merge of main, or takes one of them back.
    fn by_parts(&self, had: &mut BTreeSet<&'k CommitId>) -> Option<bool> {
        for member in self.family.members.iter().filter(|member| member.makes && !member.parts.is_empty()) {
            for part in &member.parts {
                if had.contains(part) && self.look.takes_back(self.said.id, part, false) {
                    had.remove(part);
                    return Some(false);
                }
                if self.said.names.has_origin(part) || self.look.does_the_same(self.said.id, part) {
                    had.insert(part);
                    return member.parts.is_subset(had).then_some(true);
                }
            }
        }
        None
    }

    /// It has the name of a commit of main, so that one looks whether all of that is there.
    fn by_name(&self, life: &mut Life) -> Option<bool> {
        let namesake = |member: &&Member<'_>| {
            member.makes && member.commit.messages().any(|(id, message)| self.said.names.may_have(id, message))
        };
        let member = self.family.members.iter().rfind(namesake)?;
        match self.look.held(&member.commit.id, self.said.id)? {
            Observed::Known(Held::All) => return (!life.is_there()).then_some(true),
            Observed::Known(_) => life.namesake = Some(self.said.id.clone()),
            Observed::Unknown(why) => life.unknown = Some(why.clone()),
        }
        None
    }
}
