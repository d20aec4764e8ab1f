//! Whether tags, branches and manifests agree (R1, R10, X2).

use semver::Version;

use super::{History, Line, LineCommit, Release, say};
use crate::{
    bump,
    model::{Finding, PullRequestKind, Rule, Severity},
    policy::Policy,
    workspace::{GroupError, Workspace},
};

/// Compare tags with manifests, and branches with tags.
pub(super) fn findings(policy: &Policy, history: &History) -> Vec<Finding> {
    let mut found: Vec<Finding> = history.releases.iter().flat_map(|release| release.misfits.clone()).collect();
    for line in &history.lines {
        found.extend(branch_without_release(policy, history, line));
        found.extend(untagged(policy, history, line));
        found.extend(taken_back(policy, line));
    }
    found
}

/// The manifests at a tag. Rules that name packages which are not there yet say nothing of a tag.
pub(super) fn misfits(policy: &Policy, release: &Release, workspace: &Workspace) -> Vec<Finding> {
    let about = |kind: &str| say(kind, Severity::Finding, Rule::R1, &release.version, release.day);
    let evidence = || release.commit.to_string();
    let mut found = Vec::new();
    let carried = match bump::rules_of_line(policy, workspace, release.day) {
        Ok((_, groups)) => Some(groups[0].version.clone()),
        Err(error) => {
            let versions = match &error {
                GroupError::VersionsDiffer { versions, .. } => versions.as_slice(),
                GroupError::NoMembers { .. } | GroupError::NothingLeft { .. } | GroupError::Pattern { .. } => &[],
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

/// Every move of a line to a version.
fn moves(line: &Line) -> Vec<(usize, &Version)> {
    line.commits.iter().enumerate().filter_map(|(at, commit)| Some((at, commit.moved_to.as_ref()?))).collect()
}

/// Whether a move goes back from the one before.
fn is_back(moves: &[(usize, &Version)], place: usize) -> bool {
    place > 0 && moves.get(place).is_some_and(|(_, to)| *to < moves[place - 1].1)
}

/// The last move of a line to each version. A move back takes the release before it away, and is none itself.
fn kept_moves(line: &Line) -> Vec<(usize, &Version)> {
    let moves = moves(line);
    let kept = (0..moves.len()).filter(|place| !is_back(&moves, *place) && !is_back(&moves, place + 1));
    kept.map(|place| moves[place]).collect()
}

/// Release commits that were taken back on their line, and those that were made again.
fn taken_back(policy: &Policy, line: &Line) -> Vec<Finding> {
    let moves = moves(line);
    let forward = (0..moves.len()).filter(|place| moves[*place].1.pre.is_empty() && !is_back(&moves, *place));
    let undone = forward.filter(|place| is_back(&moves, place + 1)).map(|place| {
        let again = moves[place + 2..].iter().find(|(_, to)| *to == moves[place].1);
        (moves[place].1, moves[place].0, moves[place + 1].0, again.map(|(at, _)| *at))
    });
    // The first release sets no version on the line: its words tell.
    let said = first_releases(policy, line);
    let backs = revert_of_first(policy, line);
    let undone_first = said.iter().filter_map(|made| {
        let back = backs.iter().copied().find(|back| back > made)?;
        let again = said.iter().copied().find(|other| *other > back);
        Some((&line.version, *made, back, again))
    });
    let undone: Vec<_> = undone.chain(undone_first).collect();
    undone.into_iter().map(|(version, made, back, again)| undone_release(line, version, (made, back, again))).collect()
}

fn undone_release(line: &Line, version: &Version, (made, back, again): (usize, usize, Option<usize>)) -> Finding {
    let short = |at: usize| line.commits[at].commit.short();
    let taken = format!("{} released {version} on `{}`, and {} took it back", short(made), line.branch, short(back));
    let (kind, detail) = match again {
        Some(again) => ("release-made-again", format!("{taken}; {} made it again", short(again))),
        None => ("release-taken-back", taken),
    };
    let finding = say(kind, Severity::Finding, Rule::R8, version, line.commits[back].day);
    finding.with(detail, line.commits[back].commit.to_string())
}

/// The commit that says that it is the first release of its line. The version was set on main, and is no move here.
fn first_release<'l>(policy: &Policy, line: &'l Line) -> Option<&'l LineCommit> {
    let last = first_releases(policy, line).pop()?;
    // What was taken back after it was made has no tag to come.
    let kept = revert_of_first(policy, line).last().is_none_or(|back| *back < last);
    kept.then(|| &line.commits[last])
}

/// The commits that say so, oldest first.
fn first_releases(policy: &Policy, line: &Line) -> Vec<usize> {
    let title = PullRequestKind::Release(line.version.clone()).title(&policy.project.name);
    saying(line, &title, "")
}

/// The commits that take such a one back, oldest first.
fn revert_of_first(policy: &Policy, line: &Line) -> Vec<usize> {
    let title = PullRequestKind::Release(line.version.clone()).title(&policy.project.name);
    saying(line, &format!("Revert \"{title}"), "\"")
}

/// The commits whose first line begins so, with no more than the number of a pull request after it.
fn saying(line: &Line, title: &str, end: &str) -> Vec<usize> {
    let says = |commit: &LineCommit| {
        let rest = commit.subject.strip_prefix(title).filter(|_| commit.moved_to.is_none());
        rest.and_then(|rest| rest.strip_prefix(end).or(Some(rest)))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(" (#"))
    };
    (0..line.commits.len()).filter(|at| says(&line.commits[*at])).collect()
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
