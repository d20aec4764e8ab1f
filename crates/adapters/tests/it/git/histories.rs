//! Main and the lines that parted from it, as git has them.

use std::{collections::BTreeMap, path::PathBuf};

use stationmaster_adapters::git::Repository;
use stationmaster_core::model::{CommitId, LineBranch, LineName};
use stationmaster_engine::ports::{Objects, Refs};

use crate::scratch::Scratch;

#[tokio::test]
async fn a_line_is_read_back_to_where_it_parted_and_a_merge_says_what_it_brought() {
    let scratch = Scratch::new();
    let root = scratch.commit("Begin");
    scratch.run(&["branch", "line"]);
    scratch.run(&["checkout", "--quiet", "-b", "topic"]);
    let inner = scratch.commit("Fix the sink");
    scratch.run(&["checkout", "--quiet", "main"]);
    let on_main = scratch.commit("Go on");
    scratch.run(&["merge", "--quiet", "--no-ff", "topic", "--message", "Merge the sink"]);
    let merge = scratch.id("HEAD");
    scratch.run(&["checkout", "--quiet", "line"]);
    let own = scratch.commit("Only here");

    let repository = scratch.open();
    let line: LineName = "3.0".parse().expect("a line");
    let lines = BTreeMap::from([(line, LineBranch { branch: "line".to_owned(), head: own.clone(), released: None })]);
    let seen = repository.histories(&merge, &lines).await.expect("the history is read");
    let ids: Vec<&CommitId> = seen.main.iter().map(|commit| &commit.id).collect();
    assert_eq!(ids, [&merge, &on_main, &root], "first parents, newest first");
    assert_eq!(seen.main[0].brought, [(inner, "Fix the sink\n".to_owned())]);
    let history = &seen.lines[&line];
    assert_eq!((history.parted, history.commits.len(), &history.commits[0].id), (Some(2), 1, &own));
}

#[tokio::test]
async fn a_line_whose_branch_followed_main_parted_where_it_was_released() {
    let scratch = Scratch::new();
    let released = scratch.commit("Release it");
    let fix = scratch.commit("Fix the sink");
    let head = scratch.commit("Go on");
    scratch.run(&["checkout", "--quiet", "-b", "line", fix.as_str()]);
    let own = scratch.commit("Only here");
    let repository = scratch.open();
    let line: LineName = "3.0".parse().expect("a line");
    for (line_head, released, parted, commits) in [
        (&own, &released, 2, vec![&own, &fix]),
        (&fix, &released, 2, vec![&fix]),
        (&head, &released, 2, vec![&head, &fix]),
        // Released where it parted, and after that.
        (&own, &fix, 1, vec![&own]),
        (&own, &own, 1, vec![&own]),
        (&fix, &head, 1, vec![]),
    ] {
        let branch =
            LineBranch { branch: "line".to_owned(), head: line_head.clone(), released: Some(released.clone()) };
        let seen = repository.histories(&head, &BTreeMap::from([(line, branch)])).await.expect("it is read");
        let found = &seen.lines[&line];
        assert_eq!(found.parted, Some(parted));
        assert_eq!(found.commits.iter().map(|commit| &commit.id).collect::<Vec<_>>(), commits);
    }
}

#[tokio::test]
async fn lines_of_the_real_history_part_where_git_says() {
    let Some(path) = std::env::var_os("STATIONMASTER_HISTORY").map(PathBuf::from) else {
        eprintln!("skipped: STATIONMASTER_HISTORY names no clone");
        return;
    };
    let repository = Repository::open(&path).expect("it opens");
    let branches = repository.branches().await.expect("branches");
    let main = branches["main"].clone();
    let mut lines = BTreeMap::new();
    for (branch, head) in branches.iter().filter(|(branch, _)| branch.starts_with("release-")) {
        let version = branch.strip_prefix("release-").and_then(|version| version.strip_suffix(".0"));
        if let Some(name) = version.and_then(|version| version.parse::<LineName>().ok()) {
            lines.insert(name, LineBranch { branch: branch.clone(), head: head.clone(), released: None });
        }
    }
    assert!(lines.len() > 30, "release branches: {}", lines.len());
    let seen = repository.histories(&main, &lines).await.expect("the history is read");
    for (name, history) in &seen.lines {
        let base = repository.merge_base(&main, &history.head).expect("it is asked").expect("they have one");
        let parted = history.parted.map(|at| &seen.main[at].id);
        assert_eq!(parted, Some(&base), "{name}");
    }
}
