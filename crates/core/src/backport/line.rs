//! A release line, and what of main is on it.

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
    /// The first version, if it is out.
    opened: Option<Version>,
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
        Self { name, history, commits, opened }
    }

    /// What became of a change of main here. `ours`: commits of the line that are merges of our own pull requests, with the
    /// commits of main that they carry. `sure`: its tree is looked at as well, not only its commits.
    pub(super) fn life(
        &self,
        family: &Family<'_>,
        ours: &BTreeMap<CommitId, CommitId>,
        sure: bool,
        look: &Look<'_>,
    ) -> Life {
        let mut life = Life { events: Vec::new(), unknown: None, namesake: None };
        let cut = |member: &&Member<'_>| self.history.parted.is_some_and(|parted| member.age >= parted);
        if let Some(member) = family.members.iter().rfind(cut) {
            life.events.push(Event { makes: member.makes, at: None, by: member.commit.id.clone() });
        }
        let mut parts = BTreeSet::new();
        for (at, (commit, _)) in self.commits.iter().enumerate() {
            let brought = commit.brought.iter().rev().map(|(id, message)| (id, message.as_str()));
            for (id, message) in brought.chain(iter::once((&commit.id, commit.message.as_str()))) {
                let doing = Doing { family, id, message, look };
                if let Some(makes) = doing.makes(&mut life, &mut parts, ours.get(id)) {
                    life.events.push(Event { makes, at: Some(at), by: id.clone() });
                }
            }
        }
        if sure {
            self.by_tree(family, &mut life, look);
        }
        life
    }

    /// What the commits do not tell: a change that is there in other words, or gone without one.
    fn by_tree(&self, family: &Family<'_>, life: &mut Life, look: &Look<'_>) {
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
    id: &'d CommitId,
    message: &'d str,
    look: &'d Look<'d>,
}

impl<'k> Doing<'_, 'k> {
    /// What it does to the change. None: nothing.
    fn makes(&self, life: &mut Life, parts: &mut BTreeSet<&'k CommitId>, ours: Option<&CommitId>) -> Option<bool> {
        let words = Words::of(self.message);
        let mut names = Names::default();
        names.add(self.message);
        self.takes_back_on_line(life, words.as_ref())
            .or_else(|| self.by_change(words.as_ref()))
            .or_else(|| self.by_trailer(&names, ours))
            .or_else(|| self.by_parts(&names, parts))
            .or_else(|| self.by_name(&names, life))
    }

    /// It takes back, or makes again, what the line did before.
    fn takes_back_on_line(&self, life: &Life, words: Option<&Words>) -> Option<bool> {
        life.events.iter().rev().filter(|event| event.at.is_some()).find_map(|event| {
            let named = words.is_some_and(|words| words.mean(&event.by, ""));
            self.look.takes_back(self.id, &event.by, named).then_some(!event.makes)
        })
    }

    /// It does what a commit of main does, or takes that back.
    fn by_change(&self, words: Option<&Words>) -> Option<bool> {
        self.family.members.iter().rev().find_map(|member| {
            let change = &member.commit.id;
            if self.look.does_the_same(self.id, change) {
                return Some(member.makes);
            }
            let named =
                words.is_some_and(|words| member.commit.messages().any(|(id, message)| words.mean(id, message)));
            self.look.takes_back(self.id, change, named).then_some(!member.makes)
        })
    }

    /// It says that it is that very commit.
    fn by_trailer(&self, names: &Names, ours: Option<&CommitId>) -> Option<bool> {
        let named = |member: &&Member<'_>| names.has_origin(&member.commit.id) || ours == Some(&member.commit.id);
        self.family.members.iter().rfind(named).map(|member| member.makes)
    }

    /// It is the last of the commits that came with a merge of main, or takes one of them back.
    fn by_parts(&self, names: &Names, had: &mut BTreeSet<&'k CommitId>) -> Option<bool> {
        for member in self.family.members.iter().filter(|member| member.makes && !member.parts.is_empty()) {
            for part in &member.parts {
                if had.contains(part) && self.look.takes_back(self.id, part, false) {
                    had.remove(part);
                    return Some(false);
                }
                if names.has_origin(part) || self.look.does_the_same(self.id, part) {
                    had.insert(part);
                    return member.parts.is_subset(had).then_some(true);
                }
            }
        }
        None
    }

    /// It has the name of a commit of main, so that one looks whether all of that is there.
    fn by_name(&self, names: &Names, life: &mut Life) -> Option<bool> {
        let namesake = |member: &&Member<'_>| {
            member.makes && member.commit.messages().any(|(id, message)| names.may_have(id, message))
        };
        let member = self.family.members.iter().rfind(namesake)?;
        match self.look.held(&member.commit.id, self.id)? {
            Observed::Known(Held::All) => return (!life.is_there()).then_some(true),
            Observed::Known(_) => life.namesake = Some(self.id.clone()),
            Observed::Unknown(why) => life.unknown = Some(why.clone()),
        }
        None
    }
}
