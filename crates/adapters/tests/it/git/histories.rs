//! Main and the lines that parted from it, as git has them.

use std::{collections::BTreeMap, path::PathBuf};

use stationmaster_adapters::git::Repository;
use stationmaster_core::model::{CommitId, LineName};
use stationmaster_engine::ports::Git;

use crate::scratch::Scratch;

#[tokio::test]
async fn a_line_is_read_back_to_where_it_parted_and_a_merge_says_what_it_brought() {
    let scratch = Scratch::new();
    let root = scratch.commit("Begin");
    scratch.run(&["branch", "line"]);
    scratch.run(&["checkout", "--quiet", "-b", "topic"]);
    let inner = scratch.commit("Mend the sink");
    scratch.run(&["checkout", "--quiet", "main"]);
    let on_main = scratch.commit("Go on");
    scratch.run(&["merge", "--quiet", "--no-ff", "topic", "--message", "Merge the sink"]);
    let merge = scratch.id("HEAD");
    scratch.run(&["checkout", "--quiet", "line"]);
    let own = scratch.commit("Only here");

    let repository = scratch.open();
    let line: LineName = "3.0".parse().expect("a line");
    let lines = BTreeMap::from([(line, ("line".to_owned(), own.clone()))]);
    let seen = repository.histories(&merge, &lines).await.expect("the history is read");
    let ids: Vec<&CommitId> = seen.main.iter().map(|commit| &commit.id).collect();
    assert_eq!(ids, [&merge, &on_main, &root], "first parents, newest first");
    assert_eq!(seen.main[0].brought, [(inner, "Mend the sink\n".to_owned())]);
    let history = &seen.lines[&line];
    assert_eq!((history.parted, history.commits.len(), &history.commits[0].id), (Some(2), 1, &own));
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
            lines.insert(name, (branch.clone(), head.clone()));
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
