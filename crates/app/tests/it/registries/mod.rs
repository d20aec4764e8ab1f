//! The same life of a project at two registries: ours, and one that others wrote.
//!
//! Rules: R11.

mod station;

use std::{fs, path::Path, process::Command};

use super::binary::{code, demo, errors, git, stationmaster};
use station::{Station, embedded, ktra};

#[test]
fn the_demo_lives_at_the_embedded_registry() {
    a_projects_life(&embedded());
}

#[test]
fn the_demo_lives_at_ktra() {
    let Some(station) = ktra() else { return };
    a_projects_life(&station);
}

#[test]
fn this_project_is_published_to_ktra_and_installed_from_there() {
    let Some(station) = ktra() else { return };
    own_crates(&station);
}

/// Publish this project's own crates, and install its program with plain cargo.
fn own_crates(station: &Station) {
    let work = station.path("own");
    copy_of_this_project(&work);
    let inferred = stationmaster(&["init", "--repo", work.to_str().expect("a plain path")]).output().expect("it runs");
    assert_eq!(code(&inferred), 0, "{}", errors(&inferred));
    at_home_in_station(&work, &station.index);
    let published = station.run("publish", &work, &station.alice, &["--rev", "main"]);
    assert_eq!(code(&published), 0, "{}{}", errors(&published), String::from_utf8_lossy(&published.stdout));
    let root = station.path("installed");
    let root = root.to_str().expect("a plain path");
    let named = format!("stationmaster@{}", env!("CARGO_PKG_VERSION"));
    let arguments = ["install", "--debug", "--locked", "--registry", "station", "--root", root, &named];
    let installed = station.cargo(station.folder.path(), &arguments);
    assert!(installed.status.success(), "{}", errors(&installed));
    let said = Command::new(station.path("installed/bin/stationmaster")).arg("--version").output().expect("it runs");
    assert!(said.status.success(), "{}", errors(&said));
}

/// Publish, install, publish again, be refused, withdraw.
fn a_projects_life(station: &Station) {
    let work = station.path("demo");
    demo(&work);
    at_home_in_station(&work, &station.index);
    let publish = |token: &str| station.run("publish", &work, token, &["--rev", "main"]);

    let stranger = publish("nobodys-token");
    assert_ne!(code(&stranger), 0);
    assert!(!errors(&stranger).contains("nobodys-token"), "{}", errors(&stranger));
    assert_eq!(station.entries(CLI).len(), 0);

    for _ in 0..2 {
        let published = publish(&station.alice);
        assert_eq!(code(&published), 0, "{}{}", errors(&published), String::from_utf8_lossy(&published.stdout));
        assert_eq!(versions(station), ["4.0.0"]);
    }
    installs_and_runs(station);

    // The same version with other contents.
    fs::write(work.join("crates/cli/README.md"), "# Another readme\n").expect("a readme");
    git(&work, &["commit", "--quiet", "--all", "--message", "Change what is published"]);
    let duplicate = publish(&station.alice);
    assert_eq!(code(&duplicate), 1, "{}", errors(&duplicate));
    let said = String::from_utf8_lossy(&duplicate.stdout);
    assert!(said.contains("the version is in the index, with other bytes"), "{said}");
    let plain = station.cargo(&work.join("crates/cli"), &["publish", "--registry", "station", "--no-verify"]);
    assert!(!plain.status.success(), "cargo is refused as well");
    assert_eq!(versions(station), ["4.0.0"]);

    // A new version, by somebody who does not own the crates.
    let bumped = station.run("bump", &work, "", &["patch", "--base", "main", "--ref", "next"]);
    assert_eq!(code(&bumped), 0, "{}", errors(&bumped));
    git(&work, &["checkout", "--quiet", "next"]);
    let next = |token: &str| station.run("publish", &work, token, &["--rev", "next"]);
    let other = next(&station.bob);
    assert_ne!(code(&other), 0);
    assert_eq!(versions(station), ["4.0.0"]);
    let owner = next(&station.alice);
    assert_eq!(code(&owner), 0, "{}", errors(&owner));
    assert_eq!(versions(station), ["4.0.0", "4.0.1"]);

    let why = ["abacist-cli@4.0.0", "--why", "It loses digits."];
    let yanked = station.run("yank", &work, &station.alice, &why);
    assert_eq!(code(&yanked), 0, "{}", errors(&yanked));
    let shown: Vec<bool> = station.entries(CLI).iter().map(|it| it["yanked"] == true).collect();
    assert_eq!(shown, [true, false]);
}

/// Where the index has the demo's program.
const CLI: &str = "ab/ac/abacist-cli";

fn versions(station: &Station) -> Vec<String> {
    station.entries(CLI).iter().map(|it| it["vers"].as_str().expect("a version").to_owned()).collect()
}

/// Let a workspace's packages require each other from this registry, and its policy publish there.
fn at_home_in_station(work: &Path, index: &str) {
    let edit = |path: &str, change: &dyn Fn(String) -> String| {
        let text = fs::read_to_string(work.join(path)).unwrap_or_default();
        fs::write(work.join(path), change(text)).expect("a file is written");
    };
    edit("Cargo.toml", &|text| {
        let line = |line: &str| {
            let own = line.contains("path = \"") && line.ends_with(" }");
            if own { line.replace(" }", ", registry = \"station\" }\n") } else { format!("{line}\n") }
        };
        text.lines().map(line).collect()
    });
    fs::create_dir_all(work.join(".cargo")).expect("a folder");
    edit(".cargo/config.toml", &|text| format!("{text}\n[registries.station]\nindex = \"{index}\"\n"));
    edit("stationmaster.toml", &|text| {
        assert!(text.contains("[publish]\n"), "the policy says what is published");
        text.replace("[publish]\n", "[publish]\nregistry = \"station\"\n")
    });
    git(work, &["add", "--all"]);
    git(work, &["commit", "--quiet", "--message", "Publish to our own registry"]);
}

/// Every file that git has of this project, committed anew.
fn copy_of_this_project(work: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for path in git(&root, &["ls-files"]).lines() {
        let to = work.join(path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        match fs::read_link(root.join(path)) {
            Ok(target) => std::os::unix::fs::symlink(target, to).expect("a link is copied"),
            Err(_) => fs::copy(root.join(path), to).map(|_| ()).expect("a file is copied"),
        }
    }
    git(work, &["init", "--quiet"]);
    git(work, &["add", "--all"]);
    git(work, &["commit", "--quiet", "--message", "All of it"]);
}

/// Install the program with plain cargo and its own lock file, and let it reckon.
fn installs_and_runs(station: &Station) {
    let root = station.path("installed");
    let root = root.to_str().expect("a plain path");
    let arguments = ["install", "--debug", "--locked", "--registry", "station", "--root", root, "abacist-cli"];
    let installed = station.cargo(station.folder.path(), &arguments);
    assert!(installed.status.success(), "{}", errors(&installed));
    let said = Command::new(station.path("installed/bin/abacist")).arg("6*7").output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), "42", "{}", errors(&said));
}
