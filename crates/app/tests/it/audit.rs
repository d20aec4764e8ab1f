//! `audit` and `pick` on real repositories.

use std::{collections::BTreeMap, fs, path::PathBuf};

use super::binary::{code, demo, errors, git, json, run};

#[test]
fn a_young_history_has_nothing_to_be_found_and_a_wrong_tag_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("demo");
    demo(&repository);
    let dir = repository.to_str().expect("a plain path");
    let page = folder.path().join("audit.html");
    let audit = || {
        let html = page.to_str().expect("a plain path");
        run(&["audit", "--repo", dir, "--at", "2026-12-01", "--json", "--html", html])
    };
    let clean = audit();
    assert_eq!((code(&clean), json(&clean)["findings"].as_array().map(Vec::len)), (0, Some(0)), "{}", errors(&clean));
    // The manifests say 4.0.0.
    git(&repository, &["tag", "v3.9.0"]);
    let found = json(&audit());
    let kinds: Vec<&str> =
        found["findings"].as_array().expect("findings").iter().filter_map(|one| one["kind"].as_str()).collect();
    assert!(kinds.contains(&"tag-version-mismatch"), "{kinds:?}");
    assert!(fs::read_to_string(&page).expect("the page").contains("tag-version-mismatch"));
}

#[test]
fn a_change_is_picked_and_a_conflict_ends_with_findings() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("demo");
    demo(&repository);
    let dir = repository.to_str().expect("a plain path");
    git(&repository, &["branch", "line"]);
    let edit = |text: &str, message: &str| {
        fs::write(repository.join("NOTES.txt"), text).expect("written");
        git(&repository, &["add", "--all"]);
        git(&repository, &["commit", "--quiet", "--message", message]);
    };
    edit("one\n", "Begin the notes (#1)");
    edit("two\n", "Go on with the notes (#2)");
    let pick = |arguments: &[&str]| run(&[&["pick", "--repo", dir, "--onto", "line", "--json"], arguments].concat());
    let both = pick(&["main", "main~1"]);
    let made = json(&both);
    assert_eq!((code(&both), made["status"].as_str()), (0, Some("clean")), "{made}");
    let text = git(&repository, &["show", &format!("{}:NOTES.txt", made["commit"].as_str().expect("an id"))]);
    assert_eq!(text, "two", "in the order of main, whatever the order of the arguments");
    let squashed = json(&pick(&["main~1", "main", "--squash"]));
    assert_eq!(squashed["tree"], made["tree"]);
    let parent = format!("{}^", squashed["commit"].as_str().expect("an id"));
    assert_eq!(git(&repository, &["rev-parse", &parent]), git(&repository, &["rev-parse", "line"]));
    let conflict = pick(&["main"]);
    let said = json(&conflict);
    assert_eq!((code(&conflict), said["status"].as_str()), (1, Some("conflict")));
    assert_eq!(said["conflicts"][0], "NOTES.txt");
    assert_eq!(said["predecessors"][0]["subject"], "Begin the notes (#1)");
}

/// The clone of wasmtime and the tables of its history. None without them.
fn history() -> Option<(String, PathBuf, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let facts = std::env::var_os("STATIONMASTER_FACTS").map_or_else(|| root.join("../shared/history"), PathBuf::from);
    let Ok(clone) = std::env::var("STATIONMASTER_HISTORY") else {
        eprintln!("skipped: STATIONMASTER_HISTORY names no clone");
        return None;
    };
    if !facts.join("schedule.csv").exists() {
        eprintln!("skipped: STATIONMASTER_FACTS names no tables");
        return None;
    }
    let policy = root.join("policies/wasmtime.toml").to_str().expect("a plain path").to_owned();
    Some((clone, facts, policy))
}

#[test]
fn the_audit_of_the_real_history_finds_what_its_tables_say() {
    let Some((clone, facts, policy)) = history() else { return };
    let found = json(&run(&["audit", "--repo", &clone, "--policy", &policy, "--at", "2026-08-21", "--json"]));
    let found = found["findings"].as_array().expect("findings");
    let has = |kind: &str, subject: &str| found.iter().any(|one| one["kind"] == kind && one["subject"] == subject);
    let late: BTreeMap<&str, i64> = found
        .iter()
        .filter(|one| one["kind"] == "late-release")
        .map(|one| (one["subject"].as_str().expect("a version"), 0))
        .collect();
    let schedule = fs::read_to_string(facts.join("schedule.csv")).expect("a table");
    for row in schedule.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()) {
        let days: i64 = row[5].parse().expect("days");
        assert_eq!(days > 0, late.contains_key(row[0]), "{} left {days} days late", row[0]);
    }
    let releases = fs::read_to_string(facts.join("releases.csv")).expect("a table");
    for row in releases.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()) {
        let (version, at_tag, carried) = (row[0], row[15], row[16]);
        assert_eq!(
            carried != version && !carried.is_empty(),
            has("tag-version-mismatch", version),
            "{version} {carried}"
        );
        let unreleased = has("unreleased-at-tag", version);
        assert_eq!(at_tag == "no" && !unreleased, has("date-differs", version), "{version}: {at_tag}");
    }
    assert!(has("skipped-number", "38.0.0"), "its publishing failed, and 38.0.1 took its place");
    assert!(has("untagged-release", "38.0.0"), "a commit says that it is the release");
    assert!(!has("misplaced-tag", "41.0.1"), "a revert is no release");
    let misplaced = found.iter().filter(|one| one["kind"] == "misplaced-tag");
    assert!(misplaced.clone().count() > 0 && misplaced.clone().all(|one| one["severity"] == "information"));
    assert!(!has("weekend-release", "0.10.0"), "no rule of its day was about weekends");
}
