//! Merged changes that say that they break, against the notes.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Logged, Subject, section::without_rfc};
use crate::{
    edit::notes::{Breaking, Entry, Link, Section, said},
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
    let changes: Vec<&Logged> = changes.iter().filter(|logged| logged.change.breaking != Breaking::No).collect();
    let told = Told::of(&changes, section, fragments);
    for logged in changes {
        let entry = told.about(logged);
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
    let help = format!("add an entry that starts with `**Breaking (minor):**` and links to {name}");
    subject.finding("breaking-without-entry", Rule::R3, line, detail, help)
}

/// The message is marked as a major change without an RFC, and so is its entry, or it has no mark.
fn is_major_without_rfc(logged: &Logged, entry: &Entry) -> bool {
    logged.change.breaking == (Breaking::Major { rfc: None }) && entry.breaking == Breaking::No
}

/// Entries, by what tells that one is about a change.
struct Told<'e> {
    by_number: HashMap<u64, &'e Entry>,
    by_commit: HashMap<String, &'e Entry>,
    by_title: HashMap<String, &'e Entry>,
}

/// So many letters of a commit's id are one for people.
const COMMIT: usize = 7;
/// A shorter title is part of many texts: it must begin one.
const SHORT: usize = 16;

impl<'e> Told<'e> {
    /// What a section and fragments say of changes that break.
    fn of(changes: &[&Logged], section: Option<&'e Section<'_>>, fragments: &'e [(String, Entry)]) -> Self {
        let items = section.into_iter().flat_map(|section| section.items());
        let items = items.map(|item| (&item.entry, item.links.clone()));
        let all = items.chain(fragments.iter().map(|(_, entry)| (entry, entry.all_links())));
        let titles: HashSet<String> = changes.iter().map(|logged| said(&logged.change.title)).collect();
        // Titles have few lengths, so that every run of as many words is looked up, and no title is looked for in every text.
        let lengths: BTreeSet<usize> = titles.iter().map(|title| title.split(' ').count()).collect();
        let mut told = Self { by_number: HashMap::new(), by_commit: HashMap::new(), by_title: HashMap::new() };
        for (entry, links) in all {
            for number in links.iter().filter_map(Link::number) {
                told.by_number.entry(number).or_insert(entry);
            }
            let text = said(&entry.text);
            let words: Vec<&str> = text.split(' ').collect();
            for word in words.iter().filter_map(|word| word.get(..COMMIT)) {
                told.by_commit.entry(word.to_owned()).or_insert(entry);
            }
            for length in &lengths {
                for (at, run) in words.windows(*length).enumerate() {
                    let run = run.join(" ");
                    if (at == 0 || run.len() >= SHORT) && titles.contains(&run) {
                        told.by_title.entry(run).or_insert(entry);
                    }
                }
            }
        }
        told
    }

    /// The entry about a change: by its number, by its commit, or by its title.
    fn about(&self, logged: &Logged) -> Option<&'e Entry> {
        let by_number = || self.by_number.get(&logged.change.number?);
        let by_commit = || self.by_commit.get(&logged.commit.as_str()[..COMMIT]);
        let by_title = || self.by_title.get(&said(&logged.change.title)).filter(|_| !logged.change.title.is_empty());
        by_number().or_else(by_commit).or_else(by_title).copied()
    }
}
