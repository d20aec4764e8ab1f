//! What was seen for a plan, saved and planned from again.

use std::{fs, path::Path};

use super::binary::{code, demo, errors, git, json, run, stationmaster};

const DAY: [&str; 2] = ["--at", "2026-12-05"];

/// The demo in this folder.
fn project(folder: &Path) -> String {
    let work = folder.join("demo");
    demo(&work);
    work.to_str().expect("a plain path").to_owned()
}

#[test]
fn a_plan_is_made_again_from_its_facts_where_there_is_no_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = project(folder.path());
    let file = folder.path().join("facts.json").to_str().expect("a plain path").to_owned();
    let scope = [&["--repo", &work, "--offline"], &DAY[..]].concat();
    for merged in [false, true] {
        if merged {
            assert_eq!(code(&run(&[&["run"], &scope[..]].concat())), 3, "a person must merge");
            assert_eq!(code(&run(&[&["pr", "merge", "1", "--by", "a maintainer"], &scope[..]].concat())), 0);
        }
        let saved = run(&[&["plan", "--json", "--save-facts", &file], &scope[..]].concat());
        let again = run(&["plan", "--json", "--facts", &file, "--repo", "/nowhere"]);
        assert_eq!(json(&again), json(&saved), "{}", errors(&again));
        assert_eq!(code(&again), code(&saved), "{}", errors(&again));
    }
}

#[test]
fn facts_that_are_asked_for_by_another_policy_are_missed_and_nothing_is_guessed() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = project(folder.path());
    let [file, policy] =
        ["facts.json", "other.toml"].map(|name| folder.path().join(name).to_str().expect("a plain path").to_owned());
    let text = fs::read_to_string(Path::new(&work).join("stationmaster.toml")).expect("a policy");
    // The other policy is about another branch.
    git(Path::new(&work), &["branch", "trunk"]);
    git(Path::new(&work), &["commit", "--quiet", "--allow-empty", "--message", "Move on"]);
    let saved = run(&[&["plan", "--save-facts", &file, "--repo", &work, "--offline"], &DAY[..]].concat());
    assert_eq!(code(&saved), 0, "{}", errors(&saved));
    fs::write(&policy, text.replacen("main = \"main\"", "main = \"trunk\"", 1)).expect("written");
    let missed = run(&["plan", "--facts", &file, "--policy", &policy]);
    assert_eq!(code(&missed), 2, "{}", String::from_utf8_lossy(&missed.stdout));
    assert!(errors(&missed).contains("does not say the files of commit"), "{}", errors(&missed));
    let other_day = run(&["plan", "--facts", &file, "--at", "2026-12-06"]);
    assert_eq!(code(&other_day), 2);
    assert!(errors(&other_day).contains("holds the facts of 2026-12-05"), "{}", errors(&other_day));
    fs::write(&file, "{}").expect("written");
    let none = run(&["plan", "--facts", &file]);
    assert_eq!(code(&none), 2);
    assert!(errors(&none).contains("these are no saved facts"), "{}", errors(&none));
}

#[test]
fn no_secret_of_the_process_is_in_the_facts() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = project(folder.path());
    let notes = Path::new(&work).join("RELEASES.md");
    let text = fs::read_to_string(&notes).expect("the demo has notes");
    fs::write(&notes, text + "\nPushed with s3cr3t-token to https://bot:pa55word@example.org/.\n").expect("written");
    git(Path::new(&work), &["commit", "--quiet", "--all", "--message", "Say too much"]);
    let file = folder.path().join("facts.json");
    let save = ["plan", "--save-facts", file.to_str().expect("a plain path"), "--repo", &work, "--offline"];
    let mut command = stationmaster(&[&save, &DAY[..]].concat());
    let saved = command.env("CARGO_REGISTRY_TOKEN", "s3cr3t-token").output().expect("it runs");
    assert_eq!(code(&saved), 0, "{}", errors(&saved));
    let facts = fs::read_to_string(&file).expect("the facts");
    assert!(facts.contains("Pushed with [hidden]"), "the notes are among the facts");
    assert!(!facts.contains("s3cr3t-token") && !facts.contains("pa55word"));
    assert_eq!(code(&run(&["plan", "--facts", file.to_str().expect("a plain path")])), 0);
}
