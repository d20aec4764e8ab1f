//! Rules: X3.

use jiff::civil::date;

use super::*;
use crate::{
    edit::notes::{Kind, NotesFile},
    model::{TreeFiles, UnreadableFiles},
    policy::{Policy, preset},
    workspace::Workspace,
};

const FRAGMENT: &str = "+++\nkind = \"fixed\"\nlinks = [7]\n+++\n\nIt works.\n";

/// Notes of 4.0.0 with one fragment, changed.
fn changed(style: NotesStyle, text: &str, fragment: &str, change: &NotesChange) -> Result<NotesEdit, NotesError> {
    changed_beside(&UnreadableFiles::new(), style, text, fragment, change)
}

fn changed_beside(
    unreadable: &UnreadableFiles,
    style: NotesStyle,
    text: &str,
    fragment: &str,
    change: &NotesChange,
) -> Result<NotesEdit, NotesError> {
    let policy = Policy::parse(preset("2021-merge").expect("a preset")).expect("it is sound");
    let rules = Notes {
        file: "RELEASES.md".to_owned(),
        style,
        template: None,
        archive_link: Some("https://github.com/o/r/blob/{branch}/RELEASES.md".to_owned()),
        fragments: Some("changes".to_owned()),
    };
    let files = [("RELEASES.md", text), ("changes/a.md", fragment), ("changes/README.md", "How to.\n")];
    let files = files.into_iter().filter(|(_, text)| !text.is_empty());
    let files: TreeFiles = files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let workspace = Workspace::read(&TreeFiles::from([(
        "Cargo.toml".to_owned(),
        "[package]\nname = \"a\"\nversion = \"4.0.0\"\n".to_owned(),
    )]));
    let workspace = workspace.expect("a workspace");
    let base = Base { files: &files, unreadable: Some(unreadable), workspace: &workspace, groups: &[] };
    edit(&base, &policy.project, &rules, change)
}

#[test]
fn a_template_that_is_named_and_not_there_is_refused() {
    let policy = Policy::parse(preset("2021-merge").expect("a preset")).expect("it is sound");
    let mut rules = policy.on(date(2022, 12, 5)).notes.clone().expect("notes");
    rules.template = Some("docs/template.md".to_owned());
    let files = TreeFiles::from([
        ("Cargo.toml".to_owned(), "[package]\nname = \"a\"\nversion = \"4.0.0\"\n".to_owned()),
        (rules.file.clone(), "## 4.0.0\n\nUnreleased.\n".to_owned()),
    ]);
    let workspace = Workspace::read(&files).expect("a workspace");
    let base = Base { files: &files, unreadable: None, workspace: &workspace, groups: &[] };
    let cut = NotesChange::Cut { old: Version::new(4, 0, 0), new: Version::new(5, 0, 0) };
    let error = edit(&base, &policy.project, &rules, &cut).expect_err("there is no template");
    assert!(error.to_string().contains("`docs/template.md`, is not there"), "{error}");
}

const OPEN: &str = "## 4.0.0\n\nUnreleased.\n\n### Added\n";

#[test]
fn a_release_takes_fragments_in_and_their_files_away() {
    let (version, day) = (Version::new(4, 0, 0), date(2022, 12, 20));
    let made = changed(NotesStyle::Branch, OPEN, FRAGMENT, &NotesChange::Release { version, day }).expect("notes");
    assert_eq!(made.removed, ["changes/a.md"]);
    insta::assert_snapshot!(made.edit.expect("it changes").text, @r#"
    ## 4.0.0

    Released 2022-12-20.

    Major breaking changes: none.

    ### Fixed

    * It works.
      [#7](https://github.com/o/r/pull/7)
    "#);
    // A patch without a section gets one for its fragments.
    let patch = NotesChange::Date { version: Version::new(4, 0, 1), day, entries: Vec::new() };
    let made = changed(NotesStyle::Branch, OPEN, FRAGMENT, &patch).expect("notes").edit.expect("it changes");
    assert!(made.text.starts_with(
        "## 4.0.1\n\nReleased 2022-12-20.\n\nMajor breaking changes: none.\n\n### Fixed\n\n* It works.\n"
    ));
    let kept = changed(NotesStyle::Branch, OPEN, FRAGMENT, &NotesChange::Keep).expect("notes");
    assert!(kept.edit.is_none() && kept.removed.is_empty(), "a candidate leaves them where they are");
}

#[test]
fn a_cut_takes_fragments_from_main_and_leaves_them_to_the_branch_or_to_the_section() {
    let cut = NotesChange::Cut { old: Version::new(4, 0, 0), new: Version::new(5, 0, 0) };
    let made = |style| {
        let made = changed(style, OPEN, FRAGMENT, &cut).expect("notes");
        assert_eq!(made.removed, ["changes/a.md"]);
        made.edit.expect("it changes").text
    };
    let branch = made(NotesStyle::Branch);
    assert!(!branch.contains("It works.") && branch.contains("* [4.0.x](https://github.com/o/r/blob/"), "{branch}");
    let sections = made(NotesStyle::Sections);
    let (_, old) = sections.split_once("## 4.0.0\n").expect("it is kept");
    assert!(old.contains("### Fixed\n\n* It works.\n  [#7](https://github.com/o/r/pull/7)\n"), "{sections}");
}

#[test]
fn a_fragment_that_does_not_read_stops_the_release() {
    let release = NotesChange::Release { version: Version::new(4, 0, 0), day: date(2022, 12, 20) };
    let error = changed(NotesStyle::Branch, OPEN, "It works.\n", &release).expect_err("no table");
    assert!(error.to_string().starts_with("changes/a.md:1: a fragment starts with `+++`"), "{error}");
}

#[test]
fn what_cannot_be_read_is_not_taken_for_absent() {
    let release = NotesChange::Release { version: Version::new(4, 0, 0), day: date(2022, 12, 20) };
    let refused = |path: &str, why: &str, change: &NotesChange| {
        let unreadable = UnreadableFiles::from([(path.to_owned(), why.to_owned())]);
        changed_beside(&unreadable, NotesStyle::Sections, OPEN, FRAGMENT, change).map_err(|error| error.to_string())
    };
    let link = refused("RELEASES.md", "is a symbolic link to `docs/RELEASES.md`", &release);
    assert_eq!(link.expect_err("a link"), "RELEASES.md is a symbolic link to `docs/RELEASES.md`");
    assert!(refused("changes/b.md", "is not UTF-8", &release).is_err());
    assert!(refused("changes/README.md", "is not UTF-8", &release).is_ok());
    assert!(refused("RELEASES.md", "is not UTF-8", &NotesChange::Keep).is_ok(), "a candidate leaves the notes alone");
}

fn fix(number: u64, title: &str) -> Entry {
    Entry {
        kind: Some(Kind::Security),
        breaking: notes::Breaking::No,
        text: title.to_owned(),
        links: vec![Link::PullRequest { number, address: None }],
    }
}

#[test]
fn a_patch_dates_what_is_unreleased_and_tells_each_change_once() {
    let patched = |style: NotesStyle, text: &str, entries: Vec<Entry>| {
        let patch = NotesChange::Date { version: Version::new(4, 0, 1), day: date(2022, 12, 20), entries };
        let made = changed_beside(&UnreadableFiles::new(), style, text, "", &patch);
        made.map(|made| made.edit.map_or_else(|| text.to_owned(), |edit| edit.text))
    };
    let items = |text: &str| NotesFile::parse(text).section(&Version::new(4, 0, 1)).map_or(0, |it| it.items().count());
    for link in [
        "(#10)",
        "#10",
        "GH-10",
        "[#10]",
        "[#10][fix]",
        "[#10](https://github.com/o/r/pull/10)",
        "[10](https://github.com/o/r/pull/10)",
        "[PR 10](https://github.com/o/r/pull/10)",
        "<https://github.com/o/r/pull/10>",
        "https://github.com/o/r/pull/10",
    ] {
        let labels = "[fix]: https://github.com/o/r/pull/10\n[#10]: https://github.com/o/r/pull/10\n";
        let sections = format!("## 4.0.1\n\nUnreleased.\n\n* It leaks no more. {link}\n\n## 4.0.0\n\n{labels}");
        let made = patched(NotesStyle::Sections, &sections, vec![fix(10, "Fix the sink.")]).expect("notes");
        assert_eq!(items(&made), 1, "{made}");
        let changelog = format!("## [Unreleased]\n\n- It leaks no more. {link}\n\n## [4.0.0] - 2022-01-02\n\n{labels}");
        let made = patched(NotesStyle::KeepAChangelog, &changelog, vec![fix(10, "Fix the sink.")]).expect("notes");
        assert!(made.starts_with("## [Unreleased]\n\n## [4.0.1] - 2022-12-20\n\n- It leaks no more."), "{made}");
        assert_eq!(items(&made), 1, "{made}");
    }
    let other = "## [Unreleased]\n\n- It leaks no more than #9.\n\n## [4.0.0] - 2022-01-02\n";
    assert_eq!(items(&patched(NotesStyle::KeepAChangelog, other, vec![fix(10, "Fix it.")]).expect("notes")), 2);
    assert_eq!(items(&patched(NotesStyle::KeepAChangelog, other, Vec::new()).expect("notes")), 1);
    for nothing in ["## [Unreleased]\n\n### Added\n\n## [4.0.0] - 2022-01-02\n", "## [4.0.0] - 2022-01-02\n"] {
        let made = patched(NotesStyle::KeepAChangelog, nothing, Vec::new());
        assert_eq!(made.as_deref(), Ok(nothing), "nothing is told");
    }
}

#[test]
fn what_is_written_for_another_version_is_not_passed_over() {
    let release = NotesChange::Release { version: Version::new(4, 0, 0), day: date(2022, 12, 20) };
    let made = |text: &str| changed(NotesStyle::KeepAChangelog, text, FRAGMENT, &release);
    let error = made("## [3.1.0] - Unreleased\n\n- It.\n\n## [3.0.0] - 2022-01-02\n").expect_err("another version");
    assert!(
        error.to_string().starts_with("line 1 of the release notes begins what is unreleased for 3.1.0"),
        "{error}"
    );
    assert!(made("## [3.1.0] - Unreleased\n\n## [3.0.0] - 2022-01-02\n").is_ok(), "nothing is written there");
}
