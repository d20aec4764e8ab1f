//! Which releases are begun and not out whole: the one definition, for what is looked at, planned, told and audited.
//!
//! A release is begun once our pull request for it is merged, and finished once the forge shows it, which is done last. A
//! candidate is also finished once a later one, or the release itself, is tagged: it takes its place (X11). Neither the calendar
//! nor later releases end it.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
};

use jiff::{Timestamp, civil::Date};
use semver::Version;

use super::{
    decision::Decision,
    draft::day_of,
    leaving::{self, Merged},
    lines,
    situation::{Due, Situation},
    words::PullRequestKind,
};
use crate::{
    calendar::Train,
    facts::Facts,
    model::{CommitId, LineName, PullRequestState, TrainReport, strip_pre},
    policy::Policy,
    releases::Releases,
};

/// A release, or candidate, that is begun and not out whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Its version.
    pub version: Version,
    /// Its pull request.
    pub number: u64,
    /// As what that was merged.
    pub commit: CommitId,
    /// When.
    pub at: Timestamp,
}

impl Unfinished {
    /// The day of the merge, at UTC.
    pub fn day(&self) -> Date {
        day_of(self.at)
    }
}

/// All of them, by version. Needs refs, pull requests and forge releases. Where the last are not known, whether what has its tag is
/// finished is not known either, and it is not among them: the plan waits for the forge, and not for every release ever made.
pub fn unfinished(policy: &Policy, seen: &Facts) -> BTreeMap<Version, Unfinished> {
    let tag = &policy.project.tag;
    let releases = LazyCell::new(|| Releases::of(&policy.project, seen));
    let replaced = |candidate: &Version| {
        let release = strip_pre(candidate);
        !candidate.pre.is_empty() && releases.above(candidate).next().is_some_and(|next| strip_pre(next) == release)
    };
    let finished = |version: &Version| {
        let name = tag.with(version);
        seen.is_released(&name) || (seen.forge_releases.known().is_none() && seen.tags.contains_key(&name))
    };
    let open = begun(seen).filter(|it| !finished(&it.version) && !replaced(&it.version));
    open.map(|it| (it.version.clone(), it)).collect()
}

/// Releases and candidates whose pull request is merged.
fn begun(seen: &Facts) -> impl Iterator<Item = Unfinished> {
    let pulls = seen.pull_requests.known().into_iter().flatten();
    pulls.filter_map(|pull| {
        let PullRequestState::Merged { commit, at, .. } = &pull.state else { return None };
        let version = PullRequestKind::of_head(&pull.head)?.releases()?.clone();
        Some(Unfinished { version, number: pull.number, commit: commit.clone(), at: *at })
    })
}

/// One that has its tag: it goes on whatever became of its train, its branch or its line since.
pub(super) fn tagged(now: &Situation<'_>, version: &Version) -> Option<Unfinished> {
    let tag = now.policy.project.tag.with(version);
    now.unfinished.get(version).filter(|_| now.seen.tags.contains_key(&tag)).cloned()
}

/// Go on with all that have their tag and that no decision on a train was about; with the reports of those that are trains.
pub(super) fn finish(now: &Situation<'_>, decided: &BTreeSet<Version>) -> (Decision, Vec<TrainReport>) {
    let mut reports = Vec::new();
    let rest = now.unfinished.keys().filter(|version| !decided.contains(*version));
    let leave = |release: Unfinished| {
        let due = due(now, &release);
        let leaves = resume(now, &due, &release);
        if due.train.line.first_version() == release.version {
            reports.push(due.report(leaving::state(&leaves)));
        }
        leaves
    };
    let decision = rest.filter_map(|version| tagged(now, version)).map(leave).collect();
    (decision, reports)
}

/// Go on with a release that has its tag.
pub(super) fn resume(now: &Situation<'_>, due: &Due<'_>, release: &Unfinished) -> Decision {
    let Unfinished { version, number, commit, at } = release;
    let merged = Merged { version, number: *number, commit: commit.clone(), at: *at, together: Vec::new() };
    leaving::leave(now, due, &merged)
}

/// The release as something that leaves: by the rules of its line's cut. Where the calendar does not know the line any more, by
/// those of the day on which it was merged.
fn due<'a>(now: &Situation<'a>, release: &Unfinished) -> Due<'a> {
    let day = release.day();
    lines::departure(now, &release.version).unwrap_or_else(|| Due {
        train: Train {
            version: release.version.clone(),
            line: LineName::of(&release.version),
            cut: Some(day),
            nominal_release: day,
            release: day,
            on_merge: true,
            end_of_life: None,
            lts: false,
        },
        rules: now.policy.on(day),
        previous: None,
    })
}
