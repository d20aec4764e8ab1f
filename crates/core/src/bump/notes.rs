//! What a bump does to the release notes (R3, X3).

use std::collections::BTreeSet;

use semver::Version;

use super::NotesChange;
use crate::{
    edit::notes::{self, Entry, Link, NotesError, NotesFile, Section, State, Title, said},
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
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::policy::{Policy, preset};

    const FRAGMENT: &str = "+++\nkind = \"fixed\"\nlinks = [7]\n+++\n\nIt works.\n";

    /// Notes of 4.0.0 with one fragment, changed.
    fn changed(style: NotesStyle, text: &str, fragment: &str, change: &NotesChange) -> Result<NotesEdit, NotesError> {
        let policy = Policy::parse(preset("2021-merge").expect("a preset")).expect("it is sound");
        let rules = Notes {
            file: "RELEASES.md".to_owned(),
            style,
            template: None,
            archive_link: Some("https://github.com/o/r/blob/{branch}/RELEASES.md".to_owned()),
            fragments: Some("changes".to_owned()),
        };
        let files = [("RELEASES.md", text), ("changes/a.md", fragment), ("changes/README.md", "How to.\n")];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into_iter().collect();
        edit(&files, &policy.project, &rules, change)
    }

    const OPEN: &str = "## 4.0.0\n\nUnreleased.\n\n### Added\n";

    #[test]
    fn a_release_takes_fragments_in_and_their_files_away() {
        let (version, day) = (Version::new(4, 0, 0), date(2022, 12, 20));
        let made = changed(NotesStyle::Branch, OPEN, FRAGMENT, &NotesChange::Release { version, day }).expect("notes");
        assert_eq!(made.removed, ["changes/a.md"]);
        insta::assert_snapshot!(made.edit.expect("it changes").text, @r#"
        ## 4.0.0

        Released 2022-12-20.

        Major breaking changes: none.

        ### Fixed

        * It works.
          [#7](https://github.com/o/r/pull/7)
        "#);
        // A patch without a section gets one for its fragments.
        let patch = NotesChange::Date { version: Version::new(4, 0, 1), day, entries: Vec::new() };
        let made = changed(NotesStyle::Branch, OPEN, FRAGMENT, &patch).expect("notes").edit.expect("it changes");
        assert!(made.text.starts_with(
            "## 4.0.1\n\nReleased 2022-12-20.\n\nMajor breaking changes: none.\n\n### Fixed\n\n* It works.\n"
        ));
        let kept = changed(NotesStyle::Branch, OPEN, FRAGMENT, &NotesChange::Keep).expect("notes");
        assert!(kept.edit.is_none() && kept.removed.is_empty(), "a candidate leaves them where they are");
    }

    #[test]
    fn a_cut_takes_fragments_from_main_and_leaves_them_to_the_branch_or_to_the_section() {
        let cut = NotesChange::Cut { old: Version::new(4, 0, 0), new: Version::new(5, 0, 0) };
        let made = |style| {
            let made = changed(style, OPEN, FRAGMENT, &cut).expect("notes");
            assert_eq!(made.removed, ["changes/a.md"]);
            made.edit.expect("it changes").text
        };
        let branch = made(NotesStyle::Branch);
        assert!(!branch.contains("It works.") && branch.contains("* [4.0.x](https://github.com/o/r/blob/"), "{branch}");
        let sections = made(NotesStyle::Sections);
        let (_, old) = sections.split_once("## 4.0.0\n").expect("it is kept");
        assert!(old.contains("### Fixed\n\n* It works.\n  [#7](https://github.com/o/r/pull/7)\n"), "{sections}");
    }

    #[test]
    fn a_fragment_that_does_not_read_stops_the_release() {
        let release = NotesChange::Release { version: Version::new(4, 0, 0), day: date(2022, 12, 20) };
        let error = changed(NotesStyle::Branch, OPEN, "It works.\n", &release).expect_err("no table");
        assert!(error.to_string().starts_with("changes/a.md:1: a fragment starts with `+++`"), "{error}");
    }
}
