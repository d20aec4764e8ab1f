//! What leaves: a release whose pull request is merged.

use jiff::Timestamp;
use semver::Version;

use super::situation::Situation;
use crate::{
    model::{CommitId, ForgeRelease, PullRequest},
    step::MergedRelease,
};

/// A release, or candidate, whose pull request is merged.
pub(super) struct Merged<'a> {
    pub(super) version: &'a Version,
    pub(super) number: u64,
    pub(super) commit: CommitId,
    pub(super) at: Timestamp,
    /// What else must be merged and green when it is tagged (X5).
    pub(super) together: Vec<MergedRelease>,
}

impl Merged<'_> {
    /// Its tag.
    pub(super) fn tag(&self, now: &Situation<'_>) -> String {
        now.policy.project.tag.with(self.version)
    }

    /// Its pull request.
    pub(super) fn pull<'a>(&self, now: &Situation<'a>) -> Option<&'a PullRequest> {
        now.seen.own.pull_requests.known()?.iter().find(|pull| pull.number == self.number)
    }
    /// Its release on the forge, hidden or not.
    pub(super) fn on_forge<'a>(&self, now: &Situation<'a>) -> Option<&'a ForgeRelease> {
        now.seen.own.forge_releases.known()?.get(&self.tag(now))
    }
}
