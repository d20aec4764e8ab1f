//! Release notes: a section, entries that were collected, a fragment that was written.

use jiff::civil::Date;
use semver::Version;
use serde::Serialize;
use stationmaster_core::{
    edit::notes::{Breaking, Entry, NotesFile, Rfc, Section, State, sentence, with_summary},
    model::CommitId,
};

use super::style::{BAD, CARE, DIM, GOOD, HEAD, counted, painted, wrapped};

/// A section, as programs read it.
#[derive(Debug, Serialize)]
pub(crate) struct View<'v> {
    /// The version; null for what is unreleased and has none yet.
    version: Option<&'v Version>,
    /// `unreleased`, `released` or `undated`.
    state: &'static str,
    /// The day of the release, where the section says it.
    date: Option<Date>,
    /// Where it was found: a branch, a tag.
    revision: &'v str,
    /// The commit of that.
    commit: &'v CommitId,
    /// The path of the notes.
    file: &'v str,
    /// The line of the heading.
    line: u32,
    /// What is said of major breaking changes (R5).
    major_breaking: Major<'v>,
    /// Its entries.
    entries: Vec<Written<'v>>,
    /// Its text below the heading, with the sentence on major breaking changes.
    markdown: String,
    /// The heading.
    #[serde(skip)]
    heading: &'v str,
}

/// Major breaking changes of a section.
#[derive(Debug, Serialize)]
struct Major<'v> {
    /// The RFCs that they came through.
    rfcs: Vec<&'v Rfc>,
    /// How many name none.
    without_rfc: usize,
    /// The same as a sentence.
    sentence: String,
}

/// An entry where it is written.
#[derive(Debug, Serialize)]
struct Written<'v> {
    /// The heading above it; null at the start of a section.
    heading: Option<&'v str>,
    /// Its line.
    line: u32,
    #[serde(flatten)]
    entry: &'v Entry,
    /// All its links, those in its text and through labels included.
    all_links: Vec<String>,
}

impl<'v> View<'v> {
    pub(crate) fn new(
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
            group.items.iter().map(move |item| Written {
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
            major_breaking: Major { rfcs, without_rfc, sentence: sentence(entries()) },
            entries: written.collect(),
            markdown: with_summary(file, section),
            heading: file.text[section.heading.bytes.clone()].trim_end(),
        }
    }
}

/// Print the section as Markdown, headings in bold; where it was found goes to standard error.
pub(crate) fn print(view: &View<'_>) {
    crate::output::eprintln!("{}", painted(DIM, format_args!("{}:{}:{}", view.revision, view.file, view.line)));
    crate::output::println!("{}\n", painted(HEAD, view.heading));
    let mut fenced = false;
    for line in view.markdown.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if line.starts_with('#') && !fenced {
            crate::output::println!("{}", painted(HEAD, line));
        } else if line.starts_with("Major breaking changes: ") && !line.ends_with(": none.") {
            crate::output::println!("{}", painted(CARE, line));
        } else {
            crate::output::println!("{line}");
        }
    }
}

/// A fragment that was written, as programs read it.
#[derive(Debug, Serialize)]
pub(crate) struct Fragment<'v> {
    /// Its path in the repository.
    pub(crate) file: &'v str,
    /// The commit that adds it; absent where it was written into the work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) commit: Option<&'v CommitId>,
    /// The ref that points to it now.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<&'v str>,
    /// What it says.
    pub(crate) entry: &'v Entry,
}

/// Print the commit or the path alone, for scripts; the entry goes to standard error.
pub(crate) fn print_fragment(view: &Fragment<'_>) {
    match view.commit {
        Some(commit) => crate::output::println!("{commit}"),
        None => crate::output::println!("{}", view.file),
    }
    let kind = view.entry.kind.map_or("", |kind| kind.heading());
    crate::output::eprintln!("{}", painted(HEAD, kind));
    for line in view.entry.markdown().lines() {
        crate::output::eprintln!("  {line}");
    }
    if view.commit.is_some() {
        crate::output::eprintln!("  {}", painted(DIM, format_args!("in {}", view.file)));
    }
}

/// What was merged, as programs read it.
#[derive(Debug, Serialize)]
pub(crate) struct Collected<'v> {
    /// The revision that was looked at.
    pub(crate) revision: &'v str,
    /// Its commit.
    pub(crate) commit: &'v CommitId,
    /// The version that it carries.
    pub(crate) version: Option<&'v Version>,
    /// The newest commit that was released before, or cut with another branch; null where history begins.
    pub(crate) since: Option<CommitId>,
    /// Changes that users see, newest first.
    pub(crate) entries: Vec<Change<'v>>,
    /// Merged changes that users do not see: bumps, chores.
    pub(crate) left_out: usize,
    /// The commit with those entries that the notes did not have, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) written: Option<CommitId>,
}

/// One change.
#[derive(Debug, Serialize)]
pub(crate) struct Change<'v> {
    /// The commit that brought it.
    pub(crate) commit: &'v CommitId,
    /// Its day, at UTC.
    pub(crate) date: Date,
    #[serde(flatten)]
    pub(crate) entry: Entry,
    /// Whether the notes, or a fragment, have an entry about it.
    pub(crate) noted: bool,
}

/// Print entries under their kinds, as they would stand in the notes; what the notes have already is dim.
pub(crate) fn print_collected(view: &Collected<'_>) {
    let mut entries: Vec<&Change<'_>> = view.entries.iter().collect();
    entries.sort_by_key(|change| change.entry.kind);
    for of_kind in entries.chunk_by(|a, b| a.entry.kind == b.entry.kind) {
        let heading = of_kind[0].entry.kind.map_or("", |kind| kind.heading());
        crate::output::println!("{}\n", painted(HEAD, format_args!("### {heading}")));
        for change in of_kind {
            let style = match (&change.entry.breaking, change.noted) {
                (_, true) => DIM,
                (Breaking::No, false) => super::style::Style::PLAIN,
                (Breaking::Minor, false) => CARE,
                (Breaking::Major { .. }, false) => BAD,
            };
            let text = change.entry.markdown().replace('\n', "\n  ");
            crate::output::println!("{}", painted(style, format_args!("* {text}")));
        }
        crate::output::println!();
    }
    let missing = view.entries.iter().filter(|change| !change.noted).count();
    let since = view.since.as_ref().map_or_else(|| "the beginning".to_owned(), |commit| commit.short().to_owned());
    crate::output::eprintln!(
        "{} since {since} on {}: {}, {} of them not in the notes; {} left out",
        view.version.map_or_else(String::new, ToString::to_string),
        view.revision,
        counted(view.entries.len(), "change"),
        missing,
        view.left_out
    );
    if let Some(commit) = &view.written {
        crate::output::println!("{}", painted(GOOD, commit));
    }
}

/// Words as a paragraph of Markdown source. Lines that are there stay.
pub(crate) fn paragraphs(words: &str) -> String {
    if words.contains('\n') { words.trim().to_owned() } else { wrapped(words, 80, 0) }
}
