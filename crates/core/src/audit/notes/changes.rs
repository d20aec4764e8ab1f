//! Merged changes that say that they break, against the notes.

use super::{Logged, Subject, section::without_rfc};
use crate::{
    edit::notes::{Breaking, Entry, Link, Section},
    model::{Finding, Rule},
};

/// Changes that break by their own words and are in no entry, and major ones that name an RFC nowhere.
pub(super) fn without_entry(
    subject: &Subject<'_>,
    changes: &[Logged],
    section: Option<&Section<'_>>,
    fragments: &[(String, Entry)],
    rfc: bool,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for logged in changes.iter().filter(|logged| logged.change.breaking != Breaking::No) {
        let entry = entry_of(logged, section, fragments);
        let finding = match entry {
            None => missing(subject, logged, section.map(|section| section.heading.line)),
            Some(entry) if rfc && is_major_without_rfc(logged, entry) => without_rfc(subject, None),
            Some(_) => continue,
        };
        let title = logged.change.title.trim_end_matches('.');
        found.push(Finding {
            date: Some(logged.date),
            evidence: Some(format!("{}: {title}", logged.commit.short())),
            ..finding
        });
    }
    found
}

fn missing(subject: &Subject<'_>, logged: &Logged, line: Option<u32>) -> Finding {
    let name = logged.change.number.map_or_else(|| logged.commit.short().to_owned(), |number| format!("#{number}"));
    let detail = format!("{name} says that it breaks, and no entry is about it");
    let mend = format!("add an entry that starts with `**Breaking (minor):**` and links to {name}");
    subject.finding("breaking-without-entry", Rule::R3, line, detail, mend)
}

/// The message is marked as a major change without an RFC, and so is its entry, or it has no mark.
fn is_major_without_rfc(logged: &Logged, entry: &Entry) -> bool {
    logged.change.breaking == (Breaking::Major { rfc: None }) && entry.breaking == Breaking::No
}

/// The entry about a change: by its number, by its commit, or by its title.
fn entry_of<'e>(
    logged: &Logged,
    section: Option<&'e Section<'_>>,
    fragments: &'e [(String, Entry)],
) -> Option<&'e Entry> {
    let by_number = |link: &Link| link.number().is_some() && link.number() == logged.change.number;
    let title = logged.change.title.trim_end_matches('.').to_lowercase();
    let commit = &logged.commit.as_str()[..7];
    let by_words = |entry: &Entry| {
        let text = entry.text.to_lowercase();
        // A short title is part of many texts.
        let by_title = if title.len() < 16 { text.starts_with(&title) } else { text.contains(&title) };
        text.contains(commit) || (!title.is_empty() && by_title)
    };
    let items = section.into_iter().flat_map(|section| &section.groups).flat_map(|group| &group.items);
    let mut all = items
        .map(|item| (&item.entry, item.links.iter().any(by_number)))
        .chain(fragments.iter().map(|(_, entry)| (entry, entry.all_links().iter().any(by_number))));
    all.find(|(entry, linked)| *linked || by_words(entry)).map(|(entry, _)| entry)
}
