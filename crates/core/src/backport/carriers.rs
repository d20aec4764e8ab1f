//! Our own pull requests that carry one fix to one line.

use crate::{
    facts::Facts,
    model::{CommitId, LineName, PullRequest, PullRequestKind, PullRequestState},
};

/// All of them, by number. There are several where one was closed, or where the line took back what one had brought.
#[derive(Debug, Clone)]
pub(crate) struct Carriers<'p>(Vec<&'p PullRequest>);

impl<'p> Carriers<'p> {
    /// Those of a fix on a line, as far as pull requests are known.
    pub(crate) fn of(seen: &'p Facts, line: LineName, change: &CommitId) -> Self {
        let head = PullRequestKind::backport(line, change).head_branch();
        let all = seen.own.pulls();
        let mut ours: Vec<&PullRequest> = all.filter(|pull| pull.head == head).collect();
        ours.sort_by_key(|pull| pull.number);
        Self(ours)
    }

    /// None was ever opened.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one that counts: what is open, else the newest.
    pub(crate) fn current(&self) -> Option<&'p PullRequest> {
        self.open().or_else(|| self.0.last().copied())
    }

    /// The one that waits for a person.
    pub(crate) fn open(&self) -> Option<&'p PullRequest> {
        self.0.iter().copied().find(|pull| pull.state == PullRequestState::Open)
    }

    /// The merged ones: their numbers, and the commits that brought them.
    pub(crate) fn merged(&self) -> impl Iterator<Item = (u64, &'p CommitId)> {
        self.0.iter().filter_map(|pull| match &pull.state {
            PullRequestState::Merged { commit, .. } => Some((pull.number, commit)),
            PullRequestState::Open | PullRequestState::Closed => None,
        })
    }
}
