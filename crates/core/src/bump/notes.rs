//! What a bump does to the release notes (R3, X3).

use std::collections::BTreeSet;

use semver::Version;

use super::{Base, NotesChange};
use crate::{
    edit::notes::{self, Entry, Link, NotesError, NotesFile, Section, State, Title, said},
    model::FileEdit,
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

/// Every file of the notes that is there must be text: what cannot be read is not taken for absent.
fn readable(base: &Base<'_>, rules: &Notes) -> Result<(), NotesError> {
    let is_ours = |path: &str| {
        let is_entry = rules.fragments.as_ref().is_some_and(|folder| notes::is_fragment(folder, path));
        let named = [Some(rules.file.as_str()), rules.template.as_deref(), rules.fragments.as_deref()];
        named.contains(&Some(path)) || is_entry
    };
    match base.unreadable.into_iter().flatten().find(|(path, _)| is_ours(path)) {
        Some((path, why)) => Err(NotesError::Unreadable { path: path.clone(), why: why.clone() }),
        None => Ok(()),
    }
}

/// Change the notes. A notes file that is not there is left alone: the finding is `notes check`'s to make.
pub(super) fn edit(
    base: &Base<'_>,
    project: &Project,
    rules: &Notes,
    change: &NotesChange,
) -> Result<NotesEdit, NotesError> {
    if *change == NotesChange::Keep {
        return Ok(NotesEdit::default());
    }
    readable(base, rules)?;
    let files = base.files;
    let Some(text) = files.get(&rules.file) else { return Ok(NotesEdit::default()) };
    let template = match &rules.template {
        Some(path) => Some(files.get(path).ok_or_else(|| NotesError::NoTemplate { path: path.clone() })?.as_str()),
        None => None,
    };
    let written = Written { text, rules, template };
    let fragments = match (&rules.fragments, change) {
        (Some(folder), NotesChange::Release { .. } | NotesChange::Date { .. } | NotesChange::Cut { .. }) => {
            notes::fragments(files, folder)?
        }
        _ => Vec::new(),
    };
    let (removed, entries): (Vec<String>, Vec<Entry>) = fragments.into_iter().unzip();
    let file = NotesFile::parse(text);
    let entries = match change {
        NotesChange::Date { version, entries: more, .. } => joined(entries, more, file.to_release(version)),
        _ => entries,
    };
    let new = match change {
        NotesChange::Keep => return Ok(NotesEdit::default()),
        NotesChange::Date { version, .. } if entries.is_empty() && !tells(&file, version) => text.clone(),
        NotesChange::Date { version, day, .. } => {
            notes::release_section(&written.with(version, &entries)?, rules.style, version, *day)?
        }
        NotesChange::Release { version, day } => {
            left_behind(&file, version)?;
            let opened = written.opened(version)?;
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

/// Whether there is anything to date for a version: a section of its own, or words about what is unreleased. A patch of which
/// the notes say nothing leaves them as they are.
fn tells(file: &NotesFile<'_>, version: &Version) -> bool {
    let says = |section: &Section<'_>| section.version().is_some() || section.groups.iter().any(|it| !it.is_empty());
    file.to_release(version).is_some_and(says)
}

/// What is written for another version, and would be passed over: it is newer than all that is released, and older than this.
fn left_behind(file: &NotesFile<'_>, version: &Version) -> Result<(), NotesError> {
    if file.to_release(version).is_some() {
        return Ok(());
    }
    let Some(first) = file.sections.first() else { return Ok(()) };
    let older = first.version().filter(|other| *other < version && first.state == State::Unreleased);
    match older.filter(|_| first.groups.iter().any(|group| !group.is_empty())) {
        Some(other) => {
            Err(NotesError::OtherVersion { line: first.heading.line, other: other.clone(), version: version.clone() })
        }
        None => Ok(()),
    }
}

/// Entries, and more of them: those whose change neither they nor the section tell of yet.
fn joined(mut entries: Vec<Entry>, more: &[Entry], section: Option<&Section<'_>>) -> Vec<Entry> {
    let mut numbers: BTreeSet<u64> = section.map(Section::numbers).unwrap_or_default();
    numbers.extend(entries.iter().flat_map(Entry::all_links).filter_map(|link| link.number()));
    let told: BTreeSet<String> =
        section.iter().flat_map(|section| section.items()).map(|item| said(&item.entry.text)).collect();
    for entry in more {
        let known = entry.links.iter().filter_map(Link::number).any(|number| numbers.contains(&number));
        if !known && !told.contains(&said(&entry.text)) {
            entries.push(entry.clone());
        }
    }
    entries
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
        let opened = self.opened(version)?;
        let pattern = notes::pull_request_pattern(self.text)
            .or_else(|| notes::pull_request_pattern(self.rules.archive_link.as_deref()?));
        let entries: Vec<Entry> =
            entries.iter().map(|entry| entry.clone().with_addresses(pattern.as_deref())).collect();
        notes::add_entries(&opened, self.rules.style, &Title::Version(version.clone()), &entries)
    }
}

#[cfg(test)]
mod tests;
