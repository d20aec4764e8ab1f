//! Release notes: a section, entries that were collected, a fragment that was written.

use jiff::civil::Date;
use semver::Version;
use serde::Serialize;

use crate::{
    edit::notes::{Breaking, Entry, NotesFile, Rfc, Section, State, sentence, with_summary},
    model::CommitId,
};

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionView<'v> {
    /// The version; null for what is unreleased and has none yet.
    pub version: Option<&'v Version>,
    /// `unreleased`, `released` or `undated`.
    pub state: &'static str,
    /// The day of the release, where the section says it.
    pub date: Option<Date>,
    /// Where it was found: a branch, a tag.
    pub revision: &'v str,
    /// The commit of that.
    pub commit: &'v CommitId,
    /// The path of the notes.
    pub file: &'v str,
    /// The line of the heading.
    pub line: u32,
    /// What is said of major breaking changes (R5).
    pub major_breaking: MajorChanges<'v>,
    /// Its entries.
    pub entries: Vec<WrittenEntry<'v>>,
    /// Its text below the heading, with the sentence on major breaking changes.
    pub markdown: String,
    /// The heading.
    #[serde(skip)]
    pub heading: &'v str,
}

/// Major breaking changes of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MajorChanges<'v> {
    /// The RFCs that they came through.
    pub rfcs: Vec<&'v Rfc>,
    /// How many name none.
    pub without_rfc: usize,
    /// The same as a sentence.
    pub sentence: String,
}

/// An entry where it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrittenEntry<'v> {
    /// The heading above it; null at the start of a section.
    pub heading: Option<&'v str>,
    /// Its line.
    pub line: u32,
    /// The entry.
    #[serde(flatten)]
    pub entry: &'v Entry,
    /// All its links, those in its text and through labels included.
    pub all_links: Vec<String>,
}

impl<'v> SectionView<'v> {
    /// Of a section, and where it was found.
    pub fn new(
        file: &NotesFile<'v>,
        section: &'v Section<'v>,
        revision: &'v str,
        commit: &'v CommitId,
        path: &'v str,
    ) -> Self {
        let (state, date) = match section.state {
            State::Unreleased => ("unreleased", None),
            State::Released(day) => ("released", Some(day)),
            State::Undated => ("undated", None),
        };
        let written = section.groups.iter().flat_map(|group| {
            let heading = group.heading.as_ref().map(|heading| heading.words);
            group.items.iter().map(move |item| WrittenEntry {
                heading,
                line: item.place.line,
                entry: &item.entry,
                all_links: item.links.iter().map(ToString::to_string).collect(),
            })
        });
        let entries = || section.items().map(|item| &item.entry);
        let mut rfcs: Vec<&Rfc> = entries()
            .filter_map(|entry| match &entry.breaking {
                Breaking::Major { rfc } => rfc.as_ref(),
                _ => None,
            })
            .collect();
        rfcs.sort();
        rfcs.dedup();
        let without_rfc = entries().filter(|entry| entry.breaking == Breaking::Major { rfc: None }).count();
        Self {
            version: section.version(),
            state,
            date,
            revision,
            commit,
            file: path,
            line: section.heading.line,
            major_breaking: MajorChanges { rfcs, without_rfc, sentence: sentence(entries()) },
            entries: written.collect(),
            markdown: with_summary(file, section),
            heading: file.text[section.heading.bytes.clone()].trim_end(),
        }
    }
}

/// A fragment that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FragmentView<'v> {
    /// Its path in the repository.
    pub file: &'v str,
    /// The commit that adds it; absent where it was written into the work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<&'v CommitId>,
    /// The ref that points to it now.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub target: Option<&'v str>,
    /// What it says.
    pub entry: &'v Entry,
}

/// What was merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectedView<'v> {
    /// The revision that was looked at.
    pub revision: &'v str,
    /// Its commit.
    pub commit: &'v CommitId,
    /// The version that it carries.
    pub version: Option<&'v Version>,
    /// The newest commit that was released before, or cut with another branch; null where history begins.
    pub since: Option<CommitId>,
    /// Changes that users see, newest first.
    pub entries: Vec<CollectedChange<'v>>,
    /// Merged changes that users do not see: bumps, chores.
    pub left_out: usize,
    /// The commit with those entries that the notes did not have, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<CommitId>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectedChange<'v> {
    /// The commit that brought it.
    pub commit: &'v CommitId,
    /// Its day, at UTC.
    pub date: Date,
    /// As it would stand in the notes.
    #[serde(flatten)]
    pub entry: Entry,
    /// Whether the notes, or a fragment, have an entry about it.
    pub noted: bool,
}
