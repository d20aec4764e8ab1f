//! `notes`: a section shown, entries added and collected, and what is wrong found.
//!
//! Rules: R5.

use std::{fs, path::Path};

use super::binary::{code, demo, errors, git, json, run};

/// What a command printed.
fn printed(output: &std::process::Output) -> String {
    assert_eq!(code(output), 0, "{}", errors(output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The demo with more lines under `[notes]` of its policy, committed; and its path as text.
fn project(folder: &Path, notes: &str) -> String {
    let work = folder.join("demo");
    demo(&work);
    let policy = work.join("stationmaster.toml");
    let text = fs::read_to_string(&policy).expect("the demo has a policy");
    fs::write(&policy, text.replace("style = \"sections\"", notes)).expect("written");
    git(&work, &["commit", "--quiet", "--all", "--message", "chore: name the folder of fragments"]);
    work.to_str().expect("a plain path").to_owned()
}

const FRAGMENTS: &str = "style = \"sections\"\nfragments = \"changes\"";

#[test]
fn a_section_is_shown_with_its_major_breaking_changes_wherever_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = project(folder.path(), FRAGMENTS);
    let newest = run(&["notes", "--repo", &dir]);
    insta::assert_snapshot!(printed(&newest), @r#"
    ## 5.0.0

    Unreleased.

    Major breaking changes: none.

    ### Added

    * Names can be bound: `let x = 6; x * 7`.

    ### Changed

    * Deeply nested expressions are refused instead of exhausting the stack.
    "#);
    assert!(errors(&newest).contains("main:RELEASES.md:5"), "{}", errors(&newest));

    // Main keeps no notes of 4.0.0 any more, but its tag does.
    git(Path::new(&dir), &["tag", "v4.0.0"]);
    fs::write(Path::new(&dir).join("RELEASES.md"), "## 5.0.0\n\nUnreleased.\n").expect("written");
    git(Path::new(&dir), &["commit", "--quiet", "--all", "--message", "Empty the notes"]);
    let shown = json(&run(&["notes", "4.0.0", "--json", "--repo", &dir]));
    assert_eq!((shown["revision"].as_str(), shown["line"].as_u64()), (Some("v4.0.0"), Some(19)));
    assert_eq!((shown["state"].as_str(), shown["date"].as_str()), (Some("released"), Some("2026-11-05")));
    assert_eq!(shown["entries"].as_array().map(Vec::len), Some(2));
    assert_eq!(shown["entries"][0]["heading"], "Added");
    assert_eq!(shown["major_breaking"]["sentence"], "Major breaking changes: none.");

    let missing = run(&["notes", "9.9.9", "--repo", &dir]);
    assert_eq!(code(&missing), 2);
    assert!(errors(&missing).contains("no section for 9.9.9; looked into main:RELEASES.md"), "{}", errors(&missing));
}

#[test]
fn fragments_are_added_anywhere_and_a_release_takes_them_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = project(folder.path(), FRAGMENTS);
    let work = Path::new(&dir);
    let written =
        run(&["notes", "add", "--kind", "fixed", "--text", "Parsing is fast.", "--link", "12", "--repo", &dir]);
    assert_eq!(printed(&written), "changes/fixed-parsing-is-fast.md");
    git(work, &["add", "--all"]);
    git(work, &["commit", "--quiet", "--message", "Speed up parsing (#12)"]);
    git(folder.path(), &["clone", "--quiet", "--bare", "demo", "bare.git"]);
    let bare = folder.path().join("bare.git");
    let repo = bare.to_str().expect("a plain path");

    let refused = run(&["notes", "add", "--kind", "fixed", "--text", "x", "--repo", repo]);
    assert_eq!(code(&refused), 2);
    assert!(errors(&refused).contains("--base REV"), "{}", errors(&refused));
    let rfc = "https://github.com/example/rfcs/pull/24";
    let major =
        ["--kind", "changed", "--breaking", "major", "--rfc", rfc, "--link", "13", "--text", "Numbers are exact."];
    let on_main = ["notes", "add", "--repo", repo, "--base", "main", "--at", "2026-12-01", "--ref", "main"];
    let before = git(&bare, &["rev-parse", "main"]);
    let commit = printed(&run(&[on_main.as_slice(), major.as_slice()].concat()));
    assert_eq!(git(&bare, &["rev-parse", "main", "main^"]), format!("{commit}\n{before}"));
    assert_eq!(code(&run(&["notes", "add", "--repo", repo, "--kind", "fixed", "--text", "x", "--rfc", "7"])), 2);

    let bump = run(&["bump", "major", "--repo", repo, "--base", "main", "--date", "2026-12-05", "--json"]);
    let made = json(&bump)["commit"].as_str().expect("an id").to_owned();
    assert_eq!(git(&bare, &["ls-tree", "-r", "--name-only", &made, "changes"]), "");
    let shown = printed(&run(&["notes", "5.0.0", "--rev", &made, "--repo", repo]));
    insta::assert_snapshot!(shown, @r#"
    ## 5.0.0

    Released 2026-12-05.

    Major breaking changes: [RFC 24](https://github.com/example/rfcs/pull/24).

    ### Added

    * Names can be bound: `let x = 6; x * 7`.

    ### Changed

    * Deeply nested expressions are refused instead of exhausting the stack.

    * **Breaking (major, [RFC 24](https://github.com/example/rfcs/pull/24)):** Numbers are exact.
      #13

    ### Fixed

    * Parsing is fast.
      #12
    "#);
    git(&bare, &["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn merged_pull_requests_become_entries() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = project(folder.path(), FRAGMENTS);
    let work = Path::new(&dir);
    git(work, &["tag", "v4.0.0"]);
    for message in [
        "Add a remainder (#3)",
        "chore: tidy (#4)",
        "fix(machine)!: overflow is an error (#5)",
        "Rework the stack (#6)\n\nBreaking-Change: major\nRFC: https://github.com/example/rfcs/pull/24",
        "Bump Abacist to 5.0.0 (#7)",
    ] {
        git(work, &["commit", "--quiet", "--allow-empty", "--message", message]);
    }
    let collected = json(&run(&["notes", "collect", "--json", "--repo", &dir]));
    let briefly = |entry: &serde_json::Value| {
        format!(
            "{} {} {}",
            entry["kind"].as_str().unwrap_or("-"),
            entry["breaking"].as_str().unwrap_or("-"),
            entry["text"]
        )
    };
    let entries: Vec<String> = collected["entries"].as_array().expect("entries").iter().map(briefly).collect();
    assert_eq!(
        entries,
        [
            "changed major \"Rework the stack.\"",
            "fixed minor \"Overflow is an error.\"",
            "added no \"Add a remainder.\""
        ]
    );
    assert_eq!(collected["left_out"], 2);
    assert_eq!(collected["since"].as_str(), Some(git(work, &["rev-parse", "v4.0.0"]).as_str()));
    let refs = git(work, &["for-each-ref"]);
    let written = json(&run(&["notes", "collect", "--write", "--json", "--repo", &dir, "--at", "2026-12-01"]));
    let commit = written["written"].as_str().expect("an id");
    assert_eq!(git(work, &["for-each-ref"]), refs, "no ref moved");
    let text = git(work, &["show", &format!("{commit}:RELEASES.md")]);
    assert!(text.contains("* **Breaking (minor):** Overflow is an error.\n  #5\n"), "{text}");
    let since = json(&run(&["notes", "collect", "--since", "HEAD~2", "--json", "--repo", &dir]));
    assert_eq!(since["entries"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_wrong_with_the_notes_is_found_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = project(folder.path(), FRAGMENTS);
    let work = Path::new(&dir);
    let notes = "## 5.0.0\n\nUnreleased.\n\n### Added\n\n* It.\n\n### Fixed\n\n## 4.0.0\n\nReleased 2026-11-05.\n\n* Begun. #1\n";
    fs::write(work.join("RELEASES.md"), notes).expect("written");
    let commit = ["commit", "--quiet", "--all", "--date", "2026-11-06T12:00:00Z", "--message", "Write the notes"];
    let at = |day: &str| {
        let date = format!("{day}T12:00:00+00:00");
        let output = std::process::Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
            .args(commit)
            .arg("--allow-empty")
            .env("GIT_COMMITTER_DATE", date)
            .current_dir(work)
            .output()
            .expect("git runs");
        assert!(output.status.success(), "{}", errors(&output));
    };
    at("2026-11-06");
    git(work, &["tag", "v4.0.0"]);
    git(work, &["tag", "v4.0.1"]);
    git(work, &["commit", "--quiet", "--allow-empty", "--message", "feat!: all is new (#2)"]);
    let checked = run(&["notes", "check", "--json", "--repo", &dir]);
    assert_eq!(code(&checked), 1, "{}", errors(&checked));
    let report = json(&checked);
    let briefly = |finding: &serde_json::Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}:{}", text("kind"), text("subject"), text("file"), finding["line"])
    };
    let found: Vec<String> = report["findings"].as_array().expect("findings").iter().map(briefly).collect();
    assert_eq!(
        found,
        [
            "missing-section v4.0.1 RELEASES.md:null",
            "date-differs v4.0.0 RELEASES.md:13",
            "date-differs 4.0.0 on main RELEASES.md:13",
            "breaking-without-entry main RELEASES.md:1",
            "entry-without-link 5.0.0 on main RELEASES.md:7",
        ]
    );
    let shown = run(&["notes", "check", "--rev", "v4.0.1", "--repo", &dir]);
    assert_eq!(code(&shown), 1);
    insta::assert_snapshot!(String::from_utf8_lossy(&shown.stdout), @r#"
    RELEASES.md
      finding v4.0.1: the notes have no section for 4.0.1 (missing-section)
              help: write one where the notes of 4.0.1 are read: on its branch, and on the forge
              in RELEASES.md
      finding v4.0.0: the section has 2026-11-05, and the commit of `v4.0.0` is of 2026-11-06
              (date-differs)
              help: date it 2026-11-06, the day of the tag
              in RELEASES.md:13: Released 2026-11-05.

    v4.0.1: 2 findings
    "#);

    fs::write(work.join("RELEASES.md"), notes.replace("11-05", "11-06").replace("It.", "It. #2")).expect("written");
    at("2026-11-07");
    let head = run(&["notes", "check", "--rev", "HEAD", "--repo", &dir]);
    assert_eq!(code(&head), 0, "{}", String::from_utf8_lossy(&head.stdout));
}

/// With the preset for it, and with this project's own changelog.
#[test]
fn a_changelog_goes_all_the_way_from_a_fragment_to_a_release() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = project(folder.path(), "fragments = \"changes\"");
    let work = Path::new(&dir);
    let policy = fs::read_to_string(work.join("stationmaster.toml")).expect("a policy");
    let policy = policy.replace("2021-merge", "keep-a-changelog").replace("file = \"RELEASES.md\"\n", "");
    fs::write(work.join("stationmaster.toml"), policy).expect("written");
    fs::remove_file(work.join("RELEASES.md")).expect("removed");
    let own =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../CHANGELOG.md")).expect("a changelog");
    fs::write(work.join("CHANGELOG.md"), &own).expect("written");
    let text = "Trains leave on time.";
    printed(&run(&[
        "notes",
        "add",
        "--kind",
        "removed",
        "--text",
        text,
        "--link",
        "https://example.org/a",
        "--repo",
        &dir,
    ]));
    git(work, &["add", "--all"]);
    git(work, &["commit", "--quiet", "--message", "Keep a changelog"]);
    assert!(printed(&run(&["notes", "--repo", &dir])).starts_with("## [Unreleased]\n\nMajor breaking changes: none."));

    let bump = ["bump", "major", "--repo", &dir, "--base", "main", "--date", "2026-12-05", "--ref", "main", "--json"];
    let made = json(&run(&bump));
    let commit = made["commit"].as_str().expect("an id");
    let after = git(work, &["show", &format!("{commit}:CHANGELOG.md")]);
    let (_, section) = after
        .split_once("## [Unreleased]\n\n## [5.0.0] - 2026-12-05\n\nMajor breaking changes: none.\n")
        .expect("a section");
    assert!(section.contains(&format!("\n### Removed\n\n- {text}\n  <https://example.org/a>")), "{after}");
    for line in own.lines() {
        assert!(after.contains(line), "{line}");
    }
    git(work, &["tag", "v5.0.0", commit]);
    let checked = json(&run(&["notes", "check", "--rev", "v5.0.0", "--json", "--repo", &dir]));
    let kinds: Vec<&str> =
        checked["findings"].as_array().expect("findings").iter().filter_map(|it| it["kind"].as_str()).collect();
    assert!(
        kinds.iter().all(|kind| *kind == "entry-without-link"),
        "this project's own entries have no links: {kinds:?}"
    );
    let shown = json(&run(&["notes", "5.0.0", "--json", "--repo", &dir]));
    assert_eq!((shown["state"].as_str(), shown["date"].as_str()), (Some("released"), Some("2026-12-05")));
}

#[test]
fn a_plan_takes_fragments_out_of_the_tree_and_the_forge_release_says_what_breaks() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = project(folder.path(), FRAGMENTS);
    let work = Path::new(&dir);
    let policy = fs::read_to_string(work.join("stationmaster.toml")).expect("a policy");
    fs::write(work.join("stationmaster.toml"), policy.replace("[publish]", "[publish]\nenabled = false"))
        .expect("written");
    let major =
        ["--kind", "changed", "--breaking", "major", "--rfc", "24", "--link", "13", "--text", "Numbers are exact."];
    printed(&run(&[["notes", "add", "--repo", &dir].as_slice(), major.as_slice()].concat()));
    git(work, &["add", "--all"]);
    git(work, &["commit", "--quiet", "--message", "Make numbers exact (#13)"]);
    let scope = ["--repo", &dir, "--offline", "--at", "2026-12-05"];
    let with = |command: &[&str]| run(&[command, &scope].concat());
    let plan = json(&with(&["plan", "--json"]));
    let commit = &plan["steps"][0]["action"]["commit"];
    assert_eq!(commit["removed"], serde_json::json!(["changes/changed-numbers-are-exact.md"]));
    assert_eq!(code(&with(&["run"])), 3, "a person must merge");
    assert_eq!(code(&with(&["pr", "merge", "1", "--by", "a maintainer"])), 0);
    assert_eq!(git(work, &["ls-tree", "-r", "--name-only", "main", "changes"]), "");
    git(work, &["tag", "--annotate", "--message", "Abacist 5.0.0", "v5.0.0", "main"]);
    let plan = json(&with(&["plan", "--json"]));
    let actions = plan["steps"].as_array().expect("steps").iter().map(|step| &step["action"]);
    let notes: Vec<&str> = actions.filter_map(|action| action["notes"].as_str()).collect();
    assert!(notes.concat().contains("Major breaking changes: RFC 24."), "{plan:#}");
}

#[test]
fn a_changelog_alone_is_enough_to_show_and_to_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().to_str().expect("a plain path");
    git(folder.path(), &["init", "--quiet", "--initial-branch", "trunk"]);
    let text = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- First. #1\n- Second.\n";
    fs::write(folder.path().join("CHANGELOG.md"), text).expect("written");
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "Begin"]);
    let shown = printed(&run(&["notes", "--repo", dir]));
    assert!(shown.starts_with("## [0.1.0] - 2026-01-01\n\nMajor breaking changes: none.\n\n- First."), "{shown}");
    let found = json(&run(&["notes", "check", "--json", "--repo", dir]));
    assert_eq!(found["findings"][0]["kind"], "entry-without-link");
    assert_eq!((found["findings"][0]["line"].as_u64(), found["findings"].as_array().map(Vec::len)), (Some(8), Some(1)));
}

/// The demo with other notes, which an own policy keeps as a changelog.
fn with_notes(folder: &Path, notes: &[u8]) -> String {
    let dir = project(folder, "style = \"keep-a-changelog\"");
    fs::write(Path::new(&dir).join("RELEASES.md"), notes).expect("written");
    git(Path::new(&dir), &["commit", "--quiet", "--all", "--message", "Keep a changelog"]);
    dir
}

#[test]
fn a_release_is_written_where_markdown_has_the_section_and_never_into_a_comment() {
    let folder = tempfile::tempdir().expect("a folder");
    let comment = "<!-- Copy this:\n\n## [Unreleased]\n\n- What it is. (#0)\n-->\n";
    let notes =
        format!("# Changelog\n\n{comment}\n## [Unreleased]\n\n- It leaks no more. (#7)\n\n## [3.0.0] - 2026-11-05\n");
    let dir = with_notes(folder.path(), notes.as_bytes());
    let made = run(&["bump", "release", "--base", "main", "--ref", "out", "--date", "2026-12-05", "--repo", &dir]);
    assert_eq!(code(&made), 0, "{}", errors(&made));
    let expected = notes.replacen("-->\n\n## [Unreleased]\n", "-->\n\n## [Unreleased]\n\n## [4.0.0] - 2026-12-05\n", 1);
    assert_eq!(git(Path::new(&dir), &["show", "out:RELEASES.md"]).trim(), expected.trim());
    let shown = run(&["notes", "4.0.0", "--rev", "out", "--repo", &dir]);
    assert!(printed(&shown).contains("- It leaks no more. (#7)"));
}

#[cfg(unix)]
#[test]
fn notes_that_cannot_be_read_refuse_a_bump_in_words() {
    let refused = |dir: &str, words: &str| {
        let made = run(&["bump", "release", "--base", "main", "--ref", "out", "--date", "2026-12-05", "--repo", dir]);
        assert_eq!(code(&made), 2);
        assert!(errors(&made).contains(words), "{}", errors(&made));
        let branches = git(Path::new(dir), &["branch", "--list", "out"]);
        assert_eq!(branches.trim(), "");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let dir = with_notes(folder.path(), b"## [Unreleased]\n\n- Gr\xfcn.\n");
    refused(&dir, "RELEASES.md is not UTF-8");
    let file = Path::new(&dir).join("RELEASES.md");
    fs::write(Path::new(&dir).join("NOTES.md"), "## [Unreleased]\n").expect("written");
    fs::remove_file(&file).expect("removed");
    std::os::unix::fs::symlink("NOTES.md", &file).expect("linked");
    git(Path::new(&dir), &["add", "--all"]);
    git(Path::new(&dir), &["commit", "--quiet", "--message", "Link the notes"]);
    refused(&dir, "RELEASES.md is a symbolic link to `NOTES.md`");
    let shown = run(&["notes", "--repo", &dir]);
    assert_eq!(code(&shown), 2);
    assert!(errors(&shown).contains("is a symbolic link to `NOTES.md`"), "{}", errors(&shown));
}
