//! `check`: what is wrong in any revision of a bare repository, with its place and its help.

use std::{fs, path::Path};

use serde_json::Value;

use super::binary::{code, demo, errors, git, json, run};

/// A bare clone of the demo; the lock file of branch `wrong` was left behind.
fn bare(folder: &Path) -> String {
    let work = folder.join("demo");
    demo(&work);
    git(&work, &["checkout", "--quiet", "-b", "wrong"]);
    git(&work, &["commit", "--quiet", "--allow-empty", "--message", "Change nothing"]);
    change(&work.join("Cargo.lock"), "version = \"4.0.0\"", "version = \"3.9.0\"");
    git(&work, &["commit", "--quiet", "--all", "--message", "Forget the lock file"]);
    git(&work, &["checkout", "--quiet", "main"]);
    git(folder, &["clone", "--quiet", "--bare", "demo", "bare.git"]);
    folder.join("bare.git").to_str().expect("a plain path").to_owned()
}

fn change(file: &Path, before: &str, after: &str) {
    let text = fs::read_to_string(file).expect("a file");
    assert!(text.contains(before), "{} holds {before}", file.display());
    fs::write(file, text.replacen(before, after, 1)).expect("a file");
}

fn findings(output: &std::process::Output) -> Vec<Value> {
    json(output)["findings"].as_array().unwrap_or_else(|| panic!("{}", errors(output))).clone()
}

#[test]
fn a_sound_revision_ends_with_0_and_says_what_was_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    for what in ["requirements", "versions"] {
        let output = run(&["check", what, "--repo", &repository]);
        assert_eq!(code(&output), 0, "{what}: {}", errors(&output));
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(shown.ends_with(": all as the policy says\n") && shown.lines().count() == 1, "{shown}");
        assert_eq!(findings(&run(&["check", what, "--repo", &repository, "--json"])), Vec::<Value>::new());
    }
}

#[test]
fn any_revision_is_judged_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    let objects =
        || git(Path::new(&repository), &["count-objects", "-v"]) + &git(Path::new(&repository), &["for-each-ref"]);
    let before = objects();
    let output = run(&["check", "versions", "--repo", &repository, "--rev", "wrong", "--json"]);
    assert_eq!(code(&output), 1, "{}", errors(&output));
    let found = findings(&output);
    let kinds: Vec<&str> = found.iter().filter_map(|finding| finding["kind"].as_str()).collect();
    assert_eq!(kinds, ["stale-lock-entry"]);
    assert_eq!((found[0]["file"].as_str(), found[0]["rule"].as_str()), (Some("Cargo.lock"), Some("R1")));
    assert!(
        found[0]["line"].as_u64().is_some() && found[0]["help"].as_str().is_some_and(|help| help.contains("4.0.0"))
    );
    let parent = run(&["check", "versions", "--repo", &repository, "--rev", "wrong~1"]);
    assert_eq!(code(&parent), 0, "{}", errors(&parent));
    assert_eq!(objects(), before);
}

#[test]
fn the_form_of_requirements_is_judged_by_the_policy_and_shown_with_place_and_help() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    let policy = folder.path().join("policy.toml");
    fs::write(&policy, git(Path::new(&repository), &["show", "main:stationmaster.toml"])).expect("a policy");
    change(&policy, "\"abacist-cli\", \"abacist-codegen\"", "\"abacist-machine\"");
    let policy = policy.to_str().expect("a plain path");
    let output = run(&["check", "requirements", "--repo", &repository, "--policy", policy]);
    assert_eq!(code(&output), 1, "{}", errors(&output));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_repository_without_a_policy_is_judged_by_what_its_own_requirements_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("solo");
    let write = |path: &str, text: &str| {
        let path = work.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let package = |name: &str, needs: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{needs}")
    };
    let parts = |form: &str| format!("parts = {{ path = \"../parts\", version = \"{form}1.0.0\" }}\n");
    write("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n");
    write("parts/Cargo.toml", &package("parts", ""));
    write("one/Cargo.toml", &package("one", &parts("=")));
    write("two/Cargo.toml", &package("two", &parts("=")));
    write("three/Cargo.toml", &package("three", &parts("")));
    git(&work, &["init", "--quiet"]);
    git(&work, &["add", "--all"]);
    git(&work, &["commit", "--quiet", "--message", "Begin"]);
    let output = run(&["check", "requirements", "--repo", work.to_str().expect("a plain path"), "--json"]);
    assert_eq!(code(&output), 1, "{}", errors(&output));
    let found = findings(&output);
    assert_eq!(found.len(), 1, "{found:?}");
    let finding = &found[0];
    let said = ["kind", "file", "help", "rule"].map(|key| finding[key].as_str().unwrap_or_default());
    assert_eq!(said, ["internal-not-exact", "three/Cargo.toml", "write `=1.0.0`", "X6"]);
    assert_eq!(finding["line"].as_u64(), Some(7));
}

#[test]
fn a_revision_that_is_none_is_an_error_of_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    let output = run(&["check", "requirements", "--repo", &repository, "--rev", "v99"]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("revision `v99`") && errors(&output).contains("hint"), "{}", errors(&output));
}
