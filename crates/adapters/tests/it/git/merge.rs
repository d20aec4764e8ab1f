//! Merges without a checkout.

use proptest::{collection::vec, prelude::*, test_runner::Config};
use stationmaster_core::model::CommitId;
use stationmaster_engine::ports::{Git, MergeResult, PortError, PortResult};

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

async fn merge(scratch: &Scratch, head: &CommitId) -> PortResult<MergeResult> {
    let (who, seconds) = identity();
    scratch.open().merge("main", head, "Bump to 2.0.0 (#1)\n", &who, seconds).await
}

const LINES: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

#[tokio::test]
async fn a_branch_that_has_not_moved_goes_forward() {
    let scratch = Scratch::with_files();
    scratch.run(&["switch", "-qc", "side"]);
    let head = scratch.commit("side");
    assert_eq!(merge(&scratch, &head).await, Ok(MergeResult::Merged(head.clone())));
    assert_eq!(scratch.id("main"), head);
    assert_eq!(merge(&scratch, &head).await, Ok(MergeResult::Merged(head.clone())), "again");
}

#[tokio::test]
async fn a_branch_that_moved_gets_one_new_commit_and_only_once() {
    let ours = LINES.replace("1\n", "one\n");
    let theirs = LINES.replace("9\n", "nine\n");
    let scratch = parted(&[("f", LINES)], &[("f", &ours), ("main-only", "x")], &[("f", &theirs), ("side-only", "y")]);
    let (before, head) = (scratch.id("main"), scratch.id("side"));
    let Ok(MergeResult::Merged(commit)) = merge(&scratch, &head).await else { panic!("it merges") };
    assert_eq!(scratch.id("main"), commit);
    assert_eq!(scratch.run(&["rev-list", "--parents", "-1", "main"]), format!("{commit} {before}"));
    assert_eq!(scratch.run(&["show", "main:f"]), ours.replace("9\n", "nine").trim_end());
    assert_eq!(
        scratch.run(&["log", "-1", "--format=%s %an %at %cn %ct"]),
        "Bump to 2.0.0 (#1) Release Bot 1700000000 Release Bot 1700000000"
    );
    scratch.assert_sound();

    assert_eq!(merge(&scratch, &head).await, Ok(MergeResult::Merged(commit.clone())), "again");
    scratch.run(&["reset", "-q", "--hard"]);
    scratch.write("later", "z");
    scratch.commit("later");
    let tip = scratch.id("main");
    assert_eq!(merge(&scratch, &head).await, Ok(MergeResult::Merged(commit.clone())), "after others went on");
    let (who, seconds) = identity();
    let reworded = scratch.open().merge("main", &head, "Other words\n", &who, seconds).await;
    assert_eq!(reworded, Ok(MergeResult::Merged(commit)), "the tree tells, not the words");
    assert_eq!(scratch.id("main"), tip, "nothing was added");
}

#[tokio::test]
async fn a_change_that_only_carries_a_message_is_merged_once_too() {
    let scratch = parted(&[], &[("main-only", "x")], &[]);
    let (before, head) = (scratch.id("main"), scratch.id("side"));
    let Ok(MergeResult::Merged(commit)) = merge(&scratch, &head).await else { panic!("it merges") };
    assert_ne!(commit, before);
    assert_eq!(merge(&scratch, &head).await, Ok(MergeResult::Merged(commit.clone())));
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
    assert_eq!(merge(&scratch, &head).await, Ok(MergeResult::Merged(brought)));
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
    assert_eq!(merge(&scratch, &head).await, Ok(MergeResult::Conflict(vec!["f".to_owned()])));
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
    let Ok(MergeResult::Merged(_)) = merge(&scratch, &scratch.id("side")).await else { panic!("it merges") };
    assert!(scratch.run(&["show", "main:new.txt"]).ends_with("nine"));
}

#[tokio::test]
async fn a_merge_program_of_the_configuration_is_not_run() {
    let scratch =
        parted(&[("f", LINES), (".gitattributes", "f merge=evil\n")], &[("f", "ours\n")], &[("f", "theirs\n")]);
    let ran = scratch.folder().join("ran");
    scratch.run(&["config", "merge.evil.driver", &format!("touch {} && true", ran.display())]);
    let result = merge(&scratch, &scratch.id("side")).await;
    assert_eq!(result, Ok(MergeResult::Conflict(vec!["f".to_owned()])));
    assert!(!ran.exists());
}

#[tokio::test]
async fn histories_without_anything_in_common_are_refused_and_a_missing_branch_is_missing() {
    let scratch = Scratch::with_files();
    scratch.run(&["switch", "-q", "--orphan", "alone"]);
    let alone = scratch.commit("alone");
    assert!(matches!(merge(&scratch, &alone).await, Err(PortError::Refused { .. })));
    let (who, seconds) = identity();
    let missing = scratch.open().merge("absent", &alone, "m\n", &who, seconds).await;
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
            MergeResult::Merged(commit) => {
                prop_assert!(clean, "git says: {git}");
                prop_assert_eq!(scratch.run(&["rev-parse", &format!("{commit}^{{tree}}")]), git);
            }
            MergeResult::Conflict(paths) => {
                prop_assert!(!clean, "git merges it");
                let listed: Vec<_> = git.lines().skip(1).take_while(|line| !line.is_empty()).collect();
                prop_assert_eq!(paths, listed);
            }
        }
    }
}
