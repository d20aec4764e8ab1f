//! What is known of fixes, and of the lines that take them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    demand::{LineState, line_states},
    fix::changes_of,
    silent::silent,
};
use crate::{
    facts::{Ask, Facts, Lacking, Unseen},
    model::{
        CommitId, Decided, FixDecision, Histories, LineBranch, LineHistory, LineName, LoggedCommit, MainChange,
        PullRequest, PullRequestKind, PullRequestState,
    },
    pick::Look,
    policy::Policy,
};

/// Fixes, and the lines that take them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance<'f> {
    /// What was committed on main, newest first.
    pub main: &'f [LoggedCommit],
    /// Changes of main that are fixes, or take fixes back; newest first.
    pub changes: Vec<MainChange>,
    /// Lines that have a branch.
    pub lines: &'f BTreeMap<LineName, LineHistory>,
    /// Changes of main that somebody asks about, whether they are fixes or not.
    pub asked: Vec<CommitId>,
    /// What people decided, oldest first.
    pub decisions: &'f [Decided],
}

static NO_LINES: BTreeMap<LineName, LineHistory> = BTreeMap::new();

impl<'f> Maintenance<'f> {
    /// What is known of fixes. Nothing is looked at where the policy has no backports and nobody decided anything. `also` chooses
    /// changes of main that are asked about, from what was committed.
    ///
    /// # Errors
    /// What people decided, or what was committed, is not known.
    pub fn of(
        policy: &Policy,
        ask: &Ask<'f>,
        also: impl FnOnce(&Histories) -> Vec<CommitId>,
    ) -> Result<Self, Unseen<'f>> {
        let facts = ask.facts();
        let decisions = facts.decisions.seen().map_err(Unseen::Unknown)?;
        let lines = lines(policy, facts, decisions);
        let (Some(head), false) = (facts.own.branches.get(&policy.project.main), lines.is_empty()) else {
            return Ok(Self { main: &[], changes: Vec::new(), lines: &NO_LINES, asked: Vec::new(), decisions });
        };
        let histories = ask.histories(&head.commit, lines)?;
        let (main, asked) = (histories.main.as_slice(), also(histories));
        let changes = changes_of(main, decisions, &asked);
        let mut known = Self { main, changes, lines: &histories.lines, asked, decisions };
        known.search(ask)?;
        Ok(known)
    }

    /// Add what went from main, or came again, without a word.
    fn search(&mut self, ask: &Ask<'f>) -> Result<(), Lacking> {
        loop {
            let look = Look::at(ask);
            let found = silent(self.main, self, &look);
            if found.is_empty() {
                return look.is_whole();
            }
            found.into_iter().for_each(|found| self.add(found));
        }
    }

    /// Put a change among those of main, newest first.
    fn add(&mut self, found: MainChange) {
        let changes = &mut self.changes;
        match changes.iter_mut().find(|change| change.age == found.age) {
            Some(change) => change.undoes.extend(found.undoes),
            None => {
                let at = changes.iter().position(|change| change.age > found.age).unwrap_or(changes.len());
                changes.insert(at, found);
            }
        }
    }
}

/// The lines to look at, with their heads: those that are supported or about to be, those of our open pull requests, and those
/// that a person asked a patch of.
fn lines(policy: &Policy, seen: &Facts, decisions: &[Decided]) -> BTreeMap<LineName, LineBranch> {
    if policy.on(seen.today).backport.is_empty() && decisions.is_empty() {
        return BTreeMap::new();
    }
    let asked: BTreeSet<LineName> = decisions
        .iter()
        .filter_map(|decided| match &decided.decision {
            FixDecision::Patch { versions, .. } => Some(versions.iter().map(LineName::of)),
            _ => None,
        })
        .flatten()
        .collect();
    let ours: BTreeSet<LineName> = seen.own.pulls().filter_map(line_of).collect();
    let states = line_states(policy, seen);
    let wanted = states
        .into_iter()
        .filter(|(line, state)| !matches!(state, LineState::Ended(_)) || asked.contains(line) || ours.contains(line));
    let heads = wanted.filter_map(|(line, _)| {
        let first = line.first_version();
        let branch = policy.project.release_branch.with(&first);
        let head = seen.own.branches.get(&branch)?.commit.clone();
        let released = seen.own.tag(&policy.project.tag.with(&first)).cloned();
        Some((line, LineBranch { branch, head, released }))
    });
    heads.collect()
}

/// The line of a pull request that carries a fix or a patch, and is open or merged.
fn line_of(pull: &PullRequest) -> Option<LineName> {
    if pull.state == PullRequestState::Closed {
        return None;
    }
    match PullRequestKind::of_head(&pull.head)? {
        PullRequestKind::Backport { line, .. } => Some(line),
        PullRequestKind::Release(version) if version.patch > 0 => Some(LineName::of(&version)),
        _ => None,
    }
}
