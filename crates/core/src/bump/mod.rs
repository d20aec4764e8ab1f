//! One commit that moves versions: each group's, with version files and release notes (R1, R3, X3, X11).
//!
//! The plan proposes such commits when they are due; the command `bump` makes one when it is told to. Both come through
//! [`change()`], so the same change is the same commit.

mod change;
mod notes;
mod rules;
mod step;

use jiff::civil::Date;
use semver::Version;
use serde::Serialize;
use thiserror::Error;

pub(crate) use change::{Base, Move, NotesChange, change, with_suffix};
pub use change::{ChangeError, GroupMove};
pub use rules::{files, of_line as rules_of_line};
pub use step::{Step, StepError};

use crate::{
    calendar,
    model::{CommitId, CommitSpec, PullRequestKind, TreeFiles, UnreadableFiles},
    policy::Policy,
    workspace::{GroupError, Workspace, WorkspaceError},
};

/// A commit that moves versions, not written yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bumped {
    /// The version that names releases (the first group's) before.
    pub from: Version,
    /// The same after.
    pub to: Version,
    /// What becomes of every group, in the order of the policy; also of those that stay.
    pub groups: Vec<GroupMove>,
    /// The commit.
    pub commit: CommitSpec,
}

/// Why a commit cannot be bumped.
#[derive(Debug, Error)]
pub enum BumpError {
    /// Its manifests cannot be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// No rules of the policy, by the day, fit its packages.
    #[error(transparent)]
    Groups(#[from] GroupError),
    /// The step does not lead on from its version.
    #[error(transparent)]
    Step(#[from] StepError),
    /// A file cannot be changed as it must.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// There is nothing to change.
    #[error("nothing would change: the versions are at {version}, and the release notes are up to date")]
    Nothing {
        /// The version it has.
        version: Version,
    },
}

/// Bump a commit, whose manifests, lock file, notes and version files are `files` ([`files()`]), on a day. `unreadable`:
/// what of those is there and is no text.
///
/// Rules are those of the day; for a release line, those of the day on which the line was cut, since its packages and files
/// are as they were then. The commit's time is the start of the day, so that the same call gives the same id.
///
/// # Errors
///
/// Nothing is half done: see [`BumpError`].
pub fn bump(
    policy: &Policy,
    base: &CommitId,
    files: &TreeFiles,
    unreadable: &UnreadableFiles,
    step: &Step,
    day: Date,
) -> Result<Bumped, BumpError> {
    let workspace = Workspace::read(files)?;
    let (rules, groups) = rules::of(policy, &workspace, step, day)?;
    let from = groups[0].version.clone();
    let (moves, notes) = step.on(&from, rules, day)?;
    let base_files = Base { files, unreadable: Some(unreadable), workspace: &workspace, groups: &groups };
    let change = change(&base_files, &policy.project, rules, &moves, &notes)?;
    if change.edits.is_empty() && change.removed.is_empty() {
        return Err(BumpError::Nothing { version: from });
    }
    let to = change.groups[0].to.clone();
    let kind = match notes {
        NotesChange::Cut { .. } => PullRequestKind::Bump(to.clone()),
        NotesChange::Keep => PullRequestKind::Candidate(to.clone()),
        NotesChange::Release { .. } | NotesChange::Date { .. } => PullRequestKind::Release(to.clone()),
    };
    let commit = CommitSpec {
        parent: base.clone(),
        edits: change.edits,
        removed: change.removed,
        message: message(&kind.title(&policy.project.name), &change.groups),
        identity: policy.project.identity.clone(),
        seconds: calendar::seconds_of(day),
    };
    Ok(Bumped { from, to, groups: change.groups, commit })
}

fn message(title: &str, groups: &[GroupMove]) -> String {
    let moved = groups.iter().filter(|group| group.from != group.to);
    let lines: Vec<String> = moved.map(|group| format!("{}: {} -> {}\n", group.name, group.from, group.to)).collect();
    if lines.is_empty() { format!("{title}\n") } else { format!("{title}\n\n{}", lines.concat()) }
}

#[cfg(test)]
mod tests;
