//! What is known of commits' changes, and what is still to be asked: whoever decides notes what it lacks.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use super::words::Words;
use crate::model::{CommitId, Deeds, Held, LoggedCommit, Observed, PatchIds, Place};

/// What a decision lacked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lacking {
    /// Commits of which it is not known what they do.
    pub patches: BTreeSet<CommitId>,
    /// Places where a change was not looked for yet.
    pub held: BTreeSet<Place>,
}

impl Lacking {
    /// Nothing was lacking.
    pub fn is_empty(&self) -> bool {
        self.patches.is_empty() && self.held.is_empty()
    }
}

/// The changes of commits, as far as they are known.
#[derive(Debug)]
pub struct Look<'d> {
    deeds: &'d Deeds,
    lacking: RefCell<Lacking>,
}

impl<'d> Look<'d> {
    /// Look at what is known.
    pub fn at(deeds: &'d Deeds) -> Self {
        Self { deeds, lacking: RefCell::default() }
    }

    /// What was asked and is not known yet.
    pub fn lacking(self) -> Lacking {
        self.lacking.into_inner()
    }

    /// What a commit does. None: nothing, or it is not known.
    pub fn patch(&self, id: &CommitId) -> Option<&'d PatchIds> {
        if !self.deeds.patches.contains_key(id) {
            self.lacking.borrow_mut().patches.insert(id.clone());
        }
        self.deeds.patch(id)
    }

    /// How much of a change is at a commit.
    pub fn held(&self, change: &CommitId, at: &CommitId) -> Option<&'d Observed<Held>> {
        let found = self.deeds.held.get(change).and_then(|places| places.get(at));
        if found.is_none() {
            self.lacking.borrow_mut().held.insert((change.clone(), at.clone()));
        }
        found
    }

    /// The same, where it is known.
    pub fn is_held(&self, change: &CommitId, at: &CommitId) -> Option<Held> {
        self.held(change, at).and_then(Observed::known).copied()
    }

    /// Whether a commit does what another did. The same lines may stand in two places, so what it left is looked at.
    pub fn does_the_same(&self, commit: &CommitId, change: &CommitId) -> bool {
        let (Some(own), Some(other)) = (self.patch(commit), self.patch(change)) else { return false };
        own.does == other.does && !matches!(self.is_held(change, commit), Some(Held::Nothing | Held::Part))
    }

    /// Whether a commit takes a change back, by what it does; `named`: its message may mean that change, and it does more than
    /// just take it back.
    pub fn takes_back(&self, commit: &CommitId, change: &CommitId, named: bool) -> bool {
        let (Some(own), Some(other)) = (self.patch(commit), self.patch(change)) else { return false };
        if own.does == other.undoes {
            return !matches!(self.is_held(change, commit), Some(Held::All | Held::Part));
        }
        named && self.is_held(change, commit) == Some(Held::Nothing)
    }

    /// Whether a commit whose message means to take a change back leaves something of it, as far as can be seen.
    pub fn takes_back_a_part(&self, commit: &CommitId, change: &CommitId, named: bool) -> bool {
        let left = || matches!(self.is_held(change, commit), Some(Held::Part | Held::Unclear));
        named && self.patch(commit).is_some() && self.patch(change).is_some() && left()
    }
}

/// Of commits along first parents, newest first, those whose changes come to nothing among them: taken back, what took them
/// back, and what took that back in turn. A change that is there again stays.
pub fn cancelled(commits: &[LoggedCommit], look: &Look<'_>) -> BTreeSet<CommitId> {
    let mut gone = BTreeSet::new();
    // By each commit that takes back: the changes that are about, and whether they are gone after it.
    let mut about: BTreeMap<usize, BTreeMap<usize, bool>> = BTreeMap::new();
    for at in (0..commits.len()).rev() {
        let commit = &commits[at];
        let Some(words) = Words::of_commit(commit) else { continue };
        let means = |older: &LoggedCommit| older.messages().any(|(id, message)| words.mean(id, message));
        let mut does: BTreeMap<usize, bool> = BTreeMap::new();
        // The newest first: it counts where several are about one change.
        for (back, older) in commits.iter().enumerate().skip(at + 1).filter(|(_, older)| means(older)) {
            let undone = about.get(&back).cloned().unwrap_or_else(|| BTreeMap::from([(back, false)]));
            if undone.keys().any(|root| !does.contains_key(root)) && look.takes_back(&commit.id, &older.id, true) {
                for (root, was_gone) in undone {
                    does.entry(root).or_insert(!was_gone);
                }
            }
        }
        if does.is_empty() {
            continue;
        }
        gone.insert(commit.id.clone());
        for (root, is_gone) in &does {
            let root = &commits[*root].id;
            if *is_gone {
                gone.insert(root.clone())
            } else {
                gone.remove(root)
            };
        }
        about.insert(at, does);
    }
    gone
}
