//! Whether a step's preconditions still hold, asked of the world at the moment of the effect.

use semver::Version;
use stationmaster_core::model::{
    CheckState, CommitId, Condition, CrateVersions, HEAD_PREFIX, IndexStanding, Precondition, PullRequest,
    PullRequestState,
};

use crate::{
    ports::{PortResult, World},
    ready,
};

/// The first precondition that does not hold, and what is so instead. None: all hold.
///
/// # Errors
/// The world cannot be asked. Unknown is not refused: the same step may well be right.
pub(crate) async fn first_broken(
    world: &World<'_>,
    preconditions: &[Precondition],
) -> PortResult<Option<(Precondition, String)>> {
    for precondition in preconditions {
        let there = world.at(&precondition.repository)?;
        if let Some(found) = broken(&there, &precondition.condition).await? {
            return Ok(Some((precondition.clone(), found)));
        }
    }
    first_broken_crate(world, preconditions).await
}

async fn broken(world: &World<'_>, condition: &Condition) -> PortResult<Option<String>> {
    Ok(match condition {
        Condition::BranchAt { branch, commit } => {
            at(world.here.refs.branches().await?.get(branch), commit, &format!("branch `{branch}`"))
        }
        Condition::BranchAbsent { branch } => {
            absent(world.here.refs.branches().await?.get(branch), &format!("branch `{branch}`"))
        }
        Condition::TagAt { tag, commit } => at(world.here.refs.tags().await?.get(tag), commit, &format!("tag `{tag}`")),
        Condition::TagAbsent { tag } => absent(world.here.refs.tags().await?.get(tag), &format!("tag `{tag}`")),
        Condition::PullRequestAbsent { head, merged } => {
            live(&world.here.forge.pull_requests(HEAD_PREFIX).await?, head, merged)
        }
        Condition::PullRequestOpen { number, head } => {
            let pulls = world.here.forge.pull_requests(HEAD_PREFIX).await?;
            not_open(pulls.iter().find(|pull| pull.number == *number && pull.head == *head))
        }
        Condition::PullRequestMerged { number, commit, checks } => {
            let pulls = world.here.forge.pull_requests(HEAD_PREFIX).await?;
            not_merged(pulls.iter().find(|pull| pull.number == *number), commit, checks)
        }
        Condition::ForgeReleaseAbsent { tag } => world
            .here
            .forge
            .releases()
            .await?
            .contains_key(tag)
            .then(|| format!("the release of `{tag}` is there already")),
        Condition::ForgeFilesAbsent { tag, names } => match world.here.forge.releases().await?.get(tag) {
            None => Some(format!("the release of `{tag}` does not exist")),
            Some(release) if !release.hidden => Some(format!("the release of `{tag}` is shown already")),
            Some(release) => {
                let there = names.iter().find(|name| release.files.contains_key(*name));
                there.map(|name| format!("{name} is beside the release of `{tag}` already"))
            }
        },
        Condition::ForgeReleaseHidden { tag, files } => match world.here.forge.releases().await?.get(tag) {
            None => Some(format!("the release of `{tag}` does not exist")),
            Some(release) if !release.hidden => Some(format!("the release of `{tag}` is shown already")),
            Some(release) if release.files != *files => {
                Some(format!("the files of the release of `{tag}` have changed"))
            }
            Some(_) => None,
        },
        Condition::ForgeLatest { tag } => {
            let releases = world.here.forge.releases().await?;
            let latest = releases.values().find(|release| release.latest && !release.hidden);
            let found = |it: Option<&String>| it.map_or_else(|| "no release".to_owned(), |tag| format!("`{tag}`"));
            let latest = latest.map(|release| &release.tag);
            (latest != tag.as_ref()).then(|| format!("{} is the latest on the forge", found(latest)))
        }
        // All at once, below: an index is asked in parallel.
        Condition::CrateAbsent { .. } | Condition::CratePresent { .. } => None,
    })
}

/// A pull request of this head that is open, or merged and not one of these.
fn live(pulls: &[PullRequest], head: &str, merged: &[u64]) -> Option<String> {
    let counts = |pull: &&PullRequest| match pull.state {
        PullRequestState::Open => true,
        PullRequestState::Closed => false,
        PullRequestState::Merged { .. } => !merged.contains(&pull.number),
    };
    let live = pulls.iter().filter(|pull| pull.head == *head).find(counts);
    live.map(|pull| format!("pull request #{} already exists", pull.number))
}

fn at(found: Option<&CommitId>, expected: &CommitId, what: &str) -> Option<String> {
    match found {
        Some(commit) if commit == expected => None,
        Some(commit) => Some(format!("{what} is at {}", commit.short())),
        None => Some(format!("{what} does not exist")),
    }
}

fn absent(found: Option<&CommitId>, what: &str) -> Option<String> {
    found.map(|commit| format!("{what} exists, at {}", commit.short()))
}

fn not_open(pull: Option<&PullRequest>) -> Option<String> {
    let Some(pull) = pull else { return Some("the pull request does not exist".into()) };
    match &pull.state {
        PullRequestState::Open => None,
        PullRequestState::Merged { commit, .. } => Some(format!("it is merged as {}", commit.short())),
        PullRequestState::Closed => Some("it is closed".into()),
    }
}

fn not_merged(pull: Option<&PullRequest>, expected: &CommitId, required: &[String]) -> Option<String> {
    let Some(pull) = pull else { return Some("the pull request does not exist".into()) };
    match &pull.state {
        PullRequestState::Merged { commit, .. } if commit != expected => {
            Some(format!("it was merged as {}", commit.short()))
        }
        PullRequestState::Merged { .. } if CheckState::of(required, &pull.checks) != CheckState::Green => {
            Some("its checks are not green".into())
        }
        PullRequestState::Merged { .. } => None,
        PullRequestState::Open => Some("it is open".into()),
        PullRequestState::Closed => Some("it is closed".into()),
    }
}

async fn first_broken_crate(
    world: &World<'_>,
    preconditions: &[Precondition],
) -> PortResult<Option<(Precondition, String)>> {
    let named = preconditions.iter().filter_map(|precondition| match &precondition.condition {
        Condition::CrateAbsent { name, .. } | Condition::CratePresent { name, .. } => Some(name.clone()),
        _ => None,
    });
    let names: Vec<_> = named.collect();
    if names.is_empty() {
        return Ok(None);
    }
    let index = world.registry.index(&names).await;
    for precondition in preconditions {
        let found = match &precondition.condition {
            Condition::CrateAbsent { name, version } => {
                let versions = ready::known(name, index.get(name))?;
                versions.contains_key(version).then(|| format!("{name} {version} is in the index"))
            }
            Condition::CratePresent { name, version, checksum } => {
                not_ours(name, version, checksum, ready::known(name, index.get(name))?)
            }
            _ => None,
        };
        if let Some(found) = found {
            return Ok(Some((precondition.clone(), found)));
        }
    }
    Ok(None)
}

/// What is so instead, where the index does not have our crate.
fn not_ours(name: &str, version: &Version, checksum: &str, versions: &CrateVersions) -> Option<String> {
    Some(match IndexStanding::of(versions, version, checksum) {
        IndexStanding::Ours => return None,
        IndexStanding::Absent => format!("{name} {version} is not in the index"),
        IndexStanding::Yanked => format!("{name} {version} is yanked"),
        IndexStanding::Taken { .. } => format!("the index has {name} {version} with other bytes"),
    })
}
