//! Version groups: coupled groups move together, and none goes back.

use std::collections::BTreeMap;

use semver::Version;

use super::{Case, Violation, violation};
use crate::{
    bump,
    model::{Action, CommitSpec, DraftChange, Observed, PullRequestDraft, Rule, Step, TreeFiles},
    policy::VersionGroup,
    workspace::Workspace,
};

/// A proposed change moves every group that is coupled with one that it moves, and moves none back (R1, R10).
pub(super) fn coupled_groups_move_together(case: &Case<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for step in &case.plan.steps {
        let (Action::OpenPullRequest(draft) | Action::RefreshPullRequest { draft, .. }) = &step.action else {
            continue;
        };
        // A change of main that is picked moves no version.
        let DraftChange::Commit(change) = &draft.change else { continue };
        let judged = groups_of(case, draft, change)
            .and_then(|groups| Ok((groups, versions_before_and_after(case, change, groups)?)));
        match judged {
            Ok((groups, moves)) => violations.extend(judge(step, groups, &moves)),
            Err(detail) => violations.push(violation(&step.id, "change-not-readable", Rule::R1, detail)),
        }
    }
    violations
}

/// A group's version before and after a change.
struct Moved {
    before: Version,
    after: Version,
}

fn judge(step: &Step, groups: &[VersionGroup], moves: &BTreeMap<String, Moved>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for group in groups {
        let Some(moved) = moves.get(&group.name) else { continue };
        // A main branch that carries `-dev` becomes a candidate, `-rc.1`, which is higher; a lower one is a mistake.
        let plain = |version: &Version| (version.major, version.minor, version.patch);
        if plain(&moved.after) < plain(&moved.before) {
            let detail = format!("group {} would go from {} back to {}", group.name, moved.before, moved.after);
            violations.push(violation(&step.id, "version-goes-back", Rule::R1, detail));
        }
        let moves_by = |moved: &Moved| plain(&moved.after) != plain(&moved.before);
        for other in &group.coupled_with {
            if moves_by(moved) && moves.get(other).is_some_and(|other| !moves_by(other)) {
                let detail = format!("group {} would move to {} without {other}", group.name, moved.after);
                violations.push(violation(&step.id, "coupled-group-left-behind", Rule::R10, detail));
            }
        }
    }
    violations
}

/// The groups that a change moves: main's of the day; a line's of the day on which it was cut.
fn groups_of<'a>(case: &Case<'a>, draft: &PullRequestDraft, change: &CommitSpec) -> Result<&'a [VersionGroup], String> {
    let (policy, today) = (case.policy, case.seen.today);
    if draft.base == policy.project.main {
        return Ok(&policy.on(today).groups);
    }
    let workspace = Workspace::read(files_of(case, change)?).map_err(|error| error.to_string())?;
    let (rules, _) = bump::rules_of_line(policy, &workspace, today).map_err(|error| error.to_string())?;
    Ok(&rules.groups)
}

fn files_of<'a>(case: &Case<'a>, change: &CommitSpec) -> Result<&'a TreeFiles, String> {
    match case.seen.files.get(&change.parent) {
        Some(Observed::Known(files)) => Ok(files),
        _ => Err(format!("the files of {} were not seen", change.parent.short())),
    }
}

fn versions_before_and_after(
    case: &Case<'_>,
    change: &CommitSpec,
    groups: &[VersionGroup],
) -> Result<BTreeMap<String, Moved>, String> {
    let base = files_of(case, change)?;
    let mut changed = base.clone();
    changed.extend(change.edits.iter().map(|edit| (edit.path.clone(), edit.text.clone())));
    change.removed.iter().for_each(|path| drop(changed.remove(path)));
    let mut after = versions(&changed, groups)?;
    let pairs = versions(base, groups)?.into_iter().filter_map(|(name, before)| {
        let after = after.remove(&name)?;
        Some((name, Moved { before, after }))
    });
    Ok(pairs.collect())
}

fn versions(files: &TreeFiles, groups: &[VersionGroup]) -> Result<BTreeMap<String, Version>, String> {
    let workspace = Workspace::read(files).map_err(|error| error.to_string())?;
    let members = workspace.groups(groups).map_err(|error| error.to_string())?;
    Ok(members.into_iter().map(|group| (group.name, group.version)).collect())
}
