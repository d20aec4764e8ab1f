//! What is known of commits' changes.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use super::words::Words;
use crate::{
    facts::{Ask, Lacking, Unseen},
    model::{CommitId, Held, LoggedCommit, Observed, PatchIds, PullRequest},
};

/// The changes of commits, as far as they are known.
#[derive(Debug)]
pub struct Look<'a, 'f> {
    ask: &'a Ask<'f>,
    lacks: Cell<bool>,
}

impl<'a, 'f> Look<'a, 'f> {
    /// Look at what is known.
    pub fn at(ask: &'a Ask<'f>) -> Self {
        Self { ask, lacks: Cell::new(false) }
    }

    /// All that it was asked for was known.
    ///
    /// # Errors
    /// Something was lacking.
    pub fn is_whole(&self) -> Result<(), Lacking> {
        if self.lacks.get() { Err(Lacking) } else { Ok(()) }
    }

    /// What a commit does. None: nothing, or it is not known.
    pub fn patch(&self, id: &CommitId) -> Option<&'f PatchIds> {
        self.noting(self.ask.patch(id))?.known()?.as_ref()
    }

    /// How much of a change is at a commit.
    pub fn held(&self, change: &CommitId, at: &CommitId) -> Option<&'f Observed<Held>> {
        self.noting(self.ask.held(change, at))
    }

    /// An open pull request is known not to merge into its base.
    pub fn conflicts(&self, pull: &PullRequest) -> bool {
        match self.ask.conflicts(pull) {
            Ok(files) => files.is_some_and(|files| !files.is_empty()),
            Err(Unseen::Unknown(_)) => false,
            Err(Unseen::Lacking) => {
                self.lacks.set(true);
                false
            }
        }
    }

    fn noting<T>(&self, answer: Result<T, Lacking>) -> Option<T> {
        if answer.is_err() {
            self.lacks.set(true);
        }
        answer.ok()
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
pub fn cancelled(commits: &[LoggedCommit], look: &Look<'_, '_>) -> BTreeSet<CommitId> {
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
