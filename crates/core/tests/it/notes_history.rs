//! Sections of a real history's notes, read again at every tag.
//!
//! Rules: R3, X3.

use std::collections::BTreeMap;

use jiff::civil::Date;
use stationmaster_core::{
    audit::notes::{TagDays, TaggedNotes, findings},
    edit::notes::{Link, NotesFile, Section, State},
};

use crate::history::{History, Row};

/// What the table says and the model does not; empty where they agree.
fn differences(row: &Row, file: &NotesFile<'_>) -> Vec<String> {
    let mut words = Vec::new();
    let mut compare = |what: &str, ours: String, theirs: &str| {
        if ours != theirs {
            words.push(format!(
                "{} {}: {what} is `{ours}`, the table has `{theirs}`",
                row.get("tag"),
                row.get("section")
            ));
        }
    };
    compare("count of sections", file.sections.len().to_string(), row.get("n_sections_in_file"));
    let Some(section) = find(file, row.get("section")) else {
        compare(
            "section",
            "missing".into(),
            row.get("section_state").split(' ').next().unwrap_or("").to_lowercase().as_str(),
        );
        return words;
    };
    let released = row.get("released_line");
    let state = match section.state {
        State::Released(day) => format!("Released {day}"),
        State::Unreleased if section.marker.is_some() => "Unreleased".to_owned(),
        State::Unreleased | State::Undated => String::new(),
    };
    compare("state", state, released.trim_end_matches('.'));
    let headings: Vec<&str> = section.groups.iter().filter_map(|group| Some(group.heading.as_ref()?.words)).collect();
    compare("headings", headings.join(";"), row.get("headings"));
    let empty = section.groups.iter().filter(|group| group.is_empty());
    let empty: Vec<&str> = empty.filter_map(|group| Some(group.heading.as_ref()?.words)).collect();
    compare("empty headings", empty.join(";"), row.get("empty_headings"));
    compare("count of entries", section.items().count().to_string(), row.get("bullets_total"));
    let linked = |links: &[Link]| links.iter().any(|link| link.number().is_some());
    let bare = section.items().filter(|item| !linked(&item.links)).count();
    compare("count of entries without a pull request", bare.to_string(), row.get("bullets_without_pr_ref"));
    for (column, prefix) in [("ghsa", "GHSA-"), ("cve", "CVE-")] {
        compare(column, advisories(section, prefix), row.get(column));
    }
    let archived = if file.archive.as_ref().is_some_and(|archive| !archive.links.is_empty()) { "yes" } else { "no" };
    compare("archive", archived.to_owned(), row.get("has_archive_links"));
    words
}

fn find<'f, 't>(file: &'f NotesFile<'t>, name: &str) -> Option<&'f Section<'t>> {
    match name.parse() {
        Ok(version) => file.section(&version),
        Err(_) => file.unreleased(),
    }
}

fn advisories(section: &Section<'_>, prefix: &str) -> String {
    let mut ids: Vec<String> = Vec::new();
    for link in section.items().flat_map(|item| &item.links) {
        let text = link.to_string();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
            if word.starts_with(prefix) && !ids.iter().any(|id| id == word) {
                ids.push(word.to_owned());
            }
        }
    }
    ids.join(" ")
}

/// Where the table was made by looking at lines, and the model looks at what they mean.
const KNOWN: [&str; 4] = [
    // The line `[RFC 11]: https://../pull/11` below the entry was taken for its pull request.
    "v0.28.0 0.28.0: count of entries without a pull request is `1`, the table has `0`",
    // The id stands in code, as the name of something, and is no link.
    "v8.0.0 8.0.0: ghsa is ``, the table has `GHSA-ff4p-7xrq-q5r8`",
    "v9.0.0 8.0.0: ghsa is ``, the table has `GHSA-ff4p-7xrq-q5r8`",
    // The labels of its links stand in the section above; labels hold for the whole file.
    "v4.0.0 1.0.2: ghsa is `GHSA-44mr-8vmm-wjhg GHSA-wh6w-3828-g9qf GHSA-h84q-m8rr-3v9q`, the table has ``",
];

#[test]
fn every_section_of_the_real_history_is_read_as_the_table_says() {
    let Some(history) = History::open("every_section_of_the_real_history_is_read_as_the_table_says") else { return };
    let rows = history.table("notes_sections.csv");
    let mut texts: BTreeMap<String, Option<String>> = BTreeMap::new();
    let (mut read, mut different) = (0, Vec::new());
    for row in &rows {
        let tag = row.get("tag");
        let text = texts.entry(tag.to_owned()).or_insert_with(|| history.file(tag, "RELEASES.md"));
        match text {
            None => assert_eq!(row.get("section_state"), "no RELEASES.md", "{tag}"),
            Some(text) => {
                different.extend(differences(row, &NotesFile::parse(text)));
                read += 1;
            }
        }
    }
    different.retain(|line| !KNOWN.contains(&line.as_str()));
    println!("{read} sections");
    assert!(read > 100 && different.is_empty(), "{} of {read}:\n{}", different.len(), different.join("\n"));
}

/// A release of the table, with its notes.
fn tagged(history: &History, row: &Row) -> TaggedNotes {
    let tag = format!("v{}", row.get("version"));
    let day = |text: &str| -> Date { text[..10].parse().expect("a day") };
    let local = history.commit_date(row.get("tag_commit"));
    let tagger = Some(row.get("tagger_date_utc")).filter(|date| !date.is_empty());
    TaggedNotes {
        days: TagDays { commit: day(row.get("committer_date_utc")), local: day(&local), tagger: tagger.map(day) },
        version: row.get("version").parse().expect("a version"),
        file: Some("RELEASES.md".to_owned()),
        text: history.file(&tag, "RELEASES.md"),
        rfc: true,
        unreadable: None,
        changes: None,
        tag,
    }
}

#[test]
fn notes_that_were_missing_undated_or_late_at_a_real_tag_are_found_and_no_others() {
    let name = "notes_that_were_missing_undated_or_late_at_a_real_tag_are_found_and_no_others";
    let Some(history) = History::open(name) else { return };
    let rows = history.table("releases.csv");
    let mut expected = Vec::new();
    for row in rows.iter().filter(|row| !row.get("notes_sections_in_file").is_empty()) {
        let (tag, written) = (format!("v{}", row.get("version")), row.get("notes_date_at_tag"));
        let dated = written.parse::<Date>().is_ok();
        let same = row.get("notes_date_matches_tag_day");
        let has_section = history
            .file(&tag, "RELEASES.md")
            .is_some_and(|text| text.contains(&format!("\n## {}\n", row.get("version"))));
        match (dated, same) {
            (true, "no") => expected.push(format!("date-differs {tag}")),
            (true, _) => {}
            (false, _) if has_section => expected.push(format!("unreleased-at-tag {tag}")),
            (false, _) => expected.push(format!("missing-section {tag}")),
        }
    }
    let releases: Vec<TaggedNotes> = rows.iter().map(|row| tagged(&history, row)).collect();
    let about_tags = ["date-differs", "unreleased-at-tag", "missing-section", "missing-file", "duplicate-section"];
    let found = findings(&releases, None);
    let mut found: Vec<String> = found
        .iter()
        .filter(|finding| about_tags.contains(&finding.kind.as_str()))
        .map(|finding| format!("{} {}", finding.kind, finding.subject))
        .collect();
    found.sort();
    expected.sort();
    assert!(expected.len() > 10, "the table knows of such");
    assert_eq!(found, expected);
}
