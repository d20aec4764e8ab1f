//! What a bump does to the release notes (R3, X3).

use super::NotesChange;
use crate::{
    edit::notes::{self, NotesError},
    model::{FileEdit, TreeFiles},
    policy::{Notes, Project},
};

/// The notes after the change; none where they stay as they are. A notes file that is not there is left alone: the finding is
/// `notes check`'s to make.
pub(super) fn edit(
    files: &TreeFiles,
    project: &Project,
    rules: &Notes,
    change: &NotesChange,
) -> Result<Option<FileEdit>, NotesError> {
    let Some(text) = files.get(&rules.file) else { return Ok(None) };
    let template = rules.template.as_ref().and_then(|path| files.get(path)).map(String::as_str);
    let has_section = |version| notes::section(text, rules.style, version).is_some();
    let new = match change {
        NotesChange::Keep => return Ok(None),
        NotesChange::Date { version, .. } if !has_section(version) => return Ok(None),
        NotesChange::Date { version, day } => notes::release_section(text, rules.style, version, *day)?,
        NotesChange::Release { version, day } => {
            let opened = match has_section(version) {
                true => text.clone(),
                false => notes::open_section(text, rules.style, version, template)?,
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
