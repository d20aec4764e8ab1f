//! The model of a file, and entries put into it.
//!
//! Rules: R5.

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

pub(super) fn entries() -> Vec<Entry> {
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
