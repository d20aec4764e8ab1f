//! What a plan needs to look at, so that observing costs what is due and not what is history.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::{
    lines::{self, Lines},
    situation::Situation,
    unfinished::unfinished,
    words::PullRequestKind,
};
use crate::{
    calendar,
    model::{CommitId, CrateRelease, Observation, Observed, PullRequestState},
    policy::Policy,
    workspace::Workspace,
};

/// Commits whose files matter: main, branches of supported and of open lines, and merged release commits that are not
/// finished. Needs refs, pull requests and forge releases; files may still be missing.
pub fn commits_of_interest(policy: &Policy, seen: &Observation) -> BTreeSet<CommitId> {
    let mut commits = BTreeSet::new();
    let project = &policy.project;
    let head = |branch: &str| seen.branches.get(branch).map(|head| head.commit.clone());
    commits.extend(head(&project.main));
    for due in Situation::new(policy, seen).trains() {
        commits.extend(head(&project.release_branch.with(due.version())));
    }
    for line in calendar::supported(policy, seen.today) {
        commits.extend(head(&project.release_branch.with(&line.first_version())));
    }
    commits.extend(unfinished(policy, seen).into_values().map(|release| release.commit));
    commits.extend(proposed(seen).map(|(_, commit)| commit));
    commits.extend(patched(policy, seen));
    commits
}

/// Heads and newest releases of lines that may get a patch: the one must not need a newer Rust than the other (X7).
fn patched(policy: &Policy, seen: &Observation) -> BTreeSet<CommitId> {
    let now = Situation::new(policy, seen);
    let Some(lines) = Lines::of(&now) else { return BTreeSet::new() };
    let mut commits = BTreeSet::new();
    for line in lines.matrix.lines.keys() {
        let tag = lines::newest(&now, *line).map(|version| policy.project.tag.with(&version));
        commits.extend(tag.and_then(|tag| Some(seen.tags.get(&tag)?.commit.clone())));
        commits.extend(seen.branches.get(&lines.branch(&now, *line)).map(|head| head.commit.clone()));
    }
    commits
}

/// Releases that a pull request of ours proposes, and the commit at its head.
pub(super) fn proposed(seen: &Observation) -> impl Iterator<Item = (Version, CommitId)> {
    let open = seen.pull_requests.known().into_iter().flatten().filter(|pull| pull.state == PullRequestState::Open);
    open.filter_map(|pull| {
        let version = PullRequestKind::of_head(&pull.head)?.releases()?.clone();
        Some((version, pull.head_commit.clone()))
    })
}

/// Commits of releases that are proposed, or merged and not out whole, and their crates. These are packaged before the tag, so
/// that what the registry would refuse is known while the release can still be mended (X12); and after it what is staged says
/// with which bytes the index must have them. Needs the files of these commits.
pub fn packages_of_interest(policy: &Policy, seen: &Observation) -> BTreeMap<CommitId, Vec<CrateRelease>> {
    let publish = &policy.on(seen.today).publish;
    let begun = unfinished(policy, seen).into_values().map(|release| release.commit);
    let all = begun.chain(proposed(seen).map(|(_, commit)| commit));
    let commits = all.filter(|_| publish.enabled);
    let crates = commits.filter_map(|commit| {
        let workspace = Workspace::read(seen.files.get(&commit)?.known()?).ok()?;
        Some((commit, workspace.release_order(publish).ok()?))
    });
    crates.collect()
}

/// Crates whose index entries matter: all that are published from main, or from a merged release that is not finished.
pub fn crates_of_interest(policy: &Policy, seen: &Observation) -> BTreeSet<String> {
    let publish = &policy.on(seen.today).publish;
    if !publish.enabled {
        return BTreeSet::new();
    }
    let main = seen.branches.get(&policy.project.main).map(|head| head.commit.clone());
    let begun = unfinished(policy, seen).into_values().map(|release| release.commit);
    let commits: BTreeSet<CommitId> = begun.chain(main).collect();
    let files = commits.iter().filter_map(|commit| seen.files.get(commit)).filter_map(Observed::known);
    let read = files.filter_map(|files| Workspace::read(files).ok());
    read.filter_map(|workspace| workspace.release_order(publish).ok()).flatten().map(|release| release.name).collect()
}
