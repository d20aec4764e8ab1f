//! What a bump does to the version groups and to files: coupled groups move together, none goes back, nothing else changes.

use std::collections::BTreeMap;

use semver::Version;

use super::{Breach, Case, Invariant, breach};
use crate::{
    model::{CommitSpec, Observed, TreeFiles},
    policy::{Rules, VersionGroup},
    step::Step,
    workspace::Workspace,
};

/// A proposed change makes the version `to`, moves every group that is coupled with one that it moves, moves none back, and
/// changes nothing but versions and notes (R1, R10).
pub(super) fn judge(case: &Case<'_>, step: &Step, change: &CommitSpec, to: &Version) -> Vec<Breach> {
    let rules = case.rules_of(&step.version);
    let mut breaches = other_files(rules, change);
    match versions_before_and_after(case, change, &rules.groups) {
        Err(detail) => breaches.push(breach(Invariant::ChangeNotReadable, detail)),
        Ok(moves) => {
            breaches.extend(another_version(&rules.groups, &moves, to));
            breaches.extend(rules.groups.iter().flat_map(|group| apart(group, &moves)));
        }
    }
    breaches
}

/// A group's version before and after a change.
struct Moved {
    before: Version,
    after: Version,
}

type Moves = BTreeMap<String, Moved>;

/// Files that no bump touches.
fn other_files(rules: &Rules, change: &CommitSpec) -> Vec<Breach> {
    let notes = rules.notes.as_ref();
    let fragments = notes.and_then(|notes| notes.fragments.as_deref());
    let is_ours = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        matches!(name, "Cargo.toml" | "Cargo.lock")
            || rules.version_files.iter().any(|file| file.path == path)
            || notes.is_some_and(|notes| notes.file == path)
            || fragments == Some(folder)
    };
    let paths = change.edits.iter().map(|edit| &edit.path).chain(&change.removed);
    let others = paths.filter(|path| !is_ours(path));
    others.map(|path| breach(Invariant::ChangesOtherFiles, format!("a bump does not change {path}"))).collect()
}

/// The first group is the one that names releases.
fn another_version(groups: &[VersionGroup], moves: &Moves, to: &Version) -> Option<Breach> {
    let first = groups.first().and_then(|group| moves.get(&group.name));
    let made = first.map_or_else(|| "none".to_owned(), |moved| moved.after.to_string());
    (made != to.to_string())
        .then(|| breach(Invariant::MakesAnotherVersion, format!("the change makes version {made}, and not {to}")))
}

fn apart(group: &VersionGroup, moves: &Moves) -> Vec<Breach> {
    let Some(moved) = moves.get(&group.name) else { return Vec::new() };
    let mut breaches = Vec::new();
    // A main branch that carries `-dev` becomes a candidate, `-rc.1`, which is higher; a lower one is a mistake.
    let plain = |version: &Version| (version.major, version.minor, version.patch);
    if plain(&moved.after) < plain(&moved.before) {
        let detail = format!("group {} would go from {} back to {}", group.name, moved.before, moved.after);
        breaches.push(breach(Invariant::GroupGoesBack, detail));
    }
    let moves_by = |moved: &Moved| plain(&moved.after) != plain(&moved.before);
    for other in &group.coupled_with {
        if moves_by(moved) && moves.get(other).is_some_and(|other| !moves_by(other)) {
            let detail = format!("group {} would move to {} without {other}", group.name, moved.after);
            breaches.push(breach(Invariant::CoupledGroupLeftBehind, detail));
        }
    }
    breaches
}

fn versions_before_and_after(case: &Case<'_>, change: &CommitSpec, groups: &[VersionGroup]) -> Result<Moves, String> {
    let base = match case.seen.own.files.get(&change.parent) {
        Some(Observed::Known(files)) => files,
        _ => return Err(format!("the files of {} were not seen", change.parent.short())),
    };
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
