//! The model of a file, and entries put into it.

use proptest::prelude::*;
use semver::Version;

use super::super::*;

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

const NOTES: &str = "\
## 25.0.1

### Fixed

* One.
  [#1](https://example.org/o/r/pull/1)

--------------------------------------------------------------------------------

## 25.0.0

Released 2024-09-20.

Words.

### Added

* Two lines,
  with `#2` in code.

  ```
  * no item
  ```
* Three #3

### Cranelift changes

--------------------------------------------------------------------------------

Older notes:

<!-- ARCHIVE_START -->
* [24.0.x](https://example.org/24)
* 23.0.x (and prior)
";

#[test]
fn a_file_is_sections_headings_entries_and_the_archive() {
    let file = NotesFile::parse(NOTES);
    let [patch, major] = file.sections.as_slice() else { panic!("{:?}", file.sections) };
    assert_eq!((patch.version(), patch.state, patch.heading.line), (Some(&version("25.0.1")), State::Undated, 1));
    let day = jiff::civil::date(2024, 9, 20);
    assert_eq!((major.state, major.heading.line), (State::Released(day), 10));
    let marker = major.marker.as_ref().expect("it is there");
    assert_eq!((marker.line, &NOTES[marker.bytes.clone()]), (12, "Released 2024-09-20"));
    let groups: Vec<_> = major
        .groups
        .iter()
        .map(|group| {
            (group.heading.as_ref().map(|heading| heading.words), group.items.len(), group.prose, group.is_empty())
        })
        .collect();
    assert_eq!(
        groups,
        [(None, 0, true, false), (Some("Added"), 2, false, false), (Some("Cranelift changes"), 0, false, true)]
    );
    let items: Vec<_> =
        major.items().map(|item| (item.place.line, item.entry.kind, item.entry.all_links().len())).collect();
    assert_eq!(items, [(18, Some(Kind::Added), 0), (24, Some(Kind::Added), 1)]);
    let archive = file.archive.as_ref().expect("it is there");
    assert_eq!(archive.links, [("24.0.x", Some("https://example.org/24")), ("23.0.x (and prior)", None)]);
}

#[test]
fn what_stands_below_breaking_changes_breaks() {
    let file = NotesFile::parse(
        "## 1.0.0\n\n### Breaking changes\n\n* One.\n* **Breaking (major):** Two.\n\n### Changed\n\n* Three.\n",
    );
    let levels: Vec<&Breaking> = file.sections[0].items().map(|item| &item.entry.breaking).collect();
    assert_eq!(levels, [&Breaking::Minor, &Breaking::Major { rfc: None }, &Breaking::No]);
}

fn entries() -> Vec<Entry> {
    let rfc = "https://example.org/rfcs/pull/24".parse().ok();
    let entry = |kind, text: &str| Entry::read(Some(kind), text);
    vec![
        entry(Kind::Fixed, "A late fix.\n#9"),
        Entry { breaking: Breaking::Major { rfc }, ..entry(Kind::Changed, "All ids are text.\n#8") },
        entry(Kind::Added, "Something new.\n[#7](https://example.org/o/r/pull/7)"),
        Entry { breaking: Breaking::Minor, ..entry(Kind::Changed, "A flag is gone.\n#6") },
    ]
}

#[test]
fn entries_go_under_their_headings_and_the_section_says_what_breaks() {
    let opened = open_section("", NotesStyle::Sections, &version("5.0.0"), None).expect("notes");
    let filled =
        add_entries(&opened, NotesStyle::Sections, &Title::Version(version("5.0.0")), &entries()).expect("notes");
    insta::assert_snapshot!(filled, @r#"
    ## 5.0.0

    Unreleased.

    Major breaking changes: [RFC 24](https://example.org/rfcs/pull/24).

    ### Added

    * Something new.
      [#7](https://example.org/o/r/pull/7)

    ### Changed

    * **Breaking (major, [RFC 24](https://example.org/rfcs/pull/24)):** All ids are text.
      #8

    * **Breaking (minor):** A flag is gone.
      #6

    ### Fixed

    * A late fix.
      #9

    --------------------------------------------------------------------------------
    "#);
    let more = [Entry::read(Some(Kind::Security), "A hole is closed.\nGHSA-88xq-w8cq-xfg7")];
    let twice = add_entries(&filled, NotesStyle::Sections, &Title::Version(version("5.0.0")), &more).expect("notes");
    assert!(twice.contains("### Security\n\n* A hole is closed.\n  GHSA-88xq-w8cq-xfg7\n\n### Added"), "{twice}");
    assert_eq!(twice.matches("Major breaking changes").count(), 1);
}

#[test]
fn entries_go_to_what_is_unreleased_in_a_changelog_in_its_own_form() {
    let text =
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Old.\n- Older.\n\n## [1.0.0] - 2022-01-01\n\n- First.\n";
    let filled =
        add_entries(text, NotesStyle::KeepAChangelog, &Title::Version(version("1.1.0")), &entries()).expect("notes");
    insta::assert_snapshot!(filled, @r#"
    # Changelog

    ## [Unreleased]

    Major breaking changes: [RFC 24](https://example.org/rfcs/pull/24).

    ### Added

    - Old.
    - Older.
    - Something new.
      [#7](https://example.org/o/r/pull/7)

    ### Changed

    - **Breaking (major, [RFC 24](https://example.org/rfcs/pull/24)):** All ids are text.
      #8
    - **Breaking (minor):** A flag is gone.
      #6

    ### Fixed

    - A late fix.
      #9

    ## [1.0.0] - 2022-01-01

    - First.
    "#);
}

#[test]
fn a_section_without_major_breaking_changes_says_so_where_it_is_shown() {
    assert_eq!(
        release_text(NOTES, &version("25.0.1")).as_deref(),
        Some("Major breaking changes: none.\n\n### Fixed\n\n* One.\n  [#1](https://example.org/o/r/pull/1)")
    );
    let shown = release_text(NOTES, &version("25.0.0")).expect("there");
    assert!(shown.starts_with("Released 2024-09-20.\n\nMajor breaking changes: none.\n\nWords.\n"), "{shown}");
    assert_eq!(release_text(NOTES, &version("25.0.0-rc.1")), Some(shown));
    assert_eq!(release_text(NOTES, &version("26.0.0")), None);
    let opened = open_section("", NotesStyle::Sections, &version("5.0.0"), None).expect("notes");
    let filled =
        add_entries(&opened, NotesStyle::Sections, &Title::Version(version("5.0.0")), &entries()).expect("notes");
    let shown = release_text(&filled, &version("5.0.0")).expect("there");
    assert_eq!(
        shown.matches("Major breaking changes: [RFC 24](https://example.org/rfcs/pull/24).").count(),
        1,
        "{shown}"
    );
}

fn line() -> impl Strategy<Value = String> {
    proptest::string::string_regex(
        "(## [0-9]\\.0\\.0|## \\[Unreleased\\]|# 1\\.2\\.3 - 2020-02-02|### (Added|Fixed|Other)|Unreleased\\.|Released 2020-01-01|-----|\
         \\* it #1|- two|  more|```|\\||é|\\[1\\.0\\.0\\]: x|<!-- ARCHIVE_START -->|<!--|-->|\\PC{0,9}|\r)?",
    )
    .expect("a pattern")
}

proptest! {
    #[test]
    fn any_text_is_read_and_its_places_hold_what_they_say(lines in proptest::collection::vec(line(), 0..24)) {
        let text = lines.join("\n");
        let file = NotesFile::parse(&text);
        for section in &file.sections {
            prop_assert!(text[section.heading.bytes.clone()].starts_with('#'));
            prop_assert_eq!(text[..section.heading.bytes.start].matches('\n').count() + 1, section.heading.line as usize);
            for item in section.items() {
                prop_assert_eq!(&text[item.place.bytes.clone()], item.source);
                prop_assert!(section.body.start <= item.place.bytes.start && item.place.bytes.end <= section.body.end);
            }
        }
    }

    #[test]
    fn dating_a_section_changes_its_marker_and_no_other_byte(lines in proptest::collection::vec(line(), 0..20)) {
        let text = format!("{}\n\n## 7.0.0\n{}\n", lines[..lines.len() / 2].join("\n"), lines[lines.len() / 2..].join("\n"));
        let file = NotesFile::parse(&text);
        let Some(section) = file.section(&version("7.0.0")) else { return Ok(()) };
        let day = jiff::civil::date(2030, 3, 4);
        let dated = release_section(&text, NotesStyle::Sections, &version("7.0.0"), day).expect("it is there");
        match (&section.state, &section.marker) {
            (State::Released(_), None) => prop_assert_eq!(&dated, &text),
            (_, Some(marker)) => {
                let (before, after) = (&text[..marker.bytes.start], &text[marker.bytes.end..]);
                prop_assert_eq!(dated, format!("{before}Released 2030-03-04{after}"));
            }
            (_, None) => {
                let (before, after) = text.split_at(section.heading.bytes.end);
                let inserted = dated.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                prop_assert!(inserted.is_some_and(|words| words.trim().trim_end_matches('.') == "Released 2030-03-04"), "{}", dated);
            }
        }
    }

    #[test]
    fn no_text_at_all_is_too_odd_to_be_read_or_edited(text in "(\\PC|[\r\n\t#*\\[\\]()<>`~:.-]){0,80}") {
        let file = NotesFile::parse(&text);
        let of_items = file.sections.iter().flat_map(|section| section.items()).count();
        prop_assert!(of_items <= text.len());
        for style in [NotesStyle::Sections, NotesStyle::Branch, NotesStyle::KeepAChangelog] {
            let opened = open_section(&text, style, &version("7.0.0"), None).expect("the template is ours");
            let _ = release_section(&opened, style, &version("7.0.0"), jiff::civil::date(2020, 1, 1));
            let _ = (release_text(&opened, &version("7.0.0")), style_of(&text));
        }
    }

    #[test]
    fn entries_are_added_and_every_line_but_an_empty_heading_stays(
        lines in proptest::collection::vec(line(), 0..16),
        style in proptest::sample::select(vec![NotesStyle::Sections, NotesStyle::KeepAChangelog]),
    ) {
        let text = lines.join("\n");
        let version = version("7.0.0");
        let opened = open_section(&text, style, &version, None).expect("the template is ours");
        if let Ok(filled) = add_entries(&opened, style, &Title::Version(version.clone()), &entries()) {
            let mut left = filled.lines();
            for line in opened.lines().filter(|line| !line.starts_with("###") && !line.trim().is_empty()) {
                prop_assert!(left.any(|other| other == line), "{:?} is lost:\n{}", line, filled);
            }
            for entry in entries() {
                prop_assert!(filled.contains(&entry.text.lines().next().expect("a line").to_owned()));
            }
        }
    }
}
