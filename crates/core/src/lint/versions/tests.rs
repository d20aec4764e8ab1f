//! Rules: R1.

use super::*;
use crate::policy::Policy;

const POLICY: &str = "[project]\nname = \"Tally\"\n[train]\nfirst = { version = \"4.0.0\", cut = 2026-01-05 }\n\
[[group]]\nname = \"tally\"\nmembers = [\"tally*\"]\n\
[[group]]\nname = \"gen\"\nmembers = [\"gen*\"]\ncoupled-with = [\"tally\"]\n\
[[version-file]]\npath = \"tally.h\"\ngroup = \"tally\"\nc-header = { prefix = \"TALLY_\" }\n";

const HEADER: &str = "#pragma once\n#define TALLY_VERSION \"4.0.0\"\n#define TALLY_VERSION_MAJOR 4\n";

/// A sound workspace: manifests of `tally`, `tally-parts` (4.0.0), `gen` (0.91.0) and a private one, lock file and header.
fn tree() -> TreeFiles {
    let package = |name: &str, version: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\n{rest}")
    };
    let needs = "[dependencies]\ngen = { path = \"../gen\", version = \"=0.91.0\" }\nserde = \"1\"\n";
    let entry = |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n");
    let lock = [
        "version = 4\n\n".to_owned(),
        entry("gen", "0.91.0"),
        "[[package]]\nname = \"gen\"\nversion = \"0.1.0\"\nsource = \"registry+https://example.com\"\n\n".to_owned(),
        entry("tally", "4.0.0"),
        entry("tally-bench", "0.0.0"),
        entry("tally-parts", "4.0.0"),
    ];
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n".to_owned()),
        ("tally/Cargo.toml", package("tally", "4.0.0", needs)),
        ("parts/Cargo.toml", package("tally-parts", "4.0.0", "")),
        ("bench/Cargo.toml", package("tally-bench", "0.0.0", "publish = false")),
        ("gen/Cargo.toml", package("gen", "0.91.0", "")),
        ("Cargo.lock", lock.concat()),
        ("tally.h", HEADER.to_owned()),
    ];
    files.map(|(path, text)| (path.to_owned(), text)).into()
}

#[track_caller]
fn judge(files: &TreeFiles) -> Versions {
    let policy = Policy::parse(POLICY).expect("a policy");
    let workspace = Workspace::read(files).expect("a workspace");
    versions(files, &workspace, policy.on("2026-01-01".parse().expect("a day")))
}

/// What is found after texts in one file are replaced.
#[track_caller]
fn found(changes: &[(&str, &str, &str)]) -> Vec<String> {
    let mut files = tree();
    for (path, before, after) in changes {
        let text = files.get_mut(*path).expect("a file of the tree");
        assert!(text.contains(before), "{path} holds {before}");
        *text = text.replace(before, after);
    }
    words(&judge(&files))
}

fn words(versions: &Versions) -> Vec<String> {
    let word = |it: &Finding| {
        let file = it.file.as_deref().unwrap_or("-");
        let line = it.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{file}{line} {} {}; {}", it.kind, it.subject, it.help)
    };
    versions.findings.iter().map(word).collect()
}

#[test]
fn a_workspace_in_step_has_no_findings_and_its_groups_have_versions() {
    let versions = judge(&tree());
    assert_eq!(words(&versions), Vec::<String>::new());
    let groups: Vec<String> =
        versions.groups.iter().map(|it| format!("{} {} {}", it.name, it.version, it.packages)).collect();
    assert_eq!(groups, ["tally 4.0.0 2", "gen 0.91.0 1"]);
}

#[test]
fn a_package_that_its_group_left_behind_is_found() {
    let mut files = tree();
    files.insert("more/Cargo.toml".into(), "[package]\nname = \"tally-more\"\nversion = \"3.0.0\"".into());
    files
        .get_mut("Cargo.lock")
        .expect("a lock file")
        .push_str("[[package]]\nname = \"tally-more\"\nversion = \"3.0.0\"\n");
    let expected =
        "more/Cargo.toml:3 version-out-of-step tally-more 3.0.0; write `4.0.0`, or take tally-more out of the group";
    assert_eq!(words(&judge(&files)), [expected]);
}

#[test]
fn a_group_without_packages_is_found() {
    let mut files = tree();
    files.remove("gen/Cargo.toml");
    let text = files.get_mut("tally/Cargo.toml").expect("a manifest");
    *text = text.replace("gen = { path = \"../gen\", version = \"=0.91.0\" }\n", "");
    assert_eq!(words(&judge(&files)), ["- empty-group group gen; fix its `members` in the policy, or take it out"]);
}

#[test]
fn coupled_groups_are_in_one_state_of_a_release() {
    let help = "bump them together: `stationmaster bump` moves coupled groups as one";
    let gen_at = |version: &str| {
        found(&[
            ("gen/Cargo.toml", "0.91.0", version),
            ("tally/Cargo.toml", "=0.91.0", &format!("={version}")),
            ("Cargo.lock", "0.91.0", version),
        ])
    };
    let expected = format!("gen/Cargo.toml:3 coupled-group-apart group gen; {help}");
    assert_eq!(gen_at("0.91.0-dev"), [expected.as_str()]);
    // A patch of the code generator issues one of the runtime (R10).
    assert_eq!(gen_at("0.91.1"), [expected.as_str()]);
    assert_eq!(gen_at("0.92.0"), Vec::<String>::new());
}

#[test]
fn a_requirement_that_keeps_a_member_out_is_found() {
    let expected = "tally/Cargo.toml:5 member-kept-out tally 4.0.0; write `=0.91.0`";
    assert_eq!(found(&[("tally/Cargo.toml", "=0.91.0", "=0.90.0")]), [expected]);
}

#[test]
fn a_lock_file_that_was_left_behind_is_found() {
    let stale = "Cargo.lock:5 stale-lock-entry gen 0.91.0; write `version = \"0.91.0\"` there, or run `cargo update --workspace`";
    assert_eq!(found(&[("Cargo.lock", "0.91.0", "0.90.0")]), [stale]);
    let missing = "Cargo.lock missing-lock-entry tally 4.0.0; run `cargo update --workspace`";
    assert_eq!(found(&[("Cargo.lock", "\"tally\"", "\"other\"")]), [missing]);
    let unreadable = "Cargo.lock:3 unreadable-lock Cargo.lock; run `cargo update --workspace`";
    assert_eq!(
        found(&[("Cargo.lock", "[[package]]\nname = \"gen\"\nversion = \"0.91.0\"", "<<<<<<< ours")]),
        [unreadable]
    );
    let mut files = tree();
    files.remove("Cargo.lock");
    assert_eq!(words(&judge(&files)), Vec::<String>::new());
}

#[test]
fn a_version_file_that_was_left_behind_is_found_line_by_line() {
    assert_eq!(
        found(&[("tally.h", "4.0.0", "3.0.0"), ("tally.h", "MAJOR 4", "MAJOR 3")]),
        [
            "tally.h:2 version-file-behind tally 4.0.0; write `4.0.0`",
            "tally.h:3 version-file-behind tally 4.0.0; write `4`",
        ]
    );
}

#[test]
fn a_version_file_without_its_version_or_not_there_is_found() {
    let unreadable = "tally.h version-file-unreadable tally 4.0.0; fix the file, or `[[version-file]]` in the policy";
    assert_eq!(found(&[("tally.h", "TALLY_", "OTHER_")]), [unreadable]);
    let mut files = tree();
    files.remove("tally.h");
    let absent = "tally.h version-file-absent tally 4.0.0; fix `[[version-file]]` in the policy";
    assert_eq!(words(&judge(&files)), [absent]);
}
