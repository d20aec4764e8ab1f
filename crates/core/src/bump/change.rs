//! The files of the commit: versions of every group, version files, release notes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::{Prerelease, Version};

use serde::Serialize;
use thiserror::Error;

use super::notes;
use crate::{
    edit::{
        self, EditError,
        notes::{Entry, NotesError},
    },
    model::{Bump, FileEdit, LastVersion, TreeFiles, UnreadableFiles, bump_version, strip_pre},
    policy::{Project, Rules},
    workspace::{GroupMembers, Workspace},
};

/// What is changed: a commit's files, read as a workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'b> {
    pub(crate) files: &'b TreeFiles,
    /// What is there and is no text. None: nothing is.
    pub(crate) unreadable: Option<&'b UnreadableFiles>,
    pub(crate) workspace: &'b Workspace,
    /// In the order of the policy.
    pub(crate) groups: &'b [GroupMembers],
}

/// What becomes of the versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Move {
    /// Every group takes its step; the first becomes this version. All get the suffix, if any (R1, X11).
    Next { first: Version, suffix: Option<String> },
    /// Every group's last number goes up (R8).
    Patch,
    /// Every group keeps its numbers and becomes a candidate: `rc.1`.
    Candidate(String),
    /// Every group drops its suffix.
    Final,
}

/// What becomes of the release notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotesChange {
    /// Nothing.
    Keep,
    /// The section of this version is released on this day (R3); it is opened where it is missing.
    Release { version: Version, day: Date },
    /// The same for a section that is there, with these entries, unless it has them; without any, what is missing stays missing.
    Date { version: Version, day: Date, entries: Vec<Entry> },
    /// `old` was cut; main goes on with `new` (X3).
    Cut { old: Version, new: Version },
}

/// What becomes of a version group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupMove {
    /// Its name in the policy.
    pub name: String,
    /// The version it has.
    pub from: Version,
    /// The version it gets; the same where it stays.
    pub to: Version,
}

/// The files that change, and what becomes of the groups.
pub(crate) struct Change {
    pub(crate) edits: Vec<FileEdit>,
    /// Files that go: fragments of the release notes that are in them now.
    pub(crate) removed: Vec<String>,
    /// All groups, in the order of the policy.
    pub(crate) groups: Vec<GroupMove>,
}

/// Make the change to a commit's files.
pub(crate) fn change(
    base: &Base<'_>,
    project: &Project,
    rules: &Rules,
    versions: &Move,
    notes_change: &NotesChange,
) -> Result<Change, ChangeError> {
    let mut to = BTreeMap::new();
    let mut groups = Vec::new();
    let mut version_files = Vec::new();
    // A first group that carries the next version already only drops its suffix, and so do the others: groups go together (R10).
    let arrives = matches!(versions, Move::Next { first, .. } if strip_pre(&base.groups[0].version) == *first);
    for (at, group) in base.groups.iter().enumerate() {
        let step = Some(rules.groups[at].step).filter(|_| !arrives);
        let target = target(versions, at == 0, group, step)?;
        to.extend(group.packages.iter().map(|package| (package.clone(), target.clone())));
        let files = rules.version_files.iter().filter(|file| file.group == group.name);
        version_files.extend(files.map(|file| (file.clone(), target.clone())));
        groups.push(GroupMove { name: group.name.clone(), from: group.version.clone(), to: target });
    }
    let mut edits = edit::set_versions(base.files, base.workspace, &to, &version_files)?;
    let mut removed = Vec::new();
    if let Some(rules) = &rules.notes {
        let notes = notes::edit(base, project, rules, notes_change)?;
        edits.extend(notes.edit);
        removed = notes.removed;
    }
    Ok(Change { edits, removed, groups })
}

/// Why a change cannot be made.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// A version cannot be set.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The release notes cannot be changed.
    #[error(transparent)]
    Notes(#[from] NotesError),
    /// A group's version has the greatest number there is.
    #[error(transparent)]
    Last(#[from] LastVersion),
    /// Nobody said what becomes of a version's build metadata.
    #[error("the version of group `{group}`, {version}, has build metadata, and no step says what to do with `+{}`", version.build)]
    BuildMetadata {
        /// The group's name in the policy.
        group: String,
        /// Its version.
        version: Version,
    },
}

/// The version that a group gets. Build metadata is never dropped in silence: only a decided version, which is a whole one,
/// takes its place.
fn target(versions: &Move, first: bool, group: &GroupMembers, step: Option<Bump>) -> Result<Version, ChangeError> {
    let from = &group.version;
    if let Move::Next { first: version, suffix } = versions
        && first
    {
        let decided = with_suffix(version.clone(), suffix.as_deref());
        return if from.build.is_empty() || !decided.build.is_empty() { Ok(decided) } else { Err(metadata(group)) };
    }
    if !from.build.is_empty() {
        return Err(metadata(group));
    }
    Ok(match versions {
        Move::Next { suffix, .. } => {
            let next = step.map_or_else(|| Ok(strip_pre(from)), |step| bump_version(&strip_pre(from), step))?;
            with_suffix(next, suffix.as_deref())
        }
        Move::Patch => bump_version(from, Bump::Patch)?,
        Move::Candidate(word) => with_suffix(strip_pre(from), Some(word)),
        Move::Final => strip_pre(from),
    })
}

fn metadata(group: &GroupMembers) -> ChangeError {
    ChangeError::BuildMetadata { group: group.name.clone(), version: group.version.clone() }
}

/// A version with a pre-release part.
pub(crate) fn with_suffix(version: Version, suffix: Option<&str>) -> Version {
    let pre = suffix.and_then(|word| Prerelease::new(word).ok()).unwrap_or(Prerelease::EMPTY);
    Version { pre, ..version }
}
