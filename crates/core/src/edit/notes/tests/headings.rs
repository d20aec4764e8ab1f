//! Headings of versions as people write them, given a day.

use jiff::civil::date;
use semver::Version;

use super::super::*;

/// The text in which 2.0.0 is released on 2026-02-05, without the lines that it had.
fn released(style: NotesStyle, text: &str) -> String {
    let made = release_section(text, style, &Version::new(2, 0, 0), date(2026, 2, 5));
    made.unwrap_or_else(|error| format!("refused: {error}"))
}

/// What becomes of a heading above notes of versions that are written like this.
fn heading(style: NotesStyle, heading: &str, newest: &str) -> String {
    let text = format!("# Changelog\n\n{heading}\n\n- It. (#7)\n\n{newest}\n\n- All. (#1)\n");
    let made = released(style, &text);
    let kept = made.strip_suffix(&format!("\n\n- It. (#7)\n\n{newest}\n\n- All. (#1)\n"));
    kept.and_then(|kept| kept.strip_prefix("# Changelog\n\n")).map_or(made.clone(), str::to_owned)
}

#[test]
fn a_heading_that_says_unreleased_says_the_day_in_the_files_own_manner() {
    let changelog = |words: &str| heading(NotesStyle::KeepAChangelog, words, "## [1.0.0] - 2026-01-02");
    for (before, after) in [
        ("## [2.0.0] - Unreleased", "## [2.0.0] - 2026-02-05"),
        ("## [2.0.0] - UNRELEASED ##", "## [2.0.0] - 2026-02-05 ##"),
        ("## 2.0.0 (Unreleased)", "## 2.0.0 (2026-02-05)"),
        ("## 2.0.0 *(not yet released)*", "## 2.0.0 *(2026-02-05)*"),
        ("## [Unreleased - 2.0.0]", "## [2.0.0] - 2026-02-05"),
        ("## [unreleased] 2.0.0", "## [2.0.0] - 2026-02-05"),
        ("## v2.0.0 - TBD", "## v2.0.0 - 2026-02-05"),
        ("## [2.0.0] - YYYY-MM-DD", "## [2.0.0] - 2026-02-05"),
        ("## [2.0.0] - 2026-02-01 (unreleased)", "## [2.0.0] - 2026-02-05"),
        ("## [2.0.0-dev] - Unreleased", "## [2.0.0] - 2026-02-05"),
        ("## [2.0.0]", "## [2.0.0] - 2026-02-05"),
        ("## 2.0.0", "## [2.0.0] - 2026-02-05"),
        ("## [2.0.0](https://example.org/2) (unreleased)", "## [2.0.0](https://example.org/2) (2026-02-05)"),
        ("  ## 2.0 (unreleased)", "  ## 2.0 (2026-02-05)"),
        ("2.0.0 (TBD)\n===========", "2.0.0 (2026-02-05)\n=================="),
        ("## 2.0.0 \"Sinks\"", "## 2.0.0 \"Sinks\" - 2026-02-05"),
    ] {
        assert_eq!(changelog(before), after, "{before}");
    }
    let manner = |newest: &str| heading(NotesStyle::KeepAChangelog, "## 2.0.0 - Unreleased", newest);
    assert_eq!(manner("# 1.0.0 (January 2nd, 2026)"), "## 2.0.0 - February 5th, 2026");
    assert_eq!(manner("# 1.0.0 / 2026/01/02"), "## 2.0.0 - 2026/02/05");
}

#[test]
fn in_sections_a_heading_and_a_line_never_say_both() {
    let section = |words: &str, newest: &str| heading(NotesStyle::Sections, words, newest);
    assert_eq!(section("## 2.0.0 (Unreleased)", "## 1.0.0 (2026-01-02)"), "## 2.0.0 (2026-02-05)");
    let line = "## 1.0.0\n\nReleased 2026-01-02.";
    assert_eq!(section("## 2.0.0 (Unreleased)", line), "## 2.0.0\n\nReleased 2026-02-05.");
    assert_eq!(section("## 2.0.0 - TBD\n\nUnreleased.", line), "## 2.0.0\n\nReleased 2026-02-05.");
    assert_eq!(section("## 2.0.0\n\n*unreleased*", line), "## 2.0.0\n\n*Released 2026-02-05*");
    assert_eq!(section("## 2.0.0", "## 1.0.0 - 2026-01-02"), "## 2.0.0 - 2026-02-05");
    assert_eq!(section("## Unreleased", "## [1.0.0] - 2026-01-02"), "## [2.0.0] - 2026-02-05");
    assert_eq!(section("Unreleased\n----------", line), "2.0.0\n-----\n\nReleased 2026-02-05.");
}

#[test]
fn what_is_unreleased_gets_a_heading_as_the_newest_version_has_it() {
    let fresh = |unreleased: &str, newest: &str| heading(NotesStyle::KeepAChangelog, unreleased, newest);
    assert_eq!(fresh("# unreleased", "# v1.0.0 (January 2, 2026)"), "# unreleased\n\n# v2.0.0 (February 5, 2026)");
    assert_eq!(
        fresh("TBD\n===", "1.0.0 (2026-01-02)\n=================="),
        "TBD\n===\n\n2.0.0 (2026-02-05)\n=================="
    );
    assert_eq!(
        fresh("<!-- next-header -->\n## [Unreleased] - ReleaseDate", "## [1.0.0] - 2026-01-02"),
        "<!-- next-header -->\n## [Unreleased] - ReleaseDate\n\n## [2.0.0] - 2026-02-05"
    );
    assert_eq!(fresh("## [Unreleased] ##", "## 1.0.0"), "## [Unreleased] ##\n\n## 2.0.0 - 2026-02-05 ##");
    assert_eq!(fresh("# Unreleased", "# Version 1.0.0"), "# Unreleased\n\n# Version 2.0.0 - 2026-02-05");
}

#[test]
fn the_link_of_a_version_ends_with_its_tag_once_that_is_released() {
    let labels = |text: &str| {
        let text = format!("## [2.0.0] - Unreleased\n\n- It.\n\n{text}");
        let made = released(NotesStyle::KeepAChangelog, &text);
        made.split_once("- It.\n\n").map(|(_, labels)| labels.to_owned())
    };
    let made = labels("[2.0.0]: https://example.org/compare/v1.0.0...HEAD\n");
    assert_eq!(made.as_deref(), Some("[2.0.0]: https://example.org/compare/v1.0.0...v2.0.0\n"));
    let other = "[2.0.0]: https://example.org/releases/v2.0.0\n";
    assert_eq!(labels(other).as_deref(), Some(other));
}

#[test]
fn a_text_without_a_place_for_a_section_is_refused_in_words() {
    let open = |text: &str| open_section(text, NotesStyle::KeepAChangelog, &Version::new(2, 0, 0), None);
    assert_eq!(open("# Changelog\n\n<!-- never closed\n\n## 1.0.0\n"), Err(NotesError::Unclosed { line: 3 }));
    assert_eq!(open("# Changelog\n\n~~~~\n## 1.0.0\n~~~\n"), Err(NotesError::Unclosed { line: 3 }));
    assert_eq!(open("# Changelog\n\n## Of the last version\n\n- It.\n"), Err(NotesError::NoPlace));
    assert_eq!(open("# Changelog\n\nWords.\n").as_deref(), Ok("# Changelog\n\nWords.\n\n## [Unreleased]\n"));
    assert_eq!(open("\u{feff}").as_deref(), Ok("\u{feff}## [Unreleased]\n"));
    assert_eq!(
        open("1.0.0 (2026-01-02)\n==================\n").as_deref(),
        Ok("Unreleased\n==========\n\n1.0.0 (2026-01-02)\n==================\n")
    );
}

#[test]
fn a_section_ends_where_the_next_version_begins_however_deep_that_is() {
    let text = "## v2.0.0 (2026-02-05)\n\n#### Fixed\n\n* It.\n\n### v1.0.1 (2026-01-03)\n\n* That.\n\n## v1.0.0 (2026-01-02)\n";
    assert_eq!(section(text, &Version::new(2, 0, 0)).as_deref(), Some("#### Fixed\n\n* It."));
    assert_eq!(section(text, &Version::new(1, 0, 1)).as_deref(), Some("* That."));
}

#[test]
fn the_links_of_headings_belong_to_no_section_but_links_inside_of_one_do() {
    let text = "## [2.0.0]\n\n[2.0.0]: https://example.org/2\n\n- It.\n\n## [1.0.0]\n\n- All.\n\n[1.0.0]: https://example.org/1\n";
    assert_eq!(section(text, &Version::new(2, 0, 0)).as_deref(), Some("[2.0.0]: https://example.org/2\n\n- It."));
    assert_eq!(section(text, &Version::new(1, 0, 0)).as_deref(), Some("- All."));
}
