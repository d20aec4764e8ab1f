//! Whether tags, branches and manifests agree (R1, R10, X2).

use semver::Version;

use super::{History, Line, LineCommit, Release, say};
use crate::{
    bump,
    model::{Finding, Rule, Severity},
    plan::PullRequestKind,
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

/// Commits that released a version, by what they changed or say, which then got no tag, or whose tag is elsewhere.
fn untagged(policy: &Policy, history: &History, line: &Line) -> Vec<Finding> {
    let (first, said) = (&line.version, first_release(policy, line));
    let moved = kept_moves(line).into_iter().filter(|(_, version)| version.pre.is_empty());
    let moved = moved.filter_map(|(at, version)| match history.release(version) {
        None => not_tagged(policy, history, (line, &line.commits[at]), version, "moved to"),
        Some(release) => elsewhere(line, at, version, release),
    });
    let said = said.filter(|_| history.release(first).is_none());
    let said = said.and_then(|commit| not_tagged(policy, history, (line, commit), first, "says that it releases"));
    moved.chain(said).collect()
}

/// The last move of a line to each version. A move back takes the release before it away, and is none itself.
fn kept_moves(line: &Line) -> Vec<(usize, &Version)> {
    let moves = line.commits.iter().enumerate().filter_map(|(at, commit)| Some((at, commit.moved_to.as_ref()?)));
    let moves: Vec<(usize, &Version)> = moves.collect();
    let is_back = |place: usize| place > 0 && moves.get(place).is_some_and(|(_, to)| *to < moves[place - 1].1);
    let kept = (0..moves.len()).filter(|place| !is_back(*place) && !is_back(place + 1));
    kept.map(|place| moves[place]).collect()
}

/// The commit that says that it is the first release of its line. The version was set on main, and is no move here.
fn first_release<'l>(policy: &Policy, line: &'l Line) -> Option<&'l LineCommit> {
    let title = PullRequestKind::Release(line.version.clone()).title(&policy.project);
    let says = |commit: &&LineCommit| {
        let rest = commit.subject.strip_prefix(&title).filter(|_| commit.moved_to.is_none());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" (#"))
    };
    line.commits.iter().rfind(|commit| says(commit))
}

fn not_tagged(
    policy: &Policy,
    history: &History,
    (line, commit): (&Line, &LineCommit),
    version: &Version,
    did: &str,
) -> Option<Finding> {
    // The tag may still come.
    if (history.until - commit.day).get_days() <= 1 {
        return None;
    }
    let tag = policy.project.tag.with(version);
    let finding = say("untagged-release", Severity::Finding, Rule::R8, version, commit.day);
    let detail = format!("a commit on `{}` {did} {version}, and there is no tag `{tag}`", line.branch);
    Some(finding.with(detail, commit.commit.to_string()))
}

/// A tag that is not on the commit which moved to its version. A later commit of the line may be what was released.
fn elsewhere(line: &Line, at: usize, version: &Version, release: &Release) -> Option<Finding> {
    let moved = &line.commits[at];
    // The first version of a line is set at the cut, and released later.
    if release.commit == moved.commit || version.patch == 0 {
        return None;
    }
    let mut after = line.commits[at + 1..].iter().take_while(|commit| commit.moved_to.is_none());
    let (severity, rest) = if after.any(|commit| commit.commit == release.commit) {
        (Severity::Information, "; the history cannot say which of the two was released")
    } else {
        (Severity::Finding, "")
    };
    let detail = format!(
        "`{}` is on {}, and {} moved `{}` to {version}{rest}",
        release.tag,
        release.commit.short(),
        moved.commit.short(),
        line.branch
    );
    let finding = say("misplaced-tag", severity, Rule::R8, version, release.day);
    Some(finding.with(detail, release.commit.to_string()))
}
