//! Bare copies, and repositories from folders.

use std::path::Path;

use stationmaster_adapters::git::Repository;
use stationmaster_core::model::{CommitSpec, FileSelection};
use stationmaster_engine::ports::{Objects, PortError, Refs};

use crate::scratch::{Scratch, identity};

fn refs(scratch: &Scratch, folder: &str) -> String {
    scratch.try_git(&["-C", folder, "for-each-ref", "--format=%(refname) %(objectname) %(*objectname)"]).0
}

/// Every path below a folder with its length, time of change and content's beginning.
fn state_of(folder: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("readable") {
            let path = entry.expect("an entry").path();
            let metadata = path.symlink_metadata().expect("metadata");
            lines.push(format!("{} {} {:?}", path.display(), metadata.len(), metadata.modified().expect("a time")));
            if metadata.is_dir() {
                folders.push(path);
            }
        }
    }
    lines.sort();
    lines
}

#[tokio::test]
async fn a_bare_copy_stands_alone_with_branches_and_tags_only() {
    let scratch = Scratch::with_files();
    scratch.run(&["tag", "-am", "noted", "v1"]);
    scratch.run(&["tag", "light"]);
    scratch.run(&["gc", "-q"]);
    scratch.write("new", "loose");
    scratch.commit("second");
    scratch.run(&["branch", "release-1"]);
    let kept = refs(&scratch, "work");
    scratch.run(&["update-ref", "refs/pull/7/head", "HEAD"]);
    scratch.try_git(&["clone", "-q", "--shared", "--bare", "work", "borrower.git"]);
    scratch.try_git(&["-C", "work", "worktree", "add", "-q", "../linked", "release-1"]);
    for source in ["work", "borrower.git", "linked"] {
        let before = state_of(&scratch.folder().join(source));
        let dest = scratch.folder().join(format!("copy-of-{source}"));
        let copy =
            Repository::open(scratch.folder().join(source)).expect("opened").clone_to_bare(&dest).expect("copied");
        assert_eq!(state_of(&scratch.folder().join(source)), before, "{source} was written to");
        assert_eq!(copy.work_dir(), None);
        let head = if source == "linked" { "release-1" } else { "main" };
        assert_eq!(copy.main_branch_guess().as_deref(), Some(head));
    }
    let hidden = scratch.folder().join("hidden");
    std::fs::rename(scratch.work(), &hidden).expect("the original goes");
    for source in ["work", "borrower.git", "linked"] {
        let name = format!("copy-of-{source}");
        assert_eq!(refs(&scratch, &name), kept, "{source}");
        let (text, ok) = scratch.try_git(&["-C", &name, "fsck", "--strict", "--full"]);
        assert!(ok && !text.contains("missing"), "{source}: {text}");
    }
}

#[tokio::test]
async fn what_is_written_to_a_copy_does_not_reach_the_original() {
    let scratch = Scratch::with_files();
    let original = scratch.open();
    let copy = original.clone_to_bare(&scratch.folder().join("copy.git")).expect("copied");
    let (parent, (identity, seconds)) = (scratch.id("HEAD"), identity());
    let spec = CommitSpec {
        parent: parent.clone(),
        edits: Vec::new(),
        removed: Vec::new(),
        message: "only there\n".to_owned(),
        identity,
        seconds,
    };
    let commit = copy.write_commit(&spec).await.expect("written");
    copy.set_branch("main", Some(&parent), &commit).await.expect("moved");
    assert_eq!(original.branches().await.expect("branches")["main"], parent);
    assert!(original.commit_time(&commit).await.is_err());
}

#[test]
fn an_empty_repository_can_be_copied_and_a_full_folder_is_not_overwritten() {
    let scratch = Scratch::new();
    let dest = scratch.folder().join("copy.git");
    let copy = scratch.open().clone_to_bare(&dest).expect("copied");
    assert!(copy.head_is_unborn());
    let error = scratch.open().clone_to_bare(&dest).expect_err("an error");
    assert!(matches!(error, PortError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn a_repository_from_a_folder_is_always_the_same() {
    let scratch = Scratch::with_files();
    let (who, seconds) = identity();
    let mut ids = Vec::new();
    for name in ["one.git", "two.git"] {
        let dest = scratch.folder().join(name);
        let made = Repository::init_from_dir(&scratch.work(), &dest, &who, seconds).expect("made");
        ids.push(made.branches().await.expect("branches")["main"].clone());
        let (text, ok) = scratch.try_git(&["-C", name, "fsck", "--strict"]);
        assert!(ok, "{text}");
        let (tree, _) = scratch.try_git(&["-C", name, "rev-parse", "main^{tree}"]);
        assert_eq!(tree, scratch.run(&["rev-parse", "HEAD^{tree}"]), "modes, links and all");
        let wanted = FileSelection { names: vec!["Cargo.toml".to_owned()], ..FileSelection::default() };
        assert_eq!(made.files(&ids[0], &wanted).await.expect("files").len(), 3);
    }
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn of_many_copies_to_one_place_one_is_made_and_the_original_stays_whole() {
    let scratch = Scratch::with_files();
    let original = scratch.open();
    let before = state_of(&scratch.work());
    for round in 0..5 {
        let dest = scratch.folder().join(format!("copy-{round}.git"));
        let ends: Vec<_> = std::thread::scope(|scope| {
            let copies: Vec<_> = (0..6).map(|_| scope.spawn(|| original.clone_to_bare(&dest))).collect();
            copies.into_iter().map(|copy| copy.join().expect("no panic")).collect()
        });
        assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1);
        let refused = |end: &&Result<_, PortError>| matches!(end, Err(PortError::Refused { .. }));
        assert_eq!(ends.iter().filter(refused).count(), 5);
        let (text, ok) = scratch.try_git(&["-C", &format!("copy-{round}.git"), "fsck", "--strict"]);
        assert!(ok, "{text}");
    }
    assert_eq!(state_of(&scratch.work()), before);
    scratch.assert_sound();
}
