//! Whether tags, branches and manifests agree (R1, R10, X2).

use semver::Version;

use super::{History, Line, Release, say};
use crate::{
    bump,
    model::{Finding, Rule, Severity, strip_pre},
    policy::Policy,
    workspace::GroupError,
};

/// Compare tags with manifests, and branches with tags.
pub(super) fn findings(policy: &Policy, history: &History) -> Vec<Finding> {
    let mut found: Vec<Finding> = history.releases.iter().flat_map(|release| versions(policy, release)).collect();
    for line in &history.lines {
        found.extend(branch_without_release(policy, history, line));
        found.extend(untagged(policy, history, line));
    }
    found
}

/// The manifests at a tag. Rules that name packages which are not there yet say nothing of a tag.
fn versions(policy: &Policy, release: &Release) -> Vec<Finding> {
    let about = |kind: &str| say(kind, Severity::Finding, Rule::R1, &release.version, release.day);
    let evidence = || release.commit.to_string();
    let Some(workspace) = &release.workspace else { return Vec::new() };
    let mut found = Vec::new();
    let carried = match bump::rules_of_line(policy, workspace, release.day) {
        Ok((_, groups)) => Some(groups[0].version.clone()),
        Err(error) => {
            let versions = match &error {
                GroupError::VersionsDiffer { versions, .. } => versions.as_slice(),
                GroupError::NoMembers { .. } | GroupError::Pattern { .. } => &[],
            };
            if !versions.is_empty() {
                found.push(about("groups-out-of-step").with(error.to_string(), evidence()));
            }
            most_common(versions)
        }
    };
    // Packages of another family may be the ones that are out of step.
    let of_family = |version: &Version| workspace.packages.iter().any(|package| package.version == *version);
    if let Some(carried) = carried.filter(|carried| *carried != release.version && !of_family(&release.version)) {
        let detail = format!("`{}` is on a commit whose manifests say {carried}", release.tag);
        found.push(about("tag-version-mismatch").with(detail, evidence()));
    }
    found
}

fn most_common(versions: &[(String, Version)]) -> Option<Version> {
    let count = |wanted: &Version| versions.iter().filter(|(_, version)| version == wanted).count();
    versions.iter().map(|(_, version)| version).max_by_key(|version| count(version)).cloned()
}

/// A branch whose first release never came, although it was due.
fn branch_without_release(policy: &Policy, history: &History, line: &Line) -> Option<Finding> {
    let of_line = |release: &&Release| {
        (release.version.major, release.version.minor) == (line.version.major, line.version.minor)
            && release.version.pre.is_empty()
    };
    let parted = line.parted.as_ref()?;
    if history.releases.iter().any(|release| of_line(&release)) {
        return None;
    }
    let calendar = crate::calendar::Calendar::new(policy, jiff::civil::Date::MIN, history.until);
    let due = calendar.trains.iter().find(|train| train.version == line.version).map(|train| train.release);
    if due.is_some_and(|due| due >= history.until) {
        return None;
    }
    let finding = say("branch-without-release", Severity::Finding, Rule::X1, &line.branch, parted.day);
    Some(finding.with(format!("`{}` has no release", line.branch), parted.commit.to_string()))
}

/// Commits that moved a line to a version which then got no tag, or whose tag is elsewhere.
fn untagged(policy: &Policy, history: &History, line: &Line) -> Vec<Finding> {
    let mut found = Vec::new();
    let moves: Vec<(usize, &Version)> = line
        .commits
        .iter()
        .enumerate()
        .filter_map(|(at, commit)| Some((at, commit.moved_to.as_ref()?)))
        .filter(|(_, version)| version.pre.is_empty())
        .collect();
    for (at, version) in moves {
        let commit = &line.commits[at];
        let tag = policy.project.tag.with(version);
        match history.release(version) {
            // A later commit may have moved on before anything was released.
            None if (history.until - commit.day).get_days() > 1 => {
                let finding = say("untagged-release", Severity::Finding, Rule::R8, version, commit.day);
                let detail = format!("a commit on `{}` moved to {version}, and there is no tag `{tag}`", line.branch);
                found.push(finding.with(detail, commit.commit.to_string()));
            }
            Some(release) if release.commit != commit.commit && strip_pre(version).patch > 0 => {
                let finding = say("misplaced-tag", Severity::Finding, Rule::R8, version, release.day);
                let detail = format!(
                    "`{tag}` is on {}, and {} moved `{}` to {version}",
                    release.commit.short(),
                    commit.commit.short(),
                    line.branch
                );
                found.push(finding.with(detail, release.commit.to_string()));
            }
            _ => {}
        }
    }
    found
}
