//! Notes of changes that were taken back before their release, and made again, in the ways that people and buttons do it.

use super::{
    binary::{git, json},
    lines::Pipes,
};

fn change(pipes: &Pipes, files: &[(&str, Option<&str>)], message: &str) {
    for (path, text) in files {
        match text {
            Some(text) => pipes.write(path, text),
            None => drop(git(pipes.path(), &["rm", "--quiet", path])),
        }
    }
    pipes.commit(message);
}

fn merged(pipes: &Pipes, topic: &str, message: &str) {
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    git(pipes.path(), &["merge", "--quiet", "--no-ff", topic, "--message", message]);
}

/// The titles of the changes that `notes collect` lists.
fn collected(pipes: &Pipes, since: &str) -> Vec<String> {
    let view = json(&pipes.ends(0, &["notes", "collect", "--since", since, "--json"]));
    let entries = view["entries"].as_array().expect("entries");
    let title = |entry: &serde_json::Value| {
        git(pipes.path(), &["log", "-1", "--format=%s", entry["commit"].as_str().expect("an id")])
    };
    entries.iter().rev().map(title).collect()
}

#[test]
fn what_comes_to_nothing_is_in_no_notes_and_what_is_left_is() {
    let pipes = Pipes::new();
    let since = pipes.id("main");
    let text = Some("text\n");
    change(&pipes, &[("a", text)], "feat!: Add a (#101)");
    for _ in 0..3 {
        git(pipes.path(), &["revert", "--no-edit", "HEAD"]);
    }
    assert_eq!(collected(&pipes, &since), [""; 0], "reverted, made again, and reverted again");

    change(&pipes, &[("b", text)], "feat!: Add b (#102)");
    git(pipes.path(), &["revert", "--no-edit", "HEAD"]);
    change(&pipes, &[("b", text), ("bb", text)], "Add b, with more (#103)");
    assert_eq!(collected(&pipes, &since), ["Add b, with more (#103)"]);

    git(pipes.path(), &["checkout", "--quiet", "-b", "c"]);
    change(&pipes, &[("c", text)], "One");
    change(&pipes, &[("cc", text)], "Two");
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    change(&pipes, &[("x", text)], "Go on (#104)");
    merged(&pipes, "c", "Merge pull request #105 from ada/c\n\nfeat!: Add c");
    git(pipes.path(), &["checkout", "--quiet", "-b", "revert-105-c"]);
    git(pipes.path(), &["revert", "--no-edit", "--mainline", "1", "HEAD"]);
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    change(&pipes, &[("y", text)], "Go on more (#106)");
    merged(&pipes, "revert-105-c", "Merge pull request #107 from ada/revert-105-c\n\nIt drips");
    let left = ["Add b, with more (#103)", "Go on (#104)", "Go on more (#106)"];
    assert_eq!(collected(&pipes, &since), left, "by the button, as a merge");

    change(&pipes, &[("d", text)], "Add d (#108)");
    change(&pipes, &[("e", text)], "feat!: Add e (#109)");
    change(&pipes, &[("d", None), ("e", None)], "Revert #108 and #109 (#110)");
    assert_eq!(collected(&pipes, &since), left, "two in one");

    change(&pipes, &[("g", text)], "feat!: Add g (#111)");
    change(&pipes, &[("g", None)], "Back out #111 (#112)");
    change(&pipes, &[("g", text)], "Reland #111 (#113)");
    change(&pipes, &[("g", None)], "Revert \"Reland #111 (#113)\" (#114)");
    assert_eq!(collected(&pipes, &since), left, "the one that was made again by hand");

    change(&pipes, &[("f", text), ("ff", text)], "feat!: Add f (#115)");
    change(&pipes, &[("ff", None)], "Revert a half of #115 (#116)");
    let with_half = [&left[..], &["feat!: Add f (#115)", "Revert a half of #115 (#116)"]].concat();
    assert_eq!(collected(&pipes, &since), with_half);

    let found = json(&pipes.ends(1, &["notes", "check", "--json"]));
    let breaking = found["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["kind"] == "breaking-without-entry");
    let breaking: Vec<String> = breaking.map(|finding| finding.to_string()).collect();
    assert_eq!(breaking.len(), 1, "{found}");
    assert!(breaking[0].contains("#115"), "{breaking:?}");
}
