//! Which releases are begun and not out whole: the one definition, for what is looked at, planned, told and audited.
//!
//! A release is begun once our pull request for it is merged, and finished once the forge shows it, which is done last. A
//! candidate is also finished once a later one, or the release itself, is tagged: it takes its place (X11). Neither the calendar
//! nor later releases end it.

use std::{cell::LazyCell, collections::BTreeMap};

use jiff::{Timestamp, civil::Date};
use semver::Version;

use crate::{
    facts::Facts,
    model::{CommitId, PullRequestKind, PullRequestState, day_of, strip_pre},
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
        seen.own.is_released(&name) || (seen.own.forge_releases.known().is_none() && seen.own.tags.contains_key(&name))
    };
    let open = begun(seen).filter(|it| !finished(&it.version) && !replaced(&it.version));
    open.map(|it| (it.version.clone(), it)).collect()
}

/// Releases and candidates whose pull request is merged.
fn begun(seen: &Facts) -> impl Iterator<Item = Unfinished> {
    let pulls = seen.own.pulls();
    pulls.filter_map(|pull| {
        let PullRequestState::Merged { commit, at, .. } = &pull.state else { return None };
        let version = PullRequestKind::of_head(&pull.head)?.releases()?.clone();
        Some(Unfinished { version, number: pull.number, commit: commit.clone(), at: *at })
    })
}
