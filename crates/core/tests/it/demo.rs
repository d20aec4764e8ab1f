//! The bundled demo: its policy fits it, and what is edited in it stays sound for cargo.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use jiff::civil::date;
use stationmaster_core::{
    edit::{notes, set_versions},
    model::{Bump, TreeFiles, bump_version},
    policy::Policy,
    workspace::Workspace,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo")
}

/// Every text of the demo, by path.
fn read(folder: &Path, prefix: &str, files: &mut TreeFiles) {
    for entry in fs::read_dir(folder).expect("the demo is here") {
        let entry = entry.expect("an entry");
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path == "target" {
            continue;
        }
        if entry.file_type().expect("a type").is_dir() {
            read(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read_to_string(entry.path()).expect("a text"));
        }
    }
}

#[test]
fn after_a_step_cargo_takes_the_demo_as_it_is() {
    let mut files = TreeFiles::new();
    read(&folder(), "", &mut files);
    let policy = Policy::parse(&files["stationmaster.toml"]).expect("a policy");
    let rules = policy.on(date(2026, 12, 5));
    let workspace = Workspace::read(&files).expect("a workspace");
    let groups = workspace.groups(&rules.groups).expect("groups that fit");
    let mut to = BTreeMap::new();
    let mut version_files = Vec::new();
    for group in &groups {
        let version = bump_version(&group.version, Bump::Major).expect("a next one");
        to.extend(group.packages.iter().map(|package| (package.clone(), version.clone())));
        let theirs = rules.version_files.iter().filter(|file| file.group == group.name);
        version_files.extend(theirs.map(|file| (file.clone(), version.clone())));
    }
    assert_eq!(to.len(), workspace.packages.len(), "every package of the demo is in a group");
    let edits = set_versions(&files, &workspace, &to, &version_files).expect("edits");
    assert!(edits.iter().any(|edit| edit.path.ends_with("abacist.h")), "the header carries the version");
    files.extend(edits.into_iter().map(|edit| (edit.path, edit.text)));

    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo-after-a-step");
    if copy.exists() {
        fs::remove_dir_all(&copy).expect("an old copy can go");
    }
    for (path, text) in &files {
        let path = copy.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(&copy)
        .output()
        .expect("cargo runs");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&cargo.stdout).expect("JSON");
    let seen: BTreeMap<String, String> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|one| (one["name"].as_str().expect("a name").to_owned(), one["version"].as_str().expect("one").to_owned()))
        .collect();
    assert_eq!(seen, to.into_iter().map(|(name, version)| (name, version.to_string())).collect());
}

#[test]
fn the_notes_of_the_demo_hold_what_is_next_and_what_was() {
    let mut files = TreeFiles::new();
    read(&folder(), "", &mut files);
    let policy = Policy::parse(&files["stationmaster.toml"]).expect("a policy");
    let rules = policy.on(date(2026, 12, 5));
    let text = &files["RELEASES.md"];
    let next = notes::section(text, &rules.train.first.version).expect("a section for the next release");
    assert!(next.starts_with("Unreleased."), "{next}");
    let workspace = Workspace::read(&files).expect("a workspace");
    let current = &workspace.package("abacist").expect("the runtime").version;
    assert!(notes::section(text, current).expect("a section for the last").starts_with("Released "));
    assert_eq!(bump_version(current, Bump::Major).as_ref(), Ok(&rules.train.first.version));
}
