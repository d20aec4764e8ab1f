//! Which rules a commit is bumped by.

use jiff::civil::Date;

use super::Step;
use crate::{
    calendar,
    model::{FileSelection, LineName, strip_pre},
    policy::{Policy, Rules},
    workspace::{GroupError, GroupMembers, Workspace},
};

/// The rules for a step, and the groups that they make of the workspace: main moves on by those of the day, a line by its own.
pub(super) fn of<'p>(
    policy: &'p Policy,
    workspace: &Workspace,
    step: &Step,
    day: Date,
) -> Result<(&'p Rules, Vec<GroupMembers>), GroupError> {
    match step {
        Step::Major | Step::MajorTo(_) | Step::Development => newest_that_fit(policy, workspace, day),
        Step::Patch | Step::Candidate | Step::Release => of_line(policy, workspace, day),
    }
}

/// The rules of the line that a commit is on, and the groups that they make of its workspace.
///
/// A line keeps the packages and files that it had when it was cut, and so the groups, notes and version files of that day,
/// whatever the policy says of main since. What is not cut yet by the day goes by the rules of the day.
///
/// # Errors
///
/// When no rules until the day fit the workspace: the error is the day's.
pub fn of_line<'p>(
    policy: &'p Policy,
    workspace: &Workspace,
    day: Date,
) -> Result<(&'p Rules, Vec<GroupMembers>), GroupError> {
    let (rules, groups) = newest_that_fit(policy, workspace, day)?;
    let line = LineName::of(&strip_pre(&groups[0].version));
    let Some(then) = calendar::rules_of(policy, line, day) else { return Ok((rules, groups)) };
    Ok(match workspace.groups(&then.groups) {
        Ok(groups) => (then, groups),
        Err(_) => (rules, groups),
    })
}

/// The rules of the day; where their groups do not fit the workspace, the newest earlier ones that do. The error is the day's.
fn newest_that_fit<'p>(
    policy: &'p Policy,
    workspace: &Workspace,
    day: Date,
) -> Result<(&'p Rules, Vec<GroupMembers>), GroupError> {
    let rules = policy.on(day);
    let error = match workspace.groups(&rules.groups) {
        Ok(groups) => return Ok((rules, groups)),
        Err(error) => error,
    };
    let earlier = policy.epochs().iter().rev().filter(|epoch| epoch.from <= day).map(|epoch| &epoch.rules);
    let fitting = earlier.filter_map(|rules| Some((rules, workspace.groups(&rules.groups).ok()?))).next();
    fitting.ok_or(error)
}

/// The files that a bump reads, by any rules of the policy.
pub fn files(policy: &Policy) -> FileSelection {
    let (mut paths, mut folders) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for epoch in policy.epochs() {
        paths.extend(epoch.rules.version_files.iter().map(|file| file.path.clone()));
        if let Some(notes) = &epoch.rules.notes {
            paths.insert(notes.file.clone());
            paths.extend(notes.template.clone());
            folders.extend(notes.fragments.clone());
        }
    }
    FileSelection {
        names: vec!["Cargo.toml".into(), "Cargo.lock".into()],
        paths: paths.into_iter().collect(),
        folders: folders.into_iter().collect(),
    }
}
