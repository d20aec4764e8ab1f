//! Bad input: a clear error, the right exit code, and nothing changed.

use std::{fs, path::Path};

use super::binary::{code, demo, errors, git, json, run};

/// `plan` on a folder, expected to fail with a usage error that says all of these.
fn plan_says(folder: &Path, words: &[&str]) {
    let dir = folder.to_str().expect("a plain path");
    for command in [&["plan"][..], &["run"], &["status"]] {
        let output = run(&[command, &["--offline", "--at", "2026-12-05", "--repo", dir]].concat());
        let said = errors(&output);
        assert_eq!(code(&output), 2, "{command:?}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{command:?}: {said}");
        assert!(said.contains("hint"), "{command:?}: {said}");
    }
    assert!(!folder.join(".git/stationmaster").exists(), "nothing was written");
}

#[test]
fn no_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    plan_says(folder.path(), &["is not in a git repository"]);
}

#[test]
fn an_unborn_branch() {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"]);
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/stationmaster.toml"),
        folder.path().join("stationmaster.toml"),
    )
    .expect("a policy");
    plan_says(folder.path(), &["unborn"]);
}

#[test]
fn a_repository_without_a_workspace() {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"]);
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/stationmaster.toml"),
        folder.path().join("stationmaster.toml"),
    )
    .expect("a policy");
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "Begin"]);
    plan_says(folder.path(), &["main"]);
}

#[test]
fn a_policy_that_names_no_existing_crate() {
    let folder = tempfile::tempdir().expect("a folder");
    demo(folder.path());
    let policy = folder.path().join("stationmaster.toml");
    let text =
        fs::read_to_string(&policy).expect("a policy").replace("\"abacist-ir\", \"abacist-codegen\"", "\"nothing\"");
    fs::write(&policy, text).expect("the policy is written");
    plan_says(folder.path(), &["codegen"]);
}

#[test]
fn a_manifest_that_does_not_parse_is_named_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    demo(folder.path());
    fs::write(folder.path().join("crates/c-api/Cargo.toml"), "[package]\nname = \n").expect("a broken manifest");
    git(folder.path(), &["commit", "--quiet", "--all", "--message", "Break"]);
    plan_says(folder.path(), &["crates/c-api/Cargo.toml", ":2"]);
}

#[test]
fn a_broken_policy_is_named_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    demo(folder.path());
    let policy = folder.path().join("stationmaster.toml");
    let text = fs::read_to_string(&policy).expect("a policy").replace("cadence =", "cadense =");
    fs::write(&policy, text).expect("the policy is written");
    plan_says(folder.path(), &["stationmaster.toml:", "cadense", "cadence"]);
}

#[test]
fn no_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    demo(folder.path());
    fs::remove_file(folder.path().join("stationmaster.toml")).expect("the policy goes");
    git(folder.path(), &["commit", "--quiet", "--all", "--message", "Drop the policy"]);
    plan_says(folder.path(), &["stationmaster init"]);
}

#[test]
fn a_setting_that_does_nothing_yet_is_named_once_and_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    demo(folder.path());
    let policy = folder.path().join("stationmaster.toml");
    let text = fs::read_to_string(&policy).expect("a policy");
    let line = text.lines().count() + 2;
    fs::write(&policy, format!("{text}\n[[epoch]]\nfrom = 2020-01-01\ngates.keep-formats = true\n")).expect("written");
    let dir = folder.path().to_str().expect("a plain path");
    let output = run(&["plan", "--json", "--offline", "--at", "2026-12-05", "--repo", dir]);
    assert!(json(&output)["steps"].is_array(), "standard output holds JSON alone");
    let said = errors(&output);
    assert_eq!(said.matches("does nothing yet").count(), 1, "{said}");
    let place = format!("stationmaster.toml:{}:22: `gates.keep-formats` does nothing yet", line + 2);
    assert!(said.contains(&place) && said.contains("| gates.keep-formats = true"), "{said}");
}
