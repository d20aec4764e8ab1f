//! Merges without a checkout.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use proptest::{collection::vec, prelude::*, test_runner::Config};
use stationmaster_core::model::CommitId;
use stationmaster_engine::{
    merge::{Brought, bring},
    ports::{MergeResult, MergeSpec, Objects as _, PortError, PortResult, RefUpdate, Refs},
};

use crate::scratch::{Scratch, identity};

/// Two branches, `main` and `side`, that parted at a common commit, each with its own files.
fn parted(base: &[(&str, &str)], main: &[(&str, &str)], side: &[(&str, &str)]) -> Scratch {
    let scratch = Scratch::with_files();
    let put = |files: &[(&str, &str)], message| {
        for (path, text) in files {
            scratch.write(path, text);
        }
        scratch.commit(message)
    };
    put(base, "base");
    scratch.run(&["switch", "-qc", "side"]);
    put(side, "side");
    scratch.run(&["switch", "-q", "main"]);
    put(main, "main");
    scratch
}

fn spec(head: &CommitId, message: &str) -> MergeSpec {
    let (identity, seconds) = identity();
    MergeSpec { head: head.clone(), message: message.to_owned(), identity, seconds }
}

async fn merge_as(scratch: &Scratch, branch: &str, spec: &MergeSpec) -> PortResult<Brought> {
    let repository = scratch.open();
    bring(&repository, &repository, branch, spec).await
}

async fn merge(scratch: &Scratch, head: &CommitId) -> PortResult<Brought> {
    merge_as(scratch, "main", &spec(head, "Bump to 2.0.0 (#1)\n")).await
}

const LINES: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

#[tokio::test]
async fn a_branch_that_has_not_moved_goes_forward() {
    let scratch = Scratch::with_files();
    scratch.run(&["switch", "-qc", "side"]);
    let head = scratch.commit("side");
    assert_eq!(merge(&scratch, &head).await, Ok(Brought::By(head.clone())));
    assert_eq!(scratch.id("main"), head);
    assert_eq!(merge(&scratch, &head).await, Ok(Brought::By(head.clone())), "again");
}

#[tokio::test]
async fn a_branch_that_moved_gets_one_new_commit_and_only_once() {
    let ours = LINES.replace("1\n", "one\n");
    let theirs = LINES.replace("9\n", "nine\n");
    let scratch = parted(&[("f", LINES)], &[("f", &ours), ("main-only", "x")], &[("f", &theirs), ("side-only", "y")]);
    let (before, head) = (scratch.id("main"), scratch.id("side"));
    let Ok(Brought::By(commit)) = merge(&scratch, &head).await else { panic!("it merges") };
    assert_eq!(scratch.id("main"), commit);
    assert_eq!(scratch.run(&["rev-list", "--parents", "-1", "main"]), format!("{commit} {before}"));
    assert_eq!(scratch.run(&["show", "main:f"]), ours.replace("9\n", "nine").trim_end());
    assert_eq!(
        scratch.run(&["log", "-1", "--format=%s %an %at %cn %ct"]),
        "Bump to 2.0.0 (#1) Release Bot 1700000000 Release Bot 1700000000"
    );
    scratch.assert_sound();

    assert_eq!(merge(&scratch, &head).await, Ok(Brought::By(commit.clone())), "again");
    scratch.run(&["reset", "-q", "--hard"]);
    scratch.write("later", "z");
    scratch.commit("later");
    let tip = scratch.id("main");
    assert_eq!(merge(&scratch, &head).await, Ok(Brought::By(commit.clone())), "after others went on");
    let reworded = merge_as(&scratch, "main", &spec(&head, "Other words\n")).await;
    assert_eq!(reworded, Ok(Brought::By(commit)), "the tree tells, not the words");
    assert_eq!(scratch.id("main"), tip, "nothing was added");
}

#[tokio::test]
async fn a_merge_that_was_stopped_before_the_branch_moved_is_made_anew() {
    let scratch = parted(&[], &[("main-only", "x")], &[("side-only", "y")]);
    let (before, head) = (scratch.id("main"), scratch.id("side"));
    let wanted = spec(&head, "Bump to 2.0.0 (#1)\n");
    let written = scratch.open().merge(&before, &wanted).await.expect("written");
    assert_eq!(scratch.id("main"), before, "an object, and no ref");
    assert_eq!(merge(&scratch, &head).await.map(|brought| MergeResult::Clean(by(brought))), Ok(written), "the same");
    scratch.run(&["update-ref", "refs/heads/main", before.as_str()]);
    let later = MergeSpec { seconds: wanted.seconds + 60, ..wanted };
    let Ok(Brought::By(commit)) = merge_as(&scratch, "main", &later).await else { panic!("it merges") };
    assert_eq!(scratch.run(&["rev-list", "--parents", "-1", "main"]), format!("{commit} {before}"), "once");
}

fn by(brought: Brought) -> CommitId {
    match brought {
        Brought::By(commit) => commit,
        Brought::Conflict(paths) => panic!("conflicts in {paths:?}"),
    }
}

/// Somebody else's commit comes to main just before it is moved, so many times.
struct Hasty<'a> {
    scratch: &'a Scratch,
    repository: stationmaster_adapters::git::Repository,
    times: AtomicU32,
}

#[async_trait]
impl Refs for Hasty<'_> {
    async fn branches(&self) -> PortResult<BTreeMap<String, CommitId>> {
        self.repository.branches().await
    }

    async fn tags(&self) -> PortResult<BTreeMap<String, CommitId>> {
        self.repository.tags().await
    }

    async fn update(&self, updates: &[RefUpdate]) -> PortResult<()> {
        let left = self.times.load(Ordering::Relaxed);
        if left > 0 {
            self.times.store(left - 1, Ordering::Relaxed);
            self.scratch.write(&format!("theirs-{left}"), "z");
            self.scratch.commit("theirs");
        }
        self.repository.update(updates).await
    }
}

#[tokio::test]
async fn who_merges_while_somebody_pushes_keeps_what_was_pushed() {
    for (times, merged) in [(0, true), (1, true), (2, true), (3, false)] {
        let scratch = parted(&[], &[("main-only", "x")], &[("side-only", "y")]);
        let repository = scratch.open();
        let hasty = Hasty { scratch: &scratch, repository: scratch.open(), times: times.into() };
        let head = scratch.id("side");
        let result = bring(&repository, &hasty, "main", &spec(&head, "Bump (#1)\n")).await;
        let files = scratch.run(&["ls-tree", "--name-only", "main"]);
        assert_eq!(files.lines().filter(|name| name.starts_with("theirs-")).count(), times as usize, "{files}");
        assert_eq!(files.lines().any(|name| name == "side-only"), merged, "{files}");
        match result {
            Ok(brought) => assert_eq!((by(brought), merged), (scratch.id("main"), true)),
            Err(error) => assert!(matches!(error, PortError::Moved { .. }) && !merged, "{error}"),
        }
    }
}

#[tokio::test]
async fn a_change_that_only_carries_a_message_is_merged_once_too() {
    let scratch = parted(&[], &[("main-only", "x")], &[]);
    let (before, head) = (scratch.id("main"), scratch.id("side"));
    let Ok(Brought::By(commit)) = merge(&scratch, &head).await else { panic!("it merges") };
    assert_ne!(commit, before);
    assert_eq!(merge(&scratch, &head).await, Ok(Brought::By(commit.clone())));
    assert_eq!(scratch.id("main"), commit);
}

#[tokio::test]
async fn what_a_person_merged_with_git_is_already_in() {
    let scratch = parted(&[], &[("main-only", "x")], &[("side-only", "y")]);
    let head = scratch.id("side");
    scratch.run(&["merge", "-q", "--no-edit", "side"]);
    let brought = scratch.id("main");
    scratch.write("later", "z");
    scratch.commit("later");
    assert_eq!(merge(&scratch, &head).await, Ok(Brought::By(brought)));
}

#[tokio::test]
async fn a_conflict_names_its_paths_and_writes_nothing() {
    let scratch = parted(
        &[("f", LINES), ("g", LINES)],
        &[("f", "ours\n"), ("g", &LINES.replace('1', "one"))],
        &[("f", "theirs\n"), ("g", &LINES.replace('9', "nine"))],
    );
    let (before, head) = (scratch.id("main"), scratch.id("side"));
    let objects = || scratch.run(&["count-objects", "-v"]);
    let counted = objects();
    assert_eq!(merge(&scratch, &head).await, Ok(Brought::Conflict(vec!["f".to_owned()])));
    let (ours, ancestor) = (scratch.id("main"), scratch.id("main~1"));
    let asked = [(ours.clone(), head.clone()), (ours.clone(), ancestor.clone()), (ancestor, ours)];
    let conflicts = scratch.open().conflicts(&asked).await;
    assert_eq!(conflicts, [Ok(vec!["f".to_owned()]), Ok(Vec::new()), Ok(Vec::new())]);
    assert_eq!(scratch.id("main"), before);
    assert_eq!(objects(), counted);
}

#[tokio::test]
async fn a_change_follows_a_file_that_was_renamed() {
    let scratch = parted(&[("old.txt", LINES)], &[("main-only", "x")], &[("old.txt", &LINES.replace('9', "nine"))]);
    scratch.run(&["mv", "old.txt", "new.txt"]);
    scratch.commit("rename");
    let Ok(Brought::By(_)) = merge(&scratch, &scratch.id("side")).await else { panic!("it merges") };
    assert!(scratch.run(&["show", "main:new.txt"]).ends_with("nine"));
}

#[tokio::test]
async fn a_merge_program_of_the_configuration_is_not_run() {
    let scratch =
        parted(&[("f", LINES), (".gitattributes", "f merge=evil\n")], &[("f", "ours\n")], &[("f", "theirs\n")]);
    let ran = scratch.folder().join("ran");
    scratch.run(&["config", "merge.evil.driver", &format!("touch {} && true", ran.display())]);
    let result = merge(&scratch, &scratch.id("side")).await;
    assert_eq!(result, Ok(Brought::Conflict(vec!["f".to_owned()])));
    assert!(!ran.exists());
}

#[tokio::test]
async fn histories_without_anything_in_common_are_refused_and_a_missing_branch_is_missing() {
    let scratch = Scratch::with_files();
    scratch.run(&["switch", "-q", "--orphan", "alone"]);
    let alone = scratch.commit("alone");
    assert!(matches!(merge(&scratch, &alone).await, Err(PortError::Refused { .. })));
    let missing = merge_as(&scratch, "absent", &spec(&alone, "m\n")).await;
    assert_eq!(missing, Err(PortError::Missing { what: "branch absent".to_owned() }));
}

/// A text of a few of ten lines, so that generated changes often touch the same ones.
fn edited(base: &str, changes: &[(usize, u8)]) -> String {
    let mut lines: Vec<String> = base.lines().map(ToOwned::to_owned).collect();
    for (place, what) in changes {
        let place = place % lines.len().max(1);
        match what % 3 {
            0 if !lines.is_empty() => drop(lines.remove(place)),
            1 => lines.insert(place, format!("new {what}")),
            _ if !lines.is_empty() => lines[place] = format!("changed {what}"),
            _ => {}
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    /// Against `git merge-tree`: the same tree, or conflicts in the same files.
    #[test]
    fn merges_give_the_tree_that_git_gives(
        ours in vec((0_usize..12, 0_u8..12), 0..4),
        theirs in vec((0_usize..12, 0_u8..12), 0..4),
        ours_too in vec((0_usize..12, 0_u8..12), 0..3),
    ) {
        let base: String = (0..12).map(|n| format!("line {n}\n")).collect();
        let scratch = parted(
            &[("f", &base), ("d/g", &base)],
            &[("f", &edited(&base, &ours)), ("d/g", &edited(&base, &ours_too)), ("o", "o")],
            &[("f", &edited(&base, &theirs)), ("t", "t")],
        );
        let head = scratch.id("side");
        let (git, clean) = scratch.try_git(&["-C", "work", "merge-tree", "--write-tree", "--name-only", "main", "side"]);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        match runtime.block_on(merge(&scratch, &head)).expect("an answer") {
            Brought::By(commit) => {
                prop_assert!(clean, "git says: {git}");
                prop_assert_eq!(scratch.run(&["rev-parse", &format!("{commit}^{{tree}}")]), git);
            }
            Brought::Conflict(paths) => {
                prop_assert!(!clean, "git merges it");
                let listed: Vec<_> = git.lines().skip(1).take_while(|line| !line.is_empty()).collect();
                prop_assert_eq!(paths, listed);
            }
        }
    }
}
