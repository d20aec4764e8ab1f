//! Release notes of backports that people made, resolved as they resolved them.

use std::collections::BTreeMap;

use stationmaster_core::pick::resolve::{ConflictKind, ConflictedFile, Mechanical};

use crate::history::History;

const NOTES: &str = "RELEASES.md";

/// What the change of a commit comes to in the notes of a line.
fn resolve(history: &History, change: &str, ours: Option<String>) -> Option<String> {
    let file = ConflictedFile {
        path: NOTES.to_owned(),
        kind: ConflictKind::Text,
        base: history.file(&format!("{change}^"), NOTES),
        ours,
        theirs: history.file(change, NOTES),
        merged: None,
        manifests: BTreeMap::new(),
    };
    Mechanical::default().resolve(&file)
}

#[test]
fn sections_that_people_wrote_on_a_line_are_written_by_the_change_itself() {
    let Some(history) = History::open("sections_that_people_wrote_on_a_line") else { return };
    for (change, line, people) in
        [("63fb30e4b4", "84f6d7b785", "93c949c74a"), ("0977952dcd", "b6bc33da2b", "4b9ce0e579")]
    {
        let made = resolve(&history, change, history.file(line, NOTES));
        assert_eq!(made, history.file(people, NOTES), "{change} onto {line}");
    }
}

#[test]
fn entries_of_two_changes_open_the_section_that_people_opened_but_for_its_day() {
    let Some(history) = History::open("entries_of_two_changes_open_the_section") else { return };
    let once = resolve(&history, "0c935308e8", history.file("6f07581229", NOTES));
    let twice = resolve(&history, "aec935f2e7", once).expect("resolved");
    let people = history.file("6ced2540c8", NOTES).expect("notes");
    let section = |text: &str| stationmaster_core::edit::notes::section(text, &semver::Version::new(24, 0, 4));
    let made = section(&twice).map(|text| text.replace("Unreleased.", "Released 2025-07-18."));
    assert_eq!(made, section(&people));
}
