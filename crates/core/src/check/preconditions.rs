//! Preconditions: each step has those that make its kind safe, and what they say is what was seen (X2).

use super::{Breach, Case, Invariant, breach};
use crate::{
    model::{CheckState, IndexStanding, Observed, Precondition, PullRequest, PullRequestState},
    step::Step,
};

/// Preconditions that a step should have and has not.
pub(super) fn missing(step: &Step, needs: &[Precondition]) -> Vec<Breach> {
    let missing = needs.iter().filter(|needed| !step.preconditions.contains(needed));
    missing.map(|needed| breach(Invariant::Unguarded, format!("nothing requires that {}", in_words(needed)))).collect()
}

/// Preconditions that did not even hold in the world as it was seen.
pub(super) fn not_as_seen(case: &Case<'_>, step: &Step) -> Vec<Breach> {
    let broken = step.preconditions.iter().filter(|it| !holds(case, it));
    broken.map(|it| breach(Invariant::NotAsSeen, format!("it was not seen that {}", in_words(it)))).collect()
}

/// Whether a precondition holds by what was seen. What was not seen does not hold.
fn holds(case: &Case<'_>, precondition: &Precondition) -> bool {
    let seen = case.seen;
    let index = |name: &str| seen.index.get(name).and_then(Observed::known);
    let hidden = |tag: &str| case.forge_release(tag).filter(|release| release.hidden);
    match precondition {
        Precondition::BranchAt { branch, commit } => case.branch(branch) == Some(commit),
        Precondition::BranchAbsent { branch } => case.branch(branch).is_none(),
        Precondition::TagAt { tag, commit } => case.tag(tag) == Some(commit),
        Precondition::TagAbsent { tag } => case.tag(tag).is_none(),
        Precondition::PullRequestAbsent { head, merged } => {
            let is_gone = |pull: &PullRequest| match pull.state {
                PullRequestState::Open => false,
                PullRequestState::Closed => true,
                PullRequestState::Merged { .. } => merged.contains(&pull.number),
            };
            seen.pull_requests.known().is_some_and(|all| all.iter().all(|pull| pull.head != *head || is_gone(pull)))
        }
        Precondition::PullRequestOpen { number, head } => case
            .pulls()
            .any(|pull| pull.number == *number && pull.head == *head && pull.state == PullRequestState::Open),
        Precondition::PullRequestMerged { number, commit, checks } => case.pulls().any(|pull| {
            let merged = matches!(&pull.state, PullRequestState::Merged { commit: at, .. } if at == commit);
            pull.number == *number && merged && CheckState::of(checks, &pull.checks) == CheckState::Green
        }),
        Precondition::CrateAbsent { name, version } => index(name).is_some_and(|all| !all.contains_key(version)),
        Precondition::CratePresent { name, version, checksum } => {
            index(name).is_some_and(|all| IndexStanding::of(all, version, checksum) == IndexStanding::Ours)
        }
        Precondition::ForgeReleaseAbsent { tag } => {
            seen.forge_releases.known().is_some_and(|all| !all.contains_key(tag))
        }
        Precondition::ForgeFilesAbsent { tag, names } => {
            hidden(tag).is_some_and(|release| names.iter().all(|name| !release.files.contains_key(name)))
        }
        Precondition::ForgeReleaseHidden { tag, files } => hidden(tag).is_some_and(|release| release.files == *files),
        Precondition::ForgeLatest { tag } => {
            let latest = |tag: &Option<String>| {
                let all = seen.forge_releases.known()?;
                let marked = all.values().find(|release| release.latest && !release.hidden);
                Some(marked.map(|release| &release.tag) == tag.as_ref())
            };
            latest(tag).unwrap_or(false)
        }
    }
}

fn in_words(precondition: &Precondition) -> String {
    match precondition {
        Precondition::BranchAt { branch, commit } => format!("branch `{branch}` is at {}", commit.short()),
        Precondition::BranchAbsent { branch } => format!("there is no branch `{branch}`"),
        Precondition::TagAt { tag, commit } => format!("tag `{tag}` is at {}", commit.short()),
        Precondition::TagAbsent { tag } => format!("there is no tag `{tag}`"),
        Precondition::PullRequestAbsent { head, merged } if merged.is_empty() => {
            format!("`{head}` has no pull request that is open or merged")
        }
        Precondition::PullRequestAbsent { head, merged } => {
            let known: Vec<String> = merged.iter().map(|number| format!("#{number}")).collect();
            format!("`{head}` has no pull request that is open, or merged beside {}", known.join(", "))
        }
        Precondition::PullRequestOpen { number, head } => format!("pull request #{number} from `{head}` is open"),
        Precondition::PullRequestMerged { number, commit, .. } => {
            format!("pull request #{number} is merged as {} and green", commit.short())
        }
        Precondition::CrateAbsent { name, version } => format!("the index lacks {name} {version}"),
        Precondition::CratePresent { name, version, .. } => format!("the index has our {name} {version}"),
        Precondition::ForgeReleaseAbsent { tag } => format!("the forge has no release of `{tag}`"),
        Precondition::ForgeFilesAbsent { tag, names } => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("the hidden release of `{tag}` lacks {}", names.join(", "))
        }
        Precondition::ForgeReleaseHidden { tag, files } => {
            format!("the release of `{tag}` is hidden, with these {} files", files.len())
        }
        Precondition::ForgeLatest { tag: Some(tag) } => format!("the forge shows `{tag}` as the latest release"),
        Precondition::ForgeLatest { tag: None } => "the forge shows no release as the latest".to_owned(),
    }
}
