//! The commit of a pull request: versions of every group, version files, release notes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::{Prerelease, Version};

use super::situation::Snapshot;
use crate::{
    edit::{self, EditError, notes, notes::NotesError},
    model::{Bump, FileEdit, TreeFiles, bump_version, strip_pre},
    policy::{Notes, Project, Rules},
};

/// What becomes of the versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move {
    /// Every group takes its step; the first becomes this version. All get the suffix, if any (R1, X11).
    Next { first: Version, suffix: Option<String> },
    /// Every group keeps its numbers and becomes a candidate: `rc.1`.
    Candidate(String),
    /// Every group drops its suffix.
    Final,
}

/// What becomes of the release notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotesChange {
    /// Nothing.
    Keep,
    /// The section of this version is released on this day (R3).
    Release { version: Version, day: Date },
    /// `old` was cut; main goes on with `new` (X3).
    Cut { old: Version, new: Version },
}

/// The files that change, and the versions that move.
pub(super) struct Change {
    pub(super) edits: Vec<FileEdit>,
    /// Group, from, to; only groups that move.
    pub(super) moves: Vec<(String, Version, Version)>,
}

/// Make the change to a commit's files.
pub(super) fn change(
    base: &Snapshot<'_>,
    project: &Project,
    rules: &Rules,
    versions: &Move,
    notes_change: &NotesChange,
) -> Result<Change, ChangeError> {
    let mut to = BTreeMap::new();
    let mut moves = Vec::new();
    let mut version_files = Vec::new();
    for (at, group) in base.groups.iter().enumerate() {
        let step = rules.groups[at].step;
        let target = target(versions, at == 0, &group.version, step);
        to.extend(group.packages.iter().map(|package| (package.clone(), target.clone())));
        let files = rules.version_files.iter().filter(|file| file.group == group.name);
        version_files.extend(files.map(|file| (file.clone(), target.clone())));
        if group.version != target {
            moves.push((group.name.clone(), group.version.clone(), target));
        }
    }
    let mut edits = edit::set_versions(base.files, &base.workspace, &to, &version_files)?;
    if let Some(rules) = &rules.notes {
        edits.extend(notes_edit(base.files, project, rules, notes_change)?);
    }
    Ok(Change { edits, moves })
}

/// Why a change cannot be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChangeError {
    #[error(transparent)]
    Edit(#[from] EditError),
    #[error(transparent)]
    Notes(#[from] NotesError),
}

fn target(versions: &Move, first: bool, from: &Version, step: Bump) -> Version {
    match versions {
        Move::Next { first: version, suffix } => {
            let next = if first { version.clone() } else { bump_version(&strip_pre(from), step) };
            with_suffix(next, suffix.as_deref())
        }
        Move::Candidate(word) => with_suffix(strip_pre(from), Some(word)),
        Move::Final => strip_pre(from),
    }
}

/// A version with a pre-release part.
pub(super) fn with_suffix(version: Version, suffix: Option<&str>) -> Version {
    let pre = suffix.and_then(|word| Prerelease::new(word).ok()).unwrap_or(Prerelease::EMPTY);
    Version { pre, ..version }
}

/// A notes file that is not there is left alone: the finding is `notes check`'s to make.
fn notes_edit(
    files: &TreeFiles,
    project: &Project,
    rules: &Notes,
    change: &NotesChange,
) -> Result<Option<FileEdit>, NotesError> {
    let Some(text) = files.get(&rules.file) else { return Ok(None) };
    let template = rules.template.as_ref().and_then(|path| files.get(path)).map(String::as_str);
    let new = match change {
        NotesChange::Keep => return Ok(None),
        NotesChange::Release { version, day } => {
            let opened = match notes::section(text, rules.style, version) {
                Some(_) => text.clone(),
                None => notes::open_section(text, rules.style, version, template)?,
            };
            notes::release_section(&opened, rules.style, version, *day)?
        }
        NotesChange::Cut { old, new } => {
            let branch = project.release_branch.with(old);
            let link = rules.archive_link.as_ref();
            let link = link.map(|link| link.replace("{branch}", &branch).replace("{version}", &old.to_string()));
            notes::cut(text, rules.style, old, new, template, link.as_deref())?
        }
    };
    Ok((new != *text).then(|| FileEdit { path: rules.file.clone(), text: new }))
}
