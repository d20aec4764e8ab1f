//! Release lines: what is on them, and their next versions.

use jiff::civil::Date;
use semver::Version;

use super::situation::{Due, Situation};
use crate::{
    backport::{self, Maintenance, Matrix},
    calendar::{Calendar, Train},
    gate::Hold,
    model::{Bump, CommitId, FixDecision, LineName, PullRequest, PullRequestKind, PullRequestState, bump_version},
};

/// Lines and fixes, looked at together.
pub(super) struct Lines<'a> {
    pub(super) known: Maintenance<'a>,
    pub(super) matrix: Matrix,
}

impl<'a> Lines<'a> {
    /// Look at them. None where there is nothing to decide.
    pub(super) fn of(now: &Situation<'a>) -> Result<Option<Self>, Hold> {
        let known = Maintenance::of(now.policy, now.ask, |_| Vec::new());
        let known = known.map_err(|unseen| Hold::unseen("fixes and the lines that take them", unseen))?;
        if known.changes.is_empty() && known.decisions.is_empty() && !has_patch_pull_requests(now) {
            return Ok(None);
        }
        let matrix = backport::matrix(now.policy, now.ask, &known)?;
        Ok(Some(Self { known, matrix }))
    }

    /// The line's branch.
    pub(super) fn branch(&self, now: &Situation<'_>, line: LineName) -> String {
        now.policy.project.release_branch.with(&line.first_version())
    }

    /// The version after the newest release of a line; its first one where none is out.
    pub(super) fn next_version(&self, now: &Situation<'_>, line: LineName) -> Version {
        let newest = newest(now, line);
        // Where no number is left, the step on the newest release itself says so.
        newest.map_or_else(|| line.first_version(), |version| bump_version(&version, Bump::Patch).unwrap_or(version))
    }

    /// How many commits a line has after one: what came after a release is none of it.
    pub(super) fn commits_after(&self, line: LineName, release: &CommitId) -> usize {
        let history = self.known.lines.get(&line);
        let at = history.and_then(|line| line.commits.iter().position(|commit| commit.is_or_brought(release)));
        at.unwrap_or(0)
    }
}

fn has_patch_pull_requests(now: &Situation<'_>) -> bool {
    let all = now.seen.own.pulls();
    all.into_iter().any(|pull| patch_of(pull).is_some())
}

/// The patch that a pull request of ours releases.
pub(super) fn patch_of(pull: &PullRequest) -> Option<Version> {
    match PullRequestKind::of_head(&pull.head)? {
        PullRequestKind::Release(version) if version.patch > 0 && pull.state != PullRequestState::Closed => {
            Some(version)
        }
        _ => None,
    }
}

/// The newest release of all; the first train's version where none is out.
pub(super) fn newest_of_all(now: &Situation<'_>) -> Version {
    now.releases.highest().cloned().unwrap_or_else(|| now.policy.on(now.today()).train.first.version.clone())
}

/// The newest release of a line.
pub(super) fn newest(now: &Situation<'_>, line: LineName) -> Option<Version> {
    now.releases.newest_of(line).map(|(version, _)| version.clone())
}

/// A patch as something that leaves: by the rules of the day on which its line was cut, since the line's packages and files are
/// as they were then.
pub(super) fn departure<'a>(now: &Situation<'a>, version: &Version) -> Option<Due<'a>> {
    let line = LineName::of(version);
    let trains = Calendar::new(now.policy, Date::MIN, now.today()).trains;
    let train = trains.into_iter().find(|train| train.line == line)?;
    let rules = train.rules(now.policy);
    Some(Due { train: Train { version: version.clone(), ..train }, rules, previous: None })
}

/// Patches that people asked for, together as they were asked for, and which are not out yet.
pub(super) fn asked(now: &Situation<'_>) -> Vec<(Vec<Version>, bool, String)> {
    let decisions = now.seen.decisions.known().into_iter().flatten();
    let asked = decisions.filter_map(|decided| match &decided.decision {
        FixDecision::Patch { versions, forced, why } => {
            let out = |version: &Version| now.seen.own.tags.contains_key(&now.policy.project.tag.with(version));
            let reason = if why.is_empty() { decided.by.clone() } else { format!("{}: {why}", decided.by) };
            (!versions.iter().all(out)).then(|| (versions.clone(), *forced, reason))
        }
        _ => None,
    });
    asked.collect()
}
