//! Files, commits and history.

use std::{io::Write, process::Stdio};

use stationmaster_core::model::{CommitSpec, FileEdit, FileSelection};
use stationmaster_engine::ports::{Objects, PortError};

use crate::scratch::{Scratch, command, identity};

fn selection(names: &[&str], paths: &[&str]) -> FileSelection {
    let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    FileSelection { names: owned(names), paths: owned(paths), ..FileSelection::default() }
}

fn edit(path: &str, text: &str) -> FileEdit {
    FileEdit { path: path.to_owned(), text: text.to_owned() }
}

#[tokio::test]
async fn files_are_found_by_name_in_any_folder_and_by_path() {
    let scratch = Scratch::with_files();
    let (repository, commit) = (scratch.open(), scratch.id("HEAD"));
    let found = repository.files(&commit, &selection(&["Cargo.toml"], &["ci/run.sh", "absent"])).await.expect("files");
    let paths: Vec<_> = found.keys().map(String::as_str).collect();
    assert_eq!(paths, ["Cargo.toml", "ci/run.sh", "crates/a/Cargo.toml", "crates/b/Cargo.toml"]);
    assert_eq!(found["crates/a/Cargo.toml"], "[package]\nname = \"a\"\n");
    let found = repository.files(&commit, &selection(&[], &["crates/b/src/lib.rs"])).await.expect("files");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [("crates/b/src/lib.rs".to_owned(), "// b\n".to_owned())]);
    let none = repository.files(&commit, &selection(&["logo.bin", "link"], &["crates"])).await.expect("files");
    assert!(none.is_empty(), "bytes, a link and a folder are no text files: {none:?}");
}

#[tokio::test]
async fn a_sibling_commit_shows_its_own_files_although_trees_are_remembered() {
    let scratch = Scratch::with_files();
    let (repository, first) = (scratch.open(), scratch.id("HEAD"));
    let wanted = selection(&["Cargo.toml"], &[]);
    let before = repository.files(&first, &wanted).await.expect("files");
    scratch.write("crates/b/Cargo.toml", "[package]\nname = \"b2\"\n");
    let second = scratch.commit("second");
    let after = repository.files(&second, &wanted).await.expect("files");
    assert_eq!(after["crates/b/Cargo.toml"], "[package]\nname = \"b2\"\n");
    assert_eq!(repository.files(&first, &wanted).await.expect("files"), before);
}

#[tokio::test]
async fn a_missing_blob_is_an_error_with_its_path_and_id() {
    let scratch = Scratch::with_files();
    let blob = scratch.run(&["rev-parse", "HEAD:crates/a/Cargo.toml"]);
    std::fs::remove_file(scratch.work().join(".git/objects").join(&blob[..2]).join(&blob[2..])).expect("removed");
    let result = scratch.open().files(&scratch.id("HEAD"), &selection(&["Cargo.toml"], &[])).await;
    assert_eq!(
        result.expect_err("an error"),
        PortError::Missing { what: format!("blob {blob} of `crates/a/Cargo.toml`") }
    );
}

#[tokio::test]
async fn a_commit_has_the_id_that_git_gives_it_and_keeps_modes() {
    let scratch = Scratch::with_files();
    scratch.run(&["config", "commit.gpgSign", "true"]);
    let (repository, parent, (identity, seconds)) = (scratch.open(), scratch.id("HEAD"), identity());
    let spec = CommitSpec {
        parent: parent.clone(),
        edits: vec![edit("ci/run.sh", "#!/bin/sh\ntrue\n"), edit("docs/new/page.md", "new\n"), edit("Cargo.toml", "")],
        removed: Vec::new(),
        message: "Bump to 2.0.0\n\nBody with ünïcode\n".to_owned(),
        identity,
        seconds,
    };
    let ours = repository.write_commit(&spec).await.expect("written");
    assert_eq!(repository.write_commit(&spec).await.expect("again"), ours);
    assert_eq!(scratch.id("HEAD"), parent, "no ref moved");

    for change in &spec.edits {
        scratch.write(&change.path, &change.text);
    }
    scratch.run(&["add", "-A"]);
    let tree = scratch.run(&["write-tree"]);
    let mut git = command(&scratch.work());
    git.args(["commit-tree", &tree, "-p", parent.as_str()]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = git.spawn().expect("git runs");
    child.stdin.take().expect("piped").write_all(spec.message.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("git ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), ours.as_str());
    let listed = scratch.run(&["ls-tree", ours.as_str(), "ci/run.sh"]);
    assert!(listed.starts_with("100755 "), "{listed}");
    scratch.assert_sound();
}

#[tokio::test]
async fn a_commit_without_edits_has_its_parents_tree() {
    let scratch = Scratch::with_files();
    let (parent, (identity, seconds)) = (scratch.id("HEAD"), identity());
    let spec = CommitSpec {
        parent,
        edits: Vec::new(),
        removed: Vec::new(),
        message: "Release\n".to_owned(),
        identity,
        seconds,
    };
    let commit = scratch.open().write_commit(&spec).await.expect("written");
    assert_eq!(scratch.id("HEAD^{tree}"), scratch.id(&format!("{commit}^{{tree}}")));
}

#[tokio::test]
async fn a_commit_can_take_files_away_and_nothing_that_is_not_there() {
    let scratch = Scratch::with_files();
    let (parent, (identity, seconds)) = (scratch.id("HEAD"), identity());
    let removing = |path: &str| CommitSpec {
        parent: parent.clone(),
        edits: vec![edit("docs/new/page.md", "new\n")],
        removed: vec![path.to_owned()],
        message: "x\n".to_owned(),
        identity: identity.clone(),
        seconds,
    };
    let commit = scratch.open().write_commit(&removing("ci/run.sh")).await.expect("written");
    let diff = scratch.run(&["diff", "--name-status", parent.as_str(), commit.as_str()]);
    assert_eq!(diff.trim(), "D\tci/run.sh\nA\tdocs/new/page.md");
    let in_docs = FileSelection { folders: vec!["docs/new".to_owned()], ..FileSelection::default() };
    let files = scratch.open().files(&commit, &in_docs).await.expect("files");
    assert_eq!(files.keys().collect::<Vec<_>>(), ["docs/new/page.md"]);
    for path in ["ci/absent.sh", "link", "crates"] {
        assert!(scratch.open().write_commit(&removing(path)).await.is_err(), "{path}");
    }
    scratch.assert_sound();
}

#[tokio::test]
async fn what_is_no_plain_file_is_not_overwritten_and_no_path_leaves_the_tree() {
    let scratch = Scratch::with_files();
    let (parent, (identity, seconds)) = (scratch.id("HEAD"), identity());
    for path in ["link", "crates", "../out", "/etc/x", "a//b", ".git/config", "crates/../x", ""] {
        let spec = CommitSpec {
            parent: parent.clone(),
            edits: vec![edit(path, "text")],
            removed: Vec::new(),
            message: "x\n".to_owned(),
            identity: identity.clone(),
            seconds,
        };
        let result = scratch.open().write_commit(&spec).await;
        assert!(result.is_err(), "`{path}` gave {result:?}");
    }
}

#[tokio::test]
async fn history_knows_its_ancestors_and_times() {
    let scratch = Scratch::with_files();
    let (repository, first) = (scratch.open(), scratch.id("HEAD"));
    scratch.run(&["switch", "-qc", "side"]);
    let side = scratch.commit("side");
    scratch.run(&["switch", "-q", "main"]);
    let second = scratch.commit("second");
    assert!(repository.contains(&second, &first).await.expect("known"));
    assert!(repository.contains(&second, &second).await.expect("known"));
    assert!(!repository.contains(&first, &second).await.expect("known"));
    assert!(!repository.contains(&second, &side).await.expect("known"));
    assert_eq!(repository.commit_time(&second).await.expect("time").as_second(), 1_700_000_000);
    let unknown = "0123456789012345678901234567890123456789".parse().expect("an id");
    let missing = PortError::Missing { what: format!("commit {unknown}") };
    assert_eq!(repository.contains(&second, &unknown).await.expect_err("an error"), missing);
}
