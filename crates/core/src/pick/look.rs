//! What is known of commits' changes.

use std::{cell::Cell, collections::BTreeSet};

use super::words::Words;
use crate::{
    facts::{Ask, Lacking},
    model::{CommitId, Held, LoggedCommit, Observed, PatchIds},
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
    // By each that takes back: the change that comes or goes with it in the end.
    let mut about: Vec<(usize, usize)> = Vec::new();
    for at in (0..commits.len()).rev() {
        let commit = &commits[at];
        let Some(words) = Words::of(&commit.message) else { continue };
        for older in at + 1..commits.len() {
            let named = &commits[older];
            if !words.mean(&named.id, &named.message) || !look.takes_back(&commit.id, &named.id, true) {
                continue;
            }
            let root = about.iter().find(|(back, _)| *back == older).map_or(older, |(_, root)| *root);
            about.push((at, root));
            gone.insert(commit.id.clone());
            let root = &commits[root].id;
            if !gone.remove(root) {
                gone.insert(root.clone());
            }
            break;
        }
    }
    gone
}
