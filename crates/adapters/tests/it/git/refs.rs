//! Branches and tags.

use std::thread;

use stationmaster_core::model::CommitId;
use stationmaster_engine::ports::{PortError, RefUpdate, Refs, TagSpec};

use crate::scratch::{Scratch, identity};

fn tag(name: &str, commit: &CommitId, message: &str) -> TagSpec {
    let (identity, seconds) = identity();
    TagSpec { name: name.to_owned(), commit: commit.clone(), message: message.to_owned(), identity, seconds }
}

#[tokio::test]
async fn branches_and_tags_are_as_git_lists_them_loose_and_packed() {
    let scratch = Scratch::with_files();
    let first = scratch.id("HEAD");
    scratch.run(&["tag", "light"]);
    scratch.run(&["tag", "-am", "noted", "noted"]);
    scratch.run(&["tag", "-am", "of a tag", "twice", "noted"]);
    scratch.run(&["tag", "tree", "HEAD^{tree}"]);
    scratch.run(&["branch", "group/old"]);
    scratch.run(&["update-ref", "refs/pull/1/head", "HEAD"]);
    for packed in [false, true] {
        if packed {
            scratch.run(&["pack-refs", "--all"]);
            scratch.write("new", "text");
            scratch.commit("second");
        }
        let repository = scratch.open();
        let branches = repository.branches().await.expect("branches");
        assert_eq!(branches.keys().collect::<Vec<_>>(), ["group/old", "main"]);
        assert_eq!(branches["main"], scratch.id("HEAD"));
        let tags = repository.tags().await.expect("tags");
        assert_eq!(tags.keys().collect::<Vec<_>>(), ["light", "noted", "twice"]);
        assert!(tags.values().all(|commit| *commit == first));
    }
}

#[tokio::test]
async fn a_branch_moves_only_from_where_it_is_expected() {
    let scratch = Scratch::with_files();
    let first = scratch.id("HEAD");
    let second = scratch.commit("second");
    let repository = scratch.open();
    repository.set_branch("release-1.0.0", None, &first).await.expect("created");
    repository.set_branch("release-1.0.0", None, &first).await.expect("again: fine");
    let taken = repository.set_branch("release-1.0.0", None, &second).await.expect_err("an error");
    let found = format!("it points to {first}");
    assert_eq!(taken, PortError::Moved { what: "branch release-1.0.0".to_owned(), found: found.clone() });
    let stale = repository.set_branch("release-1.0.0", Some(&second), &second).await;
    assert!(stale.is_err_and(|error| error == taken));
    repository.set_branch("release-1.0.0", Some(&first), &second).await.expect("moved");
    assert_eq!(scratch.id("release-1.0.0"), second);
    let gone = repository.set_branch("absent", Some(&first), &second).await.expect_err("an error");
    assert_eq!(gone, PortError::Moved { what: "branch absent".to_owned(), found: "it does not exist".to_owned() });
    let log = scratch.run(&["reflog", "show", "--format=%gs %gn", "release-1.0.0"]);
    assert_eq!(log.lines().count(), 2, "{log}");
    scratch.assert_sound();
}

#[tokio::test]
async fn a_name_that_git_would_refuse_is_refused() {
    let scratch = Scratch::with_files();
    let repository = scratch.open();
    for name in ["a..b", "a b", "x.lock", "", "a/"] {
        let error = repository.set_branch(name, None, &scratch.id("HEAD")).await.expect_err("an error");
        assert!(matches!(error, PortError::Refused { .. }), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_tag_is_the_one_that_git_would_make() {
    let scratch = Scratch::with_files();
    let (repository, commit) = (scratch.open(), scratch.id("HEAD"));
    repository.create_tag(&tag("v1.0.0", &commit, "Release 1.0.0\n\nNotes")).await.expect("tagged");
    scratch.run(&["tag", "-am", "Release 1.0.0\n\nNotes", "theirs"]);
    let ours = scratch.run(&["cat-file", "tag", "v1.0.0"]).replace("tag v1.0.0", "tag theirs");
    assert_eq!(ours, scratch.run(&["cat-file", "tag", "theirs"]));
    repository.create_tag(&tag("v1.0.0", &commit, "Release 1.0.0")).await.expect("again: fine");
    let second = scratch.commit("second");
    let error = repository.create_tag(&tag("v1.0.0", &second, "Release")).await.expect_err("an error");
    assert_eq!(error, PortError::Moved { what: "tag v1.0.0".to_owned(), found: format!("it points to {commit}") });
    scratch.assert_sound();
}

#[test]
fn of_writers_that_race_for_a_branch_one_wins_and_the_others_are_told() {
    let scratch = Scratch::with_files();
    let base = scratch.id("HEAD");
    let heads: Vec<_> = (0..6).map(|n| scratch.commit(&format!("commit {n}"))).collect();
    let repository = scratch.open();
    repository_block_on(repository.set_branch("contended", None, &base)).expect("created");
    let results: Vec<_> = thread::scope(|scope| {
        let race = |head| {
            let own = scratch.open();
            let base = &base;
            move || repository_block_on(own.set_branch("contended", Some(base), head))
        };
        let threads: Vec<_> = heads.iter().map(|head| scope.spawn(race(head))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    let lost = results.iter().filter(|result| matches!(result, Err(PortError::Moved { .. }))).count();
    assert_eq!(lost, 5, "{results:?}");
    let winner = results.iter().position(Result::is_ok).expect("one");
    assert_eq!(scratch.id("contended"), heads[winner]);
}

fn branch(name: &str, expected: Option<&CommitId>, to: &CommitId) -> RefUpdate {
    RefUpdate::Branch { name: name.to_owned(), expected: expected.cloned(), to: to.clone() }
}

#[test]
fn of_writers_that_race_for_several_refs_one_gets_them_all() {
    let scratch = Scratch::with_files();
    let base = scratch.id("HEAD");
    let heads: Vec<_> = (0..6).map(|n| scratch.commit(&format!("commit {n}"))).collect();
    for name in ["one", "two", "three"] {
        repository_block_on(scratch.open().set_branch(name, None, &base)).expect("created");
    }
    let results: Vec<_> = thread::scope(|scope| {
        let race = |(at, head): (usize, &CommitId)| {
            let own = scratch.open();
            let mut updates: Vec<_> = ["one", "two", "three"].map(|name| branch(name, Some(&base), head)).to_vec();
            updates.push(RefUpdate::Tag(tag("v1.0.0", head, "Release")));
            updates.rotate_left(at % 4);
            move || repository_block_on(own.update(&updates))
        };
        let threads: Vec<_> = heads.iter().enumerate().map(|racer| scope.spawn(race(racer))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let refs = ["one", "two", "three", "v1.0.0^{commit}"].map(|name| scratch.id(name));
    assert!(refs.iter().all(|at| *at == refs[0]), "all of one writer: {refs:?} {results:?}");
    let winners: Vec<_> = (0..heads.len()).filter(|at| results[*at].is_ok()).map(|at| &heads[at]).collect();
    assert!(winners.iter().all(|head| **head == refs[0]) && winners.len() <= 1, "{results:?}");
    scratch.assert_sound();
}

#[tokio::test]
async fn if_one_of_several_refs_is_locked_none_is_written() {
    let scratch = Scratch::with_files();
    let (first, second) = (scratch.id("HEAD"), scratch.commit("second"));
    let repository = scratch.open();
    repository.set_branch("two", None, &first).await.expect("created");
    let lock = repository.common_dir().join("refs/heads/two.lock");
    std::fs::write(&lock, "").expect("a lock");
    let updates = [branch("one", None, &second), branch("two", Some(&first), &second), branch("three", None, &second)];
    let error = repository.update(&updates).await.expect_err("it is locked");
    assert!(matches!(error, PortError::Failed { .. }), "{error}");
    let there = repository.branches().await.expect("branches");
    assert_eq!(there.keys().collect::<Vec<_>>(), ["main", "two"], "{there:?}");
    assert_eq!(there["two"], first);
    std::fs::remove_file(&lock).expect("unlocked");
    repository.update(&updates).await.expect("moved");
    assert!(["one", "two", "three"].iter().all(|name| scratch.id(name) == second));
}

fn repository_block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

#[test]
fn work_trees_that_have_a_branch_checked_out_are_known() {
    let scratch = Scratch::with_files();
    scratch.run(&["worktree", "add", "-q", "../linked", "-b", "side"]);
    let real = |name: &str| vec![scratch.folder().join(name).canonicalize().expect("exists")];
    for opened in ["work", "linked"] {
        let repository = stationmaster_adapters::git::Repository::open(scratch.folder().join(opened)).expect("opened");
        assert_eq!(repository.checked_out_in("main"), real("work"), "from {opened}");
        assert_eq!(repository.checked_out_in("side"), real("linked"), "from {opened}");
        assert!(repository.checked_out_in("other").is_empty());
    }
}

#[tokio::test]
async fn a_lock_that_a_killed_process_left_can_be_cleared() {
    let scratch = Scratch::with_files();
    let first = scratch.id("HEAD");
    let repository = scratch.open();
    let lock = repository.common_dir().join("refs/heads/next.lock");
    std::fs::write(&lock, "").expect("a lock");
    repository.set_branch("next", None, &first).await.expect_err("it is locked");
    repository.clear_ref_locks().expect("the lock is cleared");
    repository.set_branch("next", None, &first).await.expect("it is free");
}

#[test]
fn a_revision_is_what_git_takes_it_for() {
    let scratch = Scratch::with_files();
    let first = scratch.id("HEAD");
    scratch.run(&["tag", "-am", "noted", "v1.0.0"]);
    scratch.run(&["tag", "tree", "HEAD^{tree}"]);
    let second = scratch.commit("second");
    let repository = scratch.open();
    for revision in ["main~1", "v1.0.0", "refs/tags/v1.0.0", "HEAD^", &first.as_str()[..10], first.as_str()] {
        assert_eq!(repository.resolve(revision), Ok(first.clone()), "{revision}");
    }
    assert_eq!(repository.resolve("main"), Ok(second));
    for nothing in ["absent", "", "--all", "tree", "main~7", "main:Cargo.toml"] {
        assert!(matches!(repository.resolve(nothing), Err(PortError::Missing { .. })), "{nothing}");
    }
}

#[tokio::test]
async fn a_ref_in_the_way_is_named_loose_and_packed() {
    for packed in [false, true] {
        let scratch = Scratch::with_files();
        let head = scratch.id("HEAD");
        scratch.run(&["branch", "stationmaster"]);
        scratch.run(&["branch", "release-1.0.0/x"]);
        scratch.run(&["tag", "v1"]);
        if packed {
            scratch.run(&["pack-refs", "--all"]);
        }
        let repository = scratch.open();
        for (branch, other) in [
            ("stationmaster/release-2.0.0", "refs/heads/stationmaster"),
            ("release-1.0.0", "refs/heads/release-1.0.0/x"),
        ] {
            let error = repository.set_branch(branch, None, &head).await.expect_err(branch);
            let (what, why) =
                (format!("making refs/heads/{branch}"), format!("{other} is in the way: git cannot have both"));
            assert_eq!(error, PortError::Refused { what, why });
        }
        let tagged = repository.create_tag(&tag("v1/0", &head, "x")).await.expect_err("in the way");
        assert!(tagged.to_string().contains("refs/tags/v1 is in the way"), "{tagged}");
        repository.set_branch("release-1.0", None, &head).await.expect("a neighbor");
        scratch.assert_sound();
    }
}
