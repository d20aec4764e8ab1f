//! Rules: R4.

use jiff::civil::date;

use super::*;
use crate::edit::notes::read_fragment;

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

fn release(tag: &str, text: &str) -> TaggedNotes {
    let day = date(2024, 9, 20);
    TaggedNotes {
        tag: tag.to_owned(),
        version: version(tag.trim_start_matches('v')),
        days: TagDays { commit: day, local: day, tagger: None },
        file: Some("RELEASES.md".to_owned()),
        text: Some(text.to_owned()),
        unreadable: None,
        rfc: true,
        changes: None,
    }
}

fn logged(message: &str) -> Logged {
    let commit = "1234567890123456789012345678901234567890".parse().expect("an id");
    Logged { commit, date: date(2024, 9, 1), change: MergedChange::of_message(message) }
}

fn head(text: &str) -> HeadNotes {
    HeadNotes {
        name: "main".to_owned(),
        version: Some(version("2.0.0")),
        file: "RELEASES.md".to_owned(),
        text: Some(text.to_owned()),
        rfc: true,
        fragments: None,
        changes: Vec::new(),
    }
}

/// Kind, subject and line of each.
fn briefly(found: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| finding.line.map_or(String::new(), |line| format!(":{line}"));
    found.iter().map(|finding| format!("{} {}{}", finding.kind, finding.subject, line(finding))).collect()
}

const SOUND: &str = "## 1.0.0\n\nReleased 2024-09-20.\n\nAn introduction:\n\n* without links\n\n### Added\n\n* It. #1\n\n### Fixed\n\n* That. GHSA-88xq-w8cq-xfg7\n";

#[test]
fn sound_notes_give_no_finding() {
    assert_eq!(findings(&[release("v1.0.0", SOUND)], None), []);
    let template = "## 2.0.0\n\nUnreleased.\n\n### Added\n\n### Changed\n";
    assert_eq!(findings(&[release("v1.0.0", SOUND)], Some(&head(template))), []);
    let changelog = "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2024-09-20\n\n- Begun. #1\n";
    assert_eq!(findings(&[release("v1.0.0", changelog)], Some(&head(changelog))), []);
    // A candidate has no section of its own, and what came before the notes has none to be missed.
    let before = TaggedNotes { text: None, ..release("v0.9.0", "") };
    assert_eq!(findings(&[before, release("v1.0.0-rc.1", "")], None), []);
}

#[test]
fn what_is_missing_or_late_at_a_tag_is_found() {
    let found = |text: &str| briefly(&findings(&[release("v1.0.0", text)], None));
    assert_eq!(found("## 0.9.0\n\nReleased 2024-01-01.\n"), ["missing-section v1.0.0"]);
    assert_eq!(found(&SOUND.replace("Released 2024-09-20.", "Unreleased.")), ["unreleased-at-tag v1.0.0:3"]);
    assert_eq!(found(&SOUND.replace("Released 2024-09-20.", "")), ["unreleased-at-tag v1.0.0:1"]);
    let undated = findings(&[release("v1.0.0", "## 1.0.0\n\n* It. #1\n\n## 0.9.0\n\n* It. #0\n")], None);
    assert_eq!(undated[0].severity, Severity::Information, "this project dates nothing");
    assert_eq!(found(&SOUND.replace("09-20", "09-19")), ["date-differs v1.0.0:3"]);
    assert_eq!(found("## [1.0.0] - 2024-09-22\n\n- Begun. #1\n"), ["date-differs v1.0.0:1"]);
    assert_eq!(found(&format!("{SOUND}\n## 1.0.0\n\nAgain.\n")), ["duplicate-section v1.0.0:17"]);
    assert_eq!(found(&SOUND.replace("* It. #1\n", "")), ["empty-heading v1.0.0:9"]);
    let gone = TaggedNotes { text: None, ..release("v1.0.1", "") };
    assert_eq!(briefly(&findings(&[release("v1.0.0", SOUND), gone], None)), ["missing-file v1.0.1"]);
    let linked = Some("is a symbolic link to `docs/NOTES.md`".to_owned());
    let linked = TaggedNotes { text: None, unreadable: linked, ..release("v0.9.0", "") };
    let both = findings(&[linked, release("v1.0.0", "## 0.9.0\n")], None);
    assert_eq!(briefly(&both), ["unreadable-file v0.9.0", "missing-section v1.0.0"], "the others are judged");
    assert!(both[0].detail.contains("symbolic link to `docs/NOTES.md`"), "{}", both[0].detail);
}

#[test]
fn a_day_is_the_tags_at_utc_and_only_a_time_zone_excuses_another() {
    let with = |days: TagDays| {
        let found = findings(&[TaggedNotes { days, ..release("v1.0.0", SOUND) }], None);
        found.into_iter().map(|finding| (finding.kind, finding.severity, finding.date)).collect::<Vec<_>>()
    };
    let (day, next, later) = (date(2024, 9, 20), date(2024, 9, 21), date(2024, 9, 25));
    assert_eq!(with(TagDays { commit: later, local: later, tagger: Some(day) }), []);
    let note = ("date-differs".to_owned(), Severity::Information, Some(next));
    assert_eq!(with(TagDays { commit: next, local: day, tagger: None }), [note]);
    let finding = ("date-differs".to_owned(), Severity::Finding, Some(next));
    assert_eq!(with(TagDays { commit: next, local: next, tagger: None }), [finding]);
}

#[test]
fn entries_need_links_and_major_breaking_changes_an_rfc() {
    let found = |entry: &str| briefly(&findings(&[release("v1.0.0", &SOUND.replace("It. #1", entry))], None));
    assert_eq!(found("It."), ["entry-without-link v1.0.0:11"]);
    assert_eq!(found("It, as on [the page][page].\n\n[page]: https://example.org"), [""; 0]);
    assert_eq!(found("**Breaking (major):** It. #1"), ["major-breaking-without-rfc v1.0.0:11"]);
    assert_eq!(found("**Breaking (major, RFC 7):** It. #1"), [""; 0]);
    let lax = TaggedNotes { rfc: false, ..release("v1.0.0", &SOUND.replace("It.", "**Breaking (major):** It.")) };
    assert_eq!(findings(&[lax], None), []);
}

#[test]
fn a_change_that_breaks_needs_an_entry() {
    let found = |message: &str| {
        let changes = Some(vec![logged("Fix that (#9)"), logged(message)]);
        findings(&[TaggedNotes { changes, ..release("v1.0.0", SOUND) }], None)
    };
    let missing = found("feat!: another way (#2)");
    assert_eq!(briefly(&missing), ["breaking-without-entry v1.0.0:1"]);
    assert_eq!(missing[0].evidence.as_deref(), Some("1234567890: Another way"));
    assert_eq!((missing[0].rule, missing[0].date), (Rule::R3, Some(date(2024, 9, 1))));
    assert_eq!(found("feat!: it is so (#1)"), []);
    assert_eq!(found("It\n\nBREAKING CHANGE: by its title"), []);
    let major = found("It (#1)\n\nBreaking-Change: major");
    assert_eq!(briefly(&major), ["major-breaking-without-rfc v1.0.0"]);
    assert_eq!(found("It (#1)\n\nBreaking-Change: major\nRFC: 7"), []);
}

#[test]
fn the_head_is_judged_by_what_is_not_released_yet() {
    let text = "## 2.0.0\n\nUnreleased.\n\n### Added\n\n* More.\n\n## 1.0.0\n\nUnreleased.\n\n* No link, long ago.\n";
    let judged = |head: &HeadNotes| briefly(&findings(&[release("v1.0.0", SOUND)], Some(head)));
    assert_eq!(judged(&head(text)), ["entry-without-link 2.0.0 on main:7", "unreleased-at-tag 1.0.0 on main:11"]);
    assert_eq!(judged(&head(SOUND)), ["missing-section 2.0.0 on main"]);
    assert_eq!(judged(&HeadNotes { text: None, ..head("") }), ["missing-file main"]);

    let fragment =
        |text: &str| read_fragment("changes/a.md", text).map(|entry| vec![("changes/a.md".to_owned(), entry)]);
    let breaking = vec![logged("Break (#5)\n\nBREAKING CHANGE: all")];
    let with = |text: &str| HeadNotes { fragments: Some(fragment(text)), changes: breaking.clone(), ..head(SOUND) };
    assert_eq!(judged(&with("+++\nkind = \"changed\"\nbreaking = \"minor\"\nlinks = [5]\n+++\n\nAll.\n")), [""; 0]);
    assert_eq!(
        judged(&with("+++\nkind = \"changed\"\nbreaking = \"major\"\n+++\n\nAll.\n")),
        [
            "entry-without-link unreleased on main:1",
            "major-breaking-without-rfc unreleased on main:1",
            "breaking-without-entry main"
        ]
    );
    assert_eq!(judged(&with("All.\n")), ["fragment-not-readable main:1", "breaking-without-entry main"]);
}
