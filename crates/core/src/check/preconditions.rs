//! Preconditions: each step has those that make its kind safe, and what they say is what was seen (X2).

use super::{Breach, Case, Invariant, breach};
use crate::{
    model::{CheckState, Condition, IndexStanding, Observed, Precondition, PullRequest, PullRequestState},
    step::Step,
};

/// Preconditions that a step should have and has not.
pub(super) fn missing(step: &Step, needs: &[Condition]) -> Vec<Breach> {
    let has = |needed: &Condition| step.preconditions.contains(&needed.clone().at(&step.repository));
    let missing = needs.iter().filter(|needed| !has(needed));
    missing.map(|needed| breach(Invariant::Unguarded, format!("nothing requires that {}", in_words(needed)))).collect()
}

/// Preconditions that did not even hold in the world as it was seen.
pub(super) fn not_as_seen(case: &Case<'_>, step: &Step) -> Vec<Breach> {
    let broken = step.preconditions.iter().filter(|it| !holds(case, it));
    let detail = |it: &Precondition| format!("it was not seen that {}{}", in_words(&it.condition), it.repository);
    broken.map(|it| breach(Invariant::NotAsSeen, detail(it))).collect()
}

/// Whether a precondition holds by what was seen. What was not seen does not hold.
fn holds(case: &Case<'_>, precondition: &Precondition) -> bool {
    let Ok(here) = case.seen.of(&precondition.repository) else { return false };
    let index = |name: &str| case.seen.index.get(name).and_then(Observed::known);
    let hidden = |tag: &str| here.forge_release(tag).filter(|release| release.hidden);
    match &precondition.condition {
        Condition::BranchAt { branch, commit } => here.branch(branch) == Some(commit),
        Condition::BranchAbsent { branch } => here.branch(branch).is_none(),
        Condition::TagAt { tag, commit } => here.tag(tag) == Some(commit),
        Condition::TagAbsent { tag } => here.tag(tag).is_none(),
        Condition::PullRequestAbsent { head, merged } => {
            let is_gone = |pull: &PullRequest| match pull.state {
                PullRequestState::Open => false,
                PullRequestState::Closed => true,
                PullRequestState::Merged { .. } => merged.contains(&pull.number),
            };
            here.pull_requests.known().is_some_and(|all| all.iter().all(|pull| pull.head != *head || is_gone(pull)))
        }
        Condition::PullRequestOpen { number, head } => here
            .pulls()
            .any(|pull| pull.number == *number && pull.head == *head && pull.state == PullRequestState::Open),
        Condition::PullRequestMerged { number, commit, checks } => here.pulls().any(|pull| {
            let merged = matches!(&pull.state, PullRequestState::Merged { commit: at, .. } if at == commit);
            pull.number == *number && merged && CheckState::of(checks, &pull.checks) == CheckState::Green
        }),
        Condition::CrateAbsent { name, version } => index(name).is_some_and(|all| !all.contains_key(version)),
        Condition::CratePresent { name, version, checksum } => {
            index(name).is_some_and(|all| IndexStanding::of(all, version, checksum) == IndexStanding::Ours)
        }
        Condition::ForgeReleaseAbsent { tag } => here.forge_releases.known().is_some_and(|all| !all.contains_key(tag)),
        Condition::ForgeFilesAbsent { tag, names } => {
            hidden(tag).is_some_and(|release| names.iter().all(|name| !release.files.contains_key(name)))
        }
        Condition::ForgeReleaseHidden { tag, files } => hidden(tag).is_some_and(|release| release.files == *files),
        Condition::ForgeLatest { tag } => {
            let latest = |tag: &Option<String>| {
                let all = here.forge_releases.known()?;
                let marked = all.values().find(|release| release.latest && !release.hidden);
                Some(marked.map(|release| &release.tag) == tag.as_ref())
            };
            latest(tag).unwrap_or(false)
        }
    }
}

fn in_words(precondition: &Condition) -> String {
    match precondition {
        Condition::BranchAt { branch, commit } => format!("branch `{branch}` is at {}", commit.short()),
        Condition::BranchAbsent { branch } => format!("there is no branch `{branch}`"),
        Condition::TagAt { tag, commit } => format!("tag `{tag}` is at {}", commit.short()),
        Condition::TagAbsent { tag } => format!("there is no tag `{tag}`"),
        Condition::PullRequestAbsent { head, merged } if merged.is_empty() => {
            format!("`{head}` has no pull request that is open or merged")
        }
        Condition::PullRequestAbsent { head, merged } => {
            let known: Vec<String> = merged.iter().map(|number| format!("#{number}")).collect();
            format!("`{head}` has no pull request that is open, or merged beside {}", known.join(", "))
        }
        Condition::PullRequestOpen { number, head } => format!("pull request #{number} from `{head}` is open"),
        Condition::PullRequestMerged { number, commit, .. } => {
            format!("pull request #{number} is merged as {} and green", commit.short())
        }
        Condition::CrateAbsent { name, version } => format!("the index lacks {name} {version}"),
        Condition::CratePresent { name, version, .. } => format!("the index has our {name} {version}"),
        Condition::ForgeReleaseAbsent { tag } => format!("the forge has no release of `{tag}`"),
        Condition::ForgeFilesAbsent { tag, names } => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("the hidden release of `{tag}` lacks {}", names.join(", "))
        }
        Condition::ForgeReleaseHidden { tag, files } => {
            format!("the release of `{tag}` is hidden, with these {} files", files.len())
        }
        Condition::ForgeLatest { tag: Some(tag) } => format!("the forge shows `{tag}` as the latest release"),
        Condition::ForgeLatest { tag: None } => "the forge shows no release as the latest".to_owned(),
    }
}
