//! Real workspaces: those of the corpus, the demo, and this one.

use std::{collections::BTreeMap, fs, path::Path};

use semver::{Version, VersionReq};
use stationmaster_core::{
    model::{Bump, TreeFiles, bump_version, strip_pre},
    workspace::Workspace,
};

use super::set;

/// The files of one text of the corpus.
fn unpacked(name: &str) -> TreeFiles {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/corpus/workspaces/{name}.txt"));
    let text = fs::read_to_string(path).expect("the corpus is here");
    let files = format!("\n{text}");
    let files = files.split("\n=== ").skip(1).map(|file| {
        let (path, text) = file.split_once('\n').expect("a path");
        // The line end before the next path, or that of the text, is no part of the file.
        (path.to_owned(), text.to_owned())
    });
    let mut files: TreeFiles = files.collect();
    if let Some(mut last) = files.last_entry() {
        let text = last.get().strip_suffix('\n').expect("a line end").to_owned();
        last.insert(text);
    }
    files
}

/// Manifests and lock files of a folder on disk.
fn on_disk(folder: &Path) -> TreeFiles {
    fn read(folder: &Path, prefix: &str, files: &mut TreeFiles) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.file_type().expect("a type").is_dir() {
                if name != "target" && name != ".git" {
                    read(&entry.path(), &format!("{path}/"), files);
                }
            } else if name == "Cargo.toml" || name == "Cargo.lock" {
                files.insert(path, fs::read_to_string(entry.path()).expect("a text"));
            }
        }
    }
    let mut files = TreeFiles::new();
    read(folder, "", &mut files);
    files
}

/// The new version of every package.
fn moves(workspace: &Workspace, next: impl Fn(&Version) -> Version) -> BTreeMap<String, Version> {
    workspace.packages.iter().map(|package| (package.name.clone(), next(&package.version))).collect()
}

fn major(version: &Version) -> Version {
    bump_version(&strip_pre(version), Bump::Major).expect("a next one")
}

fn development(version: &Version) -> Version {
    Version { pre: "dev".parse().expect("a pre-release"), ..major(version) }
}

/// Move everything, read it back, and judge what is left by the rules of cargo.
#[track_caller]
fn moved(files: &TreeFiles, next: impl Fn(&Version) -> Version) -> TreeFiles {
    let workspace = Workspace::read(files).expect("a workspace");
    let moves = moves(&workspace, next);
    let after = set(files, &moves);
    let again = Workspace::read(&after).expect("still a workspace");
    let lock = after.get(&again.lock_path());
    for package in &again.packages {
        assert_eq!(package.version, moves[&package.name], "{}", package.name);
        for dependency in &package.dependencies {
            let (Some(member), Some(requirement)) = (&dependency.member, &dependency.requirement) else { continue };
            let fits = VersionReq::parse(requirement).expect("a requirement").matches(&moves[member]);
            assert!(fits, "{} requires {member} {requirement}", package.name);
        }
        let entry = format!("[[package]]\nname = \"{}\"\nversion = \"{}\"\n", package.name, package.version);
        assert!(lock.is_none_or(|lock| lock.contains(&entry)), "{entry}");
    }
    assert_eq!(set(&after, &moves), after, "what is set stays set");
    after
}

/// Every line that differs.
fn changes(before: &TreeFiles, after: &TreeFiles) -> String {
    let mut words = String::new();
    for (path, old) in before {
        let new = &after[path];
        assert_eq!(old.split('\n').count(), new.split('\n').count(), "{path}");
        let lines = old.split('\n').zip(new.split('\n')).enumerate().filter(|(_, (old, new))| old != new);
        for (at, (_, new)) in lines {
            words += &format!("{path}:{}: {}\n", at + 1, new.trim_end());
        }
    }
    words
}

#[test]
fn a_major_step_of_regex_changes_these_lines() {
    let files = unpacked("regex");
    moved(&files, development);
    insta::assert_snapshot!(changes(&files, &moved(&files, major)));
}

#[test]
fn a_major_step_of_serde_changes_these_lines() {
    let files = unpacked("serde");
    moved(&files, development);
    insta::assert_snapshot!(changes(&files, &moved(&files, major)));
}

#[test]
fn a_major_step_of_tracing_changes_these_lines() {
    let files = unpacked("tracing");
    moved(&files, development);
    insta::assert_snapshot!(changes(&files, &moved(&files, major)));
}

#[test]
fn a_major_step_of_an_application_changes_these_lines() {
    let files = unpacked("crates.io");
    moved(&files, development);
    insta::assert_snapshot!(changes(&files, &moved(&files, major)));
}

#[test]
fn a_major_step_of_this_workspace_and_of_the_demo_is_read_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for folder in [root.clone(), root.join("demo")] {
        let files = on_disk(&folder);
        assert!(files.contains_key("Cargo.lock"), "{}", folder.display());
        for next in [major, development] {
            let after = moved(&files, next);
            assert!(!changes(&files, &after).is_empty());
        }
    }
}
