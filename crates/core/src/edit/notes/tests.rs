use jiff::civil::date;

use super::*;

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

const SECTIONS: &str = "# Releases\n\n----------\n\n## 0.35.0\n\nUnreleased.\n\n### Added\n\n* It.\n\n```\n## 9.0.0\n```\n\n----------\n\n\
    ## 0.34.1\n\nReleased 2022-02-16.\n\n* Fix.\n\n## 0.34.0\n\nReleased 2022-02-07.\n";

#[test]
fn a_section_is_what_stands_between_its_heading_and_the_next() {
    let body = |text: &str| section(SECTIONS, &version(text));
    assert_eq!(body("0.34.1").as_deref(), Some("Released 2022-02-16.\n\n* Fix."));
    assert!(body("0.35.0").expect("there").ends_with("* It.\n\n```\n## 9.0.0\n```"));
    assert_eq!(body("9.0.0"), None);
}

#[test]
fn a_new_section_comes_on_top_once() {
    let open = |text: &str| open_section(text, NotesStyle::Sections, &version("0.36.0"), None).expect("notes");
    let after = open(SECTIONS);
    let expected = SECTIONS
        .replace("## 0.35.0", &format!("{}\n## 0.35.0", template(NotesStyle::Sections).replace("VERSION", "0.36.0")));
    assert_eq!(after, expected);
    assert_eq!(open(&after), after);
    assert_eq!(
        open("## 1.0.0\r\n\r\nFirst.\r\n"),
        "## 0.36.0\r\n\r\nUnreleased.\r\n\r\n### Added\r\n\r\n### Changed\r\n\r\n### Fixed\r\n\r\n## 1.0.0\r\n\r\nFirst.\r\n"
    );
    let with = |template| open_section("", NotesStyle::Branch, &version("2.0.0"), Some(template));
    assert_eq!(with("## VERSION\n\nSoon.").as_deref(), Ok("## 2.0.0\n\nSoon.\n"));
    assert_eq!(with("## Next"), Err(NotesError::TemplateWithoutVersion));
}

#[test]
fn a_section_is_dated_once() {
    let release = |text: &str, at: &str| release_section(text, NotesStyle::Sections, &version(at), date(2022, 3, 7));
    let after = release(SECTIONS, "0.35.0").expect("notes");
    assert_eq!(after, SECTIONS.replace("Unreleased.", "Released 2022-03-07."));
    assert_eq!(release(&after, "0.35.0").as_ref(), Ok(&after));
    assert_eq!(release(SECTIONS, "8.0.0"), Err(NotesError::NoSection { version: version("8.0.0") }));
    assert_eq!(
        release("# Log\n\n## Unreleased\n\n* It.\n", "8.0.0").as_deref(),
        Ok("# Log\n\n## 8.0.0\n\nReleased 2022-03-07.\n\n* It.\n")
    );
}

#[test]
fn a_section_that_says_nothing_of_its_release_gets_a_line_as_the_newest_dated_one_has_it() {
    let release = |text: &str| release_section(text, NotesStyle::Sections, &version("8.0.0"), date(2022, 3, 7));
    let dated = |text: &str| release(text).expect("notes");
    assert_eq!(dated("## 8.0.0\n\n* It.\n"), "## 8.0.0\n\nReleased 2022-03-07.\n\n* It.\n");
    assert_eq!(dated("## 8.0.0\n* It.\n"), "## 8.0.0\n\nReleased 2022-03-07.\n\n* It.\n");
    assert_eq!(dated("## 8.0.0"), "## 8.0.0\n\nReleased 2022-03-07.\n");
    assert_eq!(
        dated("## 8.0.0\r\n\r\n* It.\r\n\r\n## 7.0.0\r\n\r\nReleased 2022-01-01\r\n"),
        "## 8.0.0\r\n\r\nReleased 2022-03-07\r\n\r\n* It.\r\n\r\n## 7.0.0\r\n\r\nReleased 2022-01-01\r\n"
    );
}

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- It.\n\n## [1.1.0] - 2022-01-01\n\n- That.\n\n\
    [unreleased]: https://example.org/compare/v1.1.0...HEAD\n[1.1.0]: https://example.org/compare/v1.0.0...v1.1.0\n";

#[test]
fn a_changelog_gets_a_dated_heading_below_a_fresh_unreleased() {
    let style = NotesStyle::KeepAChangelog;
    let after = release_section(CHANGELOG, style, &version("1.2.0"), date(2022, 2, 1)).expect("notes");
    insta::assert_snapshot!(after, @r#"
    # Changelog

    ## [Unreleased]

    ## [1.2.0] - 2022-02-01

    ### Added

    - It.

    ## [1.1.0] - 2022-01-01

    - That.

    [unreleased]: https://example.org/compare/v1.2.0...HEAD
    [1.2.0]: https://example.org/compare/v1.1.0...v1.2.0
    [1.1.0]: https://example.org/compare/v1.0.0...v1.1.0
    "#);
    assert_eq!(release_section(&after, style, &version("1.2.0"), date(2022, 2, 2)).as_ref(), Ok(&after));
    assert_eq!(section(&after, &version("1.2.0")).as_deref(), Some("### Added\n\n- It."));
    assert_eq!(section(&after, &version("1.1.0")).as_deref(), Some("- That."));
    let cut = cut(CHANGELOG, style, &version("1.2.0"), &version("1.3.0"), None, None).expect("notes");
    assert!(cut.contains("## [Unreleased]\n\n## [1.2.0]\n\n### Added"), "{cut}");
    assert_eq!(release_section(&cut, style, &version("1.2.0"), date(2022, 2, 1)).as_ref(), Ok(&after));
}

const BRANCH: &str = "## 25.0.0\n\nUnreleased.\n\n* It.\n\n-----\n\nOlder notes:\n\n<!-- ARCHIVE_START -->\n* [24.0.x](https://example.org/24)\n";

#[test]
fn at_the_cut_old_notes_become_a_link() {
    let go = |text: &str, link| {
        cut(
            text,
            NotesStyle::Branch,
            &version("25.0.0"),
            &version("26.0.0"),
            Some("## VERSION\n\nUnreleased.\n\n-----\n"),
            link,
        )
    };
    let after = go(BRANCH, Some("https://example.org/25")).expect("notes");
    assert_eq!(
        after,
        "## 26.0.0\n\nUnreleased.\n\n-----\n\nOlder notes:\n\n<!-- ARCHIVE_START -->\n* [25.0.x](https://example.org/25)\n\
         * [24.0.x](https://example.org/24)\n"
    );
    assert_eq!(go(&after, Some("https://example.org/25")).as_ref(), Ok(&after));
    let first = go(SECTIONS, None).expect("notes");
    assert!(first.ends_with("<!-- ARCHIVE_START -->\n* 25.0.x (and prior)\n"), "{first}");
}

#[test]
fn the_style_of_a_file_is_known_by_its_look() {
    assert_eq!(style_of(SECTIONS), Some(NotesStyle::Sections));
    assert_eq!(style_of(CHANGELOG), Some(NotesStyle::KeepAChangelog));
    assert_eq!(style_of(BRANCH), Some(NotesStyle::Branch));
    assert_eq!(style_of("# How to release\n"), None);
}

proptest::proptest! {
    #[test]
    fn opened_and_dated_notes_hold_all_that_was_there(
        lines in proptest::collection::vec("(## [0-9]\\.0\\.0|## \\[Unreleased\\]|Unreleased\\.|-----|\\* it|```||é)", 0..20),
        style in proptest::sample::select(vec![NotesStyle::Sections, NotesStyle::Branch, NotesStyle::KeepAChangelog]),
    ) {
        let text = lines.join("\n");
        let opened = match open_section(&text, style, &version("7.0.0"), None) {
            Ok(opened) => opened,
            // In a code block without end nothing is found again.
            Err(error) => {
                proptest::prop_assert!(text.contains("```"), "{}", error);
                return Ok(());
            }
        };
        proptest::prop_assert_eq!(&open_section(&opened, style, &version("7.0.0"), None).expect("again"), &opened);
        let mut left = opened.lines();
        for line in text.trim_end().lines() {
            proptest::prop_assert!(left.any(|other| other == line), "{} is lost", line);
        }
        if let Ok(dated) = release_section(&opened, style, &version("7.0.0"), date(2022, 2, 2)) {
            proptest::prop_assert_eq!(&release_section(&dated, style, &version("7.0.0"), date(2022, 2, 2)).expect("again"), &dated);
        }
        let _ = cut(&text, style, &version("6.0.0"), &version("7.0.0"), None, Some("x"));
    }
}

mod entries;
mod generated;
mod headings;
mod sections;

#[test]
fn a_section_that_was_dated_for_another_day_gets_the_day_that_it_became() {
    let dated = |text: &str| {
        let version = Version::new(0, 32, 1);
        release_section(text, NotesStyle::Sections, &version, date(2022, 1, 4)).expect("there is a section")
    };
    assert_eq!(dated("## 0.32.1\n\nReleased 2021-12-17.\n"), "## 0.32.1\n\nReleased 2022-01-04.\n");
    assert_eq!(dated("## 0.32.1\n\nReleased 2022-01-03\n"), "## 0.32.1\n\nReleased 2022-01-04\n");
}

#[test]
fn a_template_that_begins_with_a_separator_goes_above_the_one_that_is_there() {
    let rule = "-".repeat(80);
    let before = format!("{rule}\n\n## 0.36.0\n\nUnreleased.\n");
    let template = format!("{rule}\n\n## VERSION\n\nUnreleased.\n\n### Added\n\n");
    let version = Version::new(0, 37, 0);
    let after = open_section(&before, NotesStyle::Sections, &version, Some(&template)).expect("a template");
    assert_eq!(after, format!("{rule}\n\n## 0.37.0\n\nUnreleased.\n\n### Added\n\n{before}"));
}
