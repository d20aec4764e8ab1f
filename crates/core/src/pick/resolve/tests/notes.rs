//! Release notes.

use super::resolve;

const LINE: &str = "--------------------------------------------------------------------------------\n";

/// A section with one list of entries.
fn section(version: &str, state: &str, entries: &str) -> String {
    format!("## {version}\n\n{state}.\n\n### Fixed\n\n{entries}\n{LINE}\n")
}

fn released(version: &str) -> String {
    section(version, "Released 2026-01-20", &format!("* What {version} fixes.\n"))
}

#[test]
fn a_section_of_the_line_goes_on_top_and_those_of_lines_that_it_does_not_tell_of_stay_out() {
    let new =
        |version: &str| section(version, "Released 2026-02-01", "* Fix the sink.\n  [#12](https://example.org/12)\n");
    let base = [section("6.0.0", "Unreleased", ""), released("5.0.0"), released("4.0.0"), released("3.0.0")];
    let theirs = [&base[0], &new("5.0.1"), &base[1], &new("4.0.1"), &base[2], &new("3.0.1"), &base[3]]
        .map(String::as_str)
        .concat();
    // The line was dated in other words than main.
    let own = released("4.0.0").replace("Released 2026-01-20.", "Released 2026-01-20");
    let ours = [own.clone(), released("3.0.0")].concat();
    let merged = resolve("RELEASES.md", &base.concat(), &ours, &theirs);
    assert_eq!(merged, Some([new("4.0.1"), own, new("3.0.1"), released("3.0.0")].concat()));
    let newer = [&base[0], &new("5.0.1"), &base[1], &base[2], &base[3]].map(String::as_str).concat();
    assert_eq!(resolve("RELEASES.md", &base.concat(), &ours, &newer), None, "nothing of it is the line's");
}

#[test]
fn an_entry_goes_into_the_lines_own_unreleased_section() {
    let entry = "* Fix the sink.\n";
    let [base, theirs] =
        ["* Old.\n", "* Old.\n\n* Fix the sink.\n"].map(|entries| section("6.0.0", "Unreleased", entries));
    let ours = |entries: &str| section("4.0.1", "Unreleased", entries) + &released("4.0.0");
    let merge = |ours: &str| resolve("RELEASES.md", &base, ours, &theirs);
    assert_eq!(merge(&ours("* Own.\n")), Some(ours("* Own.\n\n* Fix the sink.\n")));
    assert_eq!(merge(&ours(entry)), Some(ours(entry)), "it is there already");
}

#[test]
fn an_entry_opens_the_section_of_the_next_patch_where_the_newest_is_released() {
    let [base, theirs] = ["", "* Fix the sink.\n"].map(|entries| section("6.0.0", "Unreleased", entries));
    let ours = released("4.0.1") + &released("4.0.0");
    let merged = resolve("RELEASES.md", &base, &ours, &theirs).expect("resolved");
    assert_eq!(merged, section("4.0.2", "Unreleased", "* Fix the sink.\n") + &ours);
}

#[test]
fn a_new_heading_comes_with_its_entries() {
    let base = "## 6.0.0\n\nUnreleased.\n\n### Added\n\n* Old.\n";
    let theirs = format!("{base}\n### Fixed\n\n* Fix the sink.\n");
    let ours = "## 4.0.0\n\nUnreleased.\n\n### Added\n\n* Own.\n";
    assert_eq!(resolve("RELEASES.md", base, ours, &theirs), Some(format!("{ours}\n### Fixed\n\n* Fix the sink.\n")));
}

#[test]
fn changelogs_take_entries_under_unreleased_which_is_opened_where_it_is_missing() {
    let base = "# Changelog\n\n## [Unreleased]\n\n## [6.0.0] - 2026-01-20\n\n### Added\n\n- Old.\n";
    let theirs = base.replace("## [Unreleased]\n", "## [Unreleased]\n\n### Fixed\n\n- Fix the sink.\n");
    let ours = "# Changelog\n\n## [4.0.0] - 2025-11-20\n\n### Added\n\n- Own.\n";
    let wanted = ours.replace("## [4", "## [Unreleased]\n\n### Fixed\n\n- Fix the sink.\n\n## [4");
    assert_eq!(resolve("crates/a/CHANGELOG.md", base, ours, &theirs), Some(wanted));
}

#[test]
fn released_sections_are_never_touched() {
    let base = section("6.0.0", "Unreleased", "") + &released("4.0.0");
    let amended = base.replace("* What 4.0.0 fixes.\n", "* What 4.0.0 fixes.\n\n* One more.\n");
    let ours = released("4.0.0").replace("2026-01-20", "2026-01-21");
    assert_eq!(resolve("RELEASES.md", &base, &ours, &amended), None);
    let told_otherwise = released("4.0.1").replace("fixes", "is said to fix");
    let theirs = section("6.0.0", "Unreleased", "") + &released("4.0.1") + &released("4.0.0");
    assert_eq!(resolve("RELEASES.md", &base, &(told_otherwise + &ours), &theirs), None);
}

#[test]
fn what_more_than_adds_is_for_a_person() {
    let base = section("6.0.0", "Unreleased", "* Old.\n");
    let ours = section("4.0.1", "Unreleased", "* Own.\n") + &released("4.0.0");
    let merge = |theirs: &str| resolve("RELEASES.md", &base, &ours, theirs);
    assert_eq!(merge(&section("6.0.0", "Unreleased", "* Old, said better.\n\n* New.\n")), None);
    assert_eq!(merge(&section("6.0.0", "Released 2026-01-20", "* Old.\n\n* New.\n")), None);
    assert_eq!(merge(&section("7.0.0", "Unreleased", "* New.\n")), None, "a section is gone");
    assert_eq!(merge(&format!("# Notes\n\n{base}")), None, "words above the sections");
    assert_eq!(merge(&base.replace("### Fixed", "### Fixed\n\nBy hand:")), None, "words that are no entry");
    assert_eq!(merge(&base.replace("* Old.\n", "* Old.\n\n### For embedders\n\n* New.\n")), None, "no known kind");
}

#[test]
fn line_ends_are_the_lines() {
    let [base, theirs] = ["* Old.\n", "* Old.\n\n* New.\n"].map(|entries| section("6.0.0", "Unreleased", entries));
    let ours = |entries: &str| section("4.0.1", "Unreleased", entries).replace('\n', "\r\n");
    assert_eq!(resolve("RELEASES.md", &base, &ours("* Own.\n"), &theirs), Some(ours("* Own.\n\n* New.\n")));
}
