//! Every shape a repository comes in.

use std::path::Path;

use stationmaster_adapters::git::{OpenError, Repository};
use stationmaster_engine::ports::Refs;

use crate::scratch::Scratch;

fn real(path: &Path) -> std::path::PathBuf {
    path.canonicalize().expect("exists")
}

#[tokio::test]
async fn a_work_tree_a_subfolder_a_bare_clone_and_a_linked_worktree_are_the_same_repository() {
    let scratch = Scratch::with_files();
    scratch.try_git(&["clone", "-q", "--bare", "work", "bare.git"]);
    scratch.run(&["worktree", "add", "-q", "../linked", "-b", "side"]);
    let main = scratch.id("main");
    for folder in ["work", "work/crates/a", "work/.git", "bare.git", "linked", "linked/crates"] {
        let repository = Repository::open(scratch.folder().join(folder)).expect(folder);
        assert_eq!(repository.branches().await.expect("branches")["main"], main, "{folder}");
    }
    let linked = Repository::open(scratch.folder().join("linked")).expect("linked");
    assert_eq!(linked.state_dir(), real(&scratch.work()).join(".git/stationmaster"));
    assert_eq!(linked.work_dir().map(real), Some(real(&scratch.folder().join("linked"))));
    assert_eq!(linked.main_branch_guess().as_deref(), Some("side"));
    let bare = Repository::open(scratch.folder().join("bare.git")).expect("bare");
    assert_eq!(bare.work_dir(), None);
    assert_eq!(bare.main_branch_guess().as_deref(), Some("main"));
    assert!(!bare.head_is_unborn());
}

#[tokio::test]
async fn a_bare_mirror_without_a_config_file_is_a_repository() {
    let scratch = Scratch::with_files();
    scratch.run(&["pack-refs", "--all"]);
    let mirror = scratch.folder().join("mirror");
    std::fs::create_dir_all(mirror.join("refs")).expect("refs");
    std::fs::rename(scratch.work().join(".git/objects"), mirror.join("objects")).expect("objects");
    for file in ["HEAD", "packed-refs"] {
        std::fs::copy(scratch.work().join(".git").join(file), mirror.join(file)).expect(file);
    }
    let repository = Repository::open(&mirror).expect("mirror");
    assert_eq!(repository.work_dir(), None);
    assert_eq!(repository.branches().await.expect("branches").keys().collect::<Vec<_>>(), ["main"]);
}

#[test]
fn where_there_is_no_repository_the_error_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let missing = folder.path().join("nowhere");
    assert_eq!(Repository::open(&missing).expect_err("an error"), OpenError::NoSuchFolder { path: missing.clone() });
    let plain = folder.path().to_owned();
    assert_eq!(Repository::open(&plain).expect_err("an error"), OpenError::NoRepository { path: plain.clone() });
}

#[test]
fn a_repository_that_cannot_be_read_is_not_taken_for_none() {
    let scratch = Scratch::new();
    std::fs::write(scratch.work().join(".git/config"), "[core\n").expect("write");
    assert!(matches!(Repository::open(scratch.work()), Err(OpenError::Unreadable { .. })));
}

#[test]
fn a_fresh_repository_has_an_unborn_head() {
    let scratch = Scratch::new();
    let repository = scratch.open();
    assert!(repository.head_is_unborn());
    assert_eq!(repository.main_branch_guess().as_deref(), Some("main"));
}

#[test]
fn a_format_that_cannot_be_read_is_named_in_one_sentence() {
    for (key, value, why) in [
        ("core.repositoryformatversion", "2", "it has repository format 2, and Stationmaster reads formats 0 and 1"),
        ("extensions.objectFormat", "sha256", "it names objects by SHA-256, and Stationmaster reads SHA-1 only"),
        ("extensions.refStorage", "reftable", "it keeps its refs as `reftable`"),
        ("extensions.fromTheFuture", "true", "it uses the extension `fromthefuture`"),
    ] {
        let scratch = Scratch::with_files();
        scratch.run(&["config", "core.repositoryformatversion", "1"]);
        scratch.run(&["config", key, value]);
        for folder in ["work", "work/crates", "work/.git"] {
            match Repository::open(scratch.folder().join(folder)) {
                Err(OpenError::Unreadable { why: found, help, .. }) => {
                    assert!(found.contains(why) && help.is_some(), "{folder}: {found}, {help:?}");
                }
                other => panic!("{key} in {folder}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn extensions_that_change_nothing_here_are_no_hindrance() {
    let scratch = Scratch::with_files();
    scratch.run(&["config", "core.repositoryformatversion", "1"]);
    scratch.run(&["config", "extensions.partialClone", "origin"]);
    scratch.run(&["config", "extensions.preciousObjects", "true"]);
    scratch.run(&["config", "extensions.worktreeConfig", "true"]);
    assert!(scratch.open().branches().await.expect("branches").contains_key("main"));
}

#[test]
fn a_head_that_is_missing_or_broken_is_said() {
    let scratch = Scratch::with_files();
    scratch.try_git(&["clone", "-q", "--bare", "work", "bare.git"]);
    let bare = scratch.folder().join("bare.git");
    std::fs::write(bare.join("HEAD"), "nonsense\n").expect("broken");
    let broken = Repository::open(&bare).expect_err("broken").to_string();
    assert!(broken.contains("HEAD"), "{broken}");
    std::fs::remove_file(bare.join("HEAD")).expect("gone");
    let missing = Repository::open(&bare).expect_err("missing").to_string();
    assert!(missing.ends_with("it has no HEAD"), "{missing}");
}
