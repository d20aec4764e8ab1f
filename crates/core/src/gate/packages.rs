//! The packaged crates of a release, as gates see them.

use semver::Version;

use super::{Asked, Door, Hold};
use crate::{
    facts::Unseen,
    model::{Finding, PullRequestKind, Rule, Severity, WaitReason},
};

/// Whether it publishes crates, and is far enough for them to be packaged.
pub(super) fn are_judged(asked: &Asked<'_>) -> bool {
    let releases = || asked.pull.and_then(|pull| PullRequestKind::of_head(&pull.head)?.releases().cloned()).is_some();
    asked.rules.publish.enabled && asked.door != Door::Proposal && (asked.door == Door::Tag || releases())
}

/// For crates that could not be packaged or read. At the merge door this holds nothing; at the tag it does.
pub(super) fn unseen(asked: &Asked<'_>, what: &str, unseen: Unseen<'_>) -> Vec<Hold> {
    let hold = Hold::unseen(what, unseen);
    if asked.door == Door::Merge && hold != Hold::Lacking { Vec::new() } else { vec![hold] }
}

/// What cannot be packaged cannot be published.
pub(crate) fn refused(version: &Version, why: &str) -> WaitReason {
    WaitReason::from(Finding {
        kind: "not-packaged".into(),
        subject: version.to_string(),
        detail: why.to_owned(),
        help: "see what `stationmaster preflight` says of this commit, and fix it on the release branch".into(),
        ..Finding::of(Rule::X12)
    })
}

/// A wait for each finding that is a breach.
pub(crate) fn waits(findings: Vec<Finding>) -> Vec<Hold> {
    let breaches = findings.into_iter().filter(|finding| finding.severity == Severity::Finding);
    breaches.map(WaitReason::from).map(Hold::For).collect()
}
