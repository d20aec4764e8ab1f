//! Commits of many objects, which are written as one pack.

use std::{collections::BTreeMap, fs, path::PathBuf};

use stationmaster_adapters::git::Repository;
use stationmaster_core::model::{CommitId, CommitSpec, FileEdit, FileSelection};
use stationmaster_engine::ports::Objects;

use crate::scratch::{Scratch, identity};

/// A commit that puts a file into each of ten folders.
fn spec(parent: &CommitId, text: &str) -> CommitSpec {
    let (identity, seconds) = identity();
    let edits = (0..10).map(|at| FileEdit { path: format!("crates/c{at}/notes.md"), text: format!("{text} {at}\n") });
    let (edits, removed, message) = (edits.collect(), Vec::new(), format!("{text}\n"));
    CommitSpec { parent: parent.clone(), edits, removed, message, identity, seconds }
}

async fn written(repository: &Repository, parent: &CommitId, text: &str) -> CommitId {
    repository.write_commit(&spec(parent, text)).await.expect("written")
}

fn pack_folder(scratch: &Scratch) -> PathBuf {
    scratch.work().join(".git/objects/pack")
}

/// Every file of the pack folder, with its bytes.
fn packs(scratch: &Scratch) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(pack_folder(scratch)).expect("a folder").flatten();
    entries
        .map(|entry| (entry.file_name().into_string().expect("text"), fs::read(entry.path()).expect("read")))
        .collect()
}

#[tokio::test]
async fn many_objects_are_one_pack_that_git_verifies() {
    let scratch = Scratch::with_files();
    let (repository, first) = (scratch.open(), scratch.id("HEAD"));
    let commit = written(&repository, &first, "all").await;
    let files = packs(&scratch);
    let names: Vec<_> = files.keys().collect();
    assert_eq!(names.len(), 2, "a pack and its index: {names:?}");
    let index = pack_folder(&scratch).join(names[0]);
    scratch.run(&["verify-pack", &index.display().to_string()]);
    scratch.assert_sound();
    assert_eq!(scratch.run(&["show", &format!("{commit}:crates/c7/notes.md")]), "all 7");
    let notes = FileSelection { names: vec!["notes.md".to_owned()], ..FileSelection::default() };
    assert_eq!(repository.read_files(&commit, &notes).expect("read").len(), 10, "the one who wrote it sees it");

    // What git makes of the same pack is the same index.
    let again = scratch.folder().join("again.idx").display().to_string();
    let pack = pack_folder(&scratch).join(names[1]).display().to_string();
    scratch.run(&["index-pack", "--strict", "-o", &again, &pack]);
    assert_eq!(&fs::read(again).expect("read"), files.values().next().expect("the index"));
}

#[tokio::test]
async fn what_cannot_be_compressed_is_packed_as_well() {
    let scratch = Scratch::with_files();
    // Letters of two bytes, in no order.
    let mut seed = 7_u64;
    let mut letter = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from_u32(0x80 + u32::try_from(seed >> 53).expect("eleven bits") % 0x780).expect("a letter")
    };
    let mut spec = spec(&scratch.id("HEAD"), "all");
    let sizes = [1, 100, 1_000, 10_000, 100_000, 1_000_000];
    for (edit, size) in spec.edits.iter_mut().zip(sizes) {
        edit.text = (0..size).map(|_| letter()).collect();
    }
    let commit = scratch.open().write_commit(&spec).await.expect("written");
    assert_eq!(packs(&scratch).len(), 2);
    scratch.assert_sound();
    for edit in &spec.edits {
        let text = scratch.run(&["show", &format!("{commit}:{}", edit.path)]);
        assert_eq!(text, edit.text.trim_end_matches('\n'), "{}", edit.path);
    }
}

#[tokio::test]
async fn the_same_commit_is_the_same_pack_and_is_written_once() {
    let (one, other) = (Scratch::with_files(), Scratch::with_files());
    let first = one.id("HEAD");
    assert_eq!(other.id("HEAD"), first);
    let commit = written(&one.open(), &first, "all").await;
    let before = packs(&one);
    assert_eq!(written(&one.open(), &first, "all").await, commit);
    assert_eq!(packs(&one), before, "nothing new");
    assert_eq!(written(&other.open(), &first, "all").await, commit);
    assert_eq!(packs(&other), before);
}

#[tokio::test]
async fn what_an_interrupted_write_leaves_is_passed_over_and_the_next_one_mends_it() {
    let scratch = Scratch::with_files();
    let first = scratch.id("HEAD");
    let commit = written(&scratch.open(), &first, "all").await;
    let whole = packs(&scratch);
    let folder = pack_folder(&scratch);
    let index = whole.keys().find(|name| name.ends_with(".idx")).expect("an index");
    fs::remove_file(folder.join(index)).expect("as if it ended before the index");
    fs::write(folder.join("tmp_pack_half"), "PACK").expect("as if it ended in the middle");
    scratch.assert_sound();
    assert!(!scratch.try_git(&["-C", "work", "cat-file", "-e", commit.as_str()]).1, "nobody sees half of it");

    assert_eq!(written(&scratch.open(), &first, "all").await, commit);
    scratch.run(&["branch", "kept", commit.as_str()]);
    scratch.run(&["prune", "--expire=now"]);
    assert_eq!(packs(&scratch), whole, "git clears away what was begun");
    scratch.assert_sound();
}

#[tokio::test]
async fn one_that_stays_open_sees_each_of_many_packs() {
    let scratch = Scratch::with_files();
    let repository = scratch.open();
    let mut head = scratch.id("HEAD");
    for round in 0..40 {
        head = written(&repository, &head, &format!("round {round}")).await;
    }
    assert_eq!(packs(&scratch).len(), 80);
    assert!(repository.contains(&head, &scratch.id("HEAD")).await.expect("all are there"));
    scratch.assert_sound();
}
