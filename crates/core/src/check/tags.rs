//! Tags: one release of a number, rising versions, nothing that is not merged and green.

use std::{cell::LazyCell, collections::BTreeSet};

use super::{Case, Violation, violation};
use crate::{
    model::{Action, CheckState, CommitId, LineName, PullRequestState, Rule, Step},
    releases::Releases,
};

/// The tags that a plan makes: step, name, commit.
fn made<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Step, &'a str, &'a CommitId)> {
    case.plan.steps.iter().filter_map(|step| match &step.action {
        Action::Tag { tag, commit, .. } => Some((step, tag.as_str(), commit)),
        _ => None,
    })
}

/// Never two releases of one number (R1).
pub(super) fn one_release_of_a_number(case: &Case<'_>) -> Vec<Violation> {
    let mut made_here = BTreeSet::new();
    let mut violations = Vec::new();
    for (step, tag, _) in made(case) {
        if let Some(old) = case.seen.tags.get(tag) {
            let detail = format!("`{tag}` exists already, at {}", old.commit.short());
            violations.push(violation(&step.id, "two-releases-of-one-number", Rule::R1, detail));
        }
        if !made_here.insert(tag) {
            let detail = format!("the plan makes `{tag}` twice");
            violations.push(violation(&step.id, "two-releases-of-one-number", Rule::R1, detail));
        }
    }
    violations
}

/// Never a version lower than one on its line (R8).
pub(super) fn versions_rise_on_a_line(case: &Case<'_>) -> Vec<Violation> {
    let releases = LazyCell::new(|| Releases::of(&case.policy.project, case.seen));
    let mut violations = Vec::new();
    for (step, tag, _) in made(case) {
        let Some(version) = case.policy.project.tag.version_of(tag) else { continue };
        let line = LineName::of(&version);
        if let Some((newest, _)) = releases.newest_of(line).filter(|(newest, _)| **newest > version) {
            let detail = format!("{version} is lower than {newest}, which line {line} already has");
            violations.push(violation(&step.id, "version-goes-back", Rule::R8, detail));
        }
    }
    violations
}

/// No tag without a merge and green checks (R2).
pub(super) fn tag_only_what_is_merged_and_green(case: &Case<'_>) -> Vec<Violation> {
    let pulls = case.seen.pull_requests.known();
    let released = |commit: &CommitId| {
        pulls.into_iter().flatten().any(|pull| {
            let merged = matches!(&pull.state, PullRequestState::Merged { commit: at, .. } if at == commit);
            merged && pull.checks == CheckState::Green
        })
    };
    made(case)
        .filter(|(_, _, commit)| !released(commit))
        .map(|(step, tag, commit)| {
            let detail =
                format!("`{tag}` would go on {}, which no merged and green pull request brought", commit.short());
            violation(&step.id, "tag-without-merge", Rule::R2, detail)
        })
        .collect()
}
