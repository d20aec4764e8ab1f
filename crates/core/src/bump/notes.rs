//! What a bump does to the release notes (R3, X3).

use semver::Version;

use super::NotesChange;
use crate::{
    edit::notes::{self, Entry, NotesError, Title},
    model::{FileEdit, TreeFiles},
    policy::{Notes, NotesStyle, Project},
};

/// What becomes of the notes and of their fragments.
#[derive(Debug, Default)]
pub(super) struct NotesEdit {
    /// The notes after the change; none where they stay as they are.
    pub(super) edit: Option<FileEdit>,
    /// Fragments that are in the notes now, here or on the branch that was cut.
    pub(super) removed: Vec<String>,
}

/// Change the notes. A notes file that is not there is left alone: the finding is `notes check`'s to make.
pub(super) fn edit(
    files: &TreeFiles,
    project: &Project,
    rules: &Notes,
    change: &NotesChange,
) -> Result<NotesEdit, NotesError> {
    let Some(text) = files.get(&rules.file) else { return Ok(NotesEdit::default()) };
    let template = rules.template.as_ref().and_then(|path| files.get(path)).map(String::as_str);
    let written = Written { text, rules, template };
    let fragments = match (&rules.fragments, change) {
        (Some(folder), NotesChange::Release { .. } | NotesChange::Date { .. } | NotesChange::Cut { .. }) => {
            notes::fragments(files, folder)?
        }
        _ => Vec::new(),
    };
    let (removed, entries): (Vec<String>, Vec<Entry>) = fragments.into_iter().unzip();
    let has_section = |version| notes::section(text, version).is_some();
    let new = match change {
        NotesChange::Keep => return Ok(NotesEdit::default()),
        NotesChange::Date { version, .. } if !has_section(version) && entries.is_empty() => text.clone(),
        NotesChange::Date { version, day } => {
            notes::release_section(&written.with(version, &entries)?, rules.style, version, *day)?
        }
        NotesChange::Release { version, day } => {
            let opened = if has_section(version) { text.clone() } else { written.opened(version)? };
            let filled = Written { text: &opened, ..written }.with(version, &entries)?;
            notes::release_section(&filled, rules.style, version, *day)?
        }
        NotesChange::Cut { old, new } => {
            let branch = project.release_branch.with(old);
            let link = rules.archive_link.as_ref();
            let link = link.map(|link| link.replace("{branch}", &branch).replace("{version}", &old.to_string()));
            // Where each branch has its own notes, those of `old` are written on its branch, from the fragments there.
            let filled = match rules.style {
                NotesStyle::Branch => text.clone(),
                NotesStyle::Sections | NotesStyle::KeepAChangelog => written.with(old, &entries)?,
            };
            notes::cut(&filled, rules.style, old, new, template, link.as_deref())?
        }
    };
    let edit = (new != *text).then(|| FileEdit { path: rules.file.clone(), text: new });
    Ok(NotesEdit { edit, removed })
}

/// Notes as they are, and how they are kept.
#[derive(Clone, Copy)]
struct Written<'w> {
    text: &'w str,
    rules: &'w Notes,
    template: Option<&'w str>,
}

impl Written<'_> {
    /// With a section for a version.
    fn opened(&self, version: &Version) -> Result<String, NotesError> {
        notes::open_section(self.text, self.rules.style, version, self.template)
    }

    /// With entries in the section of a version, which is opened where there are any and it is missing.
    fn with(&self, version: &Version, entries: &[Entry]) -> Result<String, NotesError> {
        if entries.is_empty() {
            return Ok(self.text.to_owned());
        }
        let opened = match notes::section(self.text, version) {
            Some(_) => self.text.to_owned(),
            None => self.opened(version)?,
        };
        let pattern = notes::pull_request_pattern(self.text)
            .or_else(|| notes::pull_request_pattern(self.rules.archive_link.as_deref()?));
        let entries: Vec<Entry> =
            entries.iter().map(|entry| entry.clone().with_addresses(pattern.as_deref())).collect();
        notes::add_entries(&opened, self.rules.style, &Title::Version(version.clone()), &entries)
    }
}
