//! Against the real history of wasmtime, where a clone is at hand.

use std::path::PathBuf;

use stationmaster_adapters::git::Repository;
use stationmaster_core::model::FileSelection;
use stationmaster_engine::ports::{Objects, Refs};

/// The clone, or nothing and a word about it.
fn history() -> Option<Repository> {
    let Some(path) = std::env::var_os("STATIONMASTER_HISTORY").map(PathBuf::from) else {
        eprintln!("skipped: STATIONMASTER_HISTORY names no clone of bytecodealliance/wasmtime");
        return None;
    };
    Some(Repository::open(path).expect("a repository"))
}

#[tokio::test]
async fn release_branches_and_tags_of_wasmtime_are_seen_and_pull_requests_are_not() {
    let Some(repository) = history() else { return };
    let branches = repository.branches().await.expect("branches");
    let tags = repository.tags().await.expect("tags");
    assert!(branches.contains_key("main") && branches.contains_key("release-36.0.0"));
    assert!(branches.keys().chain(tags.keys()).all(|name| !name.contains("pull/")));
    let wanted = FileSelection {
        names: vec!["Cargo.toml".to_owned()],
        paths: vec!["Cargo.lock".to_owned()],
        ..FileSelection::default()
    };
    let files = repository.files(&branches["release-36.0.0"], &wanted).await.expect("files");
    assert!(files["Cargo.toml"].contains("[workspace.package]\nversion = \"36.0."));
    assert!(repository.contains(&branches["release-36.0.0"], &tags["v36.0.0"]).await.expect("known"));
}

#[tokio::test]
async fn the_main_branch_of_wasmtime_exports_and_copies() {
    let Some(repository) = history() else { return };
    let folder = tempfile::tempdir().expect("folder");
    let main = repository.branches().await.expect("branches")["main"].clone();
    let started = std::time::Instant::now();
    let exported = repository.export(&main, &folder.path().join("files"), &[]).expect("exported");
    eprintln!(
        "exported {} files, {} stand-ins, in {:?}",
        exported.written,
        exported.stand_ins.len(),
        started.elapsed()
    );
    assert!(exported.written > 5000);
    let started = std::time::Instant::now();
    let copy = repository.clone_to_bare(&folder.path().join("copy.git")).expect("copied");
    eprintln!("copied in {:?}", started.elapsed());
    assert_eq!(copy.branches().await, repository.branches().await);
    assert_eq!(copy.tags().await, repository.tags().await);
}
