//! `backport` and `patch` on a real repository with the embedded forge.
//!
//! Rules: X5.

use std::process::Output;

use super::{
    binary::{code, errors, git, json},
    lines::Pipes,
};

fn on<'v>(view: &'v serde_json::Value, line: &str) -> &'v serde_json::Value {
    let lines = view["lines"].as_array().expect("lines");
    lines.iter().find(|on| on["line"] == line).unwrap_or_else(|| panic!("no line {line}: {view}"))
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_change_is_carried_to_every_supported_line_as_the_same_commit_each_time_and_no_ref_moves() {
    let pipes = Pipes::new();
    let refs = pipes.refs();
    let view = json(&pipes.ends(0, &["backport", "sink", "--json"]));
    assert_eq!(view, json(&pipes.ends(0, &["backport", "sink", "--supported", "--json"])));
    assert_eq!(pipes.refs(), refs);
    for line in ["3.0", "4.0"] {
        let made = on(&view, line);
        assert_eq!(made["status"], "clean", "{view}");
        let commit = made["commit"].as_str().expect("an id");
        let shown = git(pipes.path(), &["show", "--format=%an%n%B", "--name-only", commit]);
        assert!(shown.starts_with("An author\nFix the sink (#6)\n"), "{shown}");
        assert!(shown.contains(&format!("(cherry picked from commit {})", pipes.id("sink"))), "{shown}");
        assert!(shown.contains("\nBackported-Because: security (R7)\n"), "{shown}");
        assert!(shown.ends_with("src/sink.rs"), "{shown}");
    }
    git(pipes.path(), &["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_conflict_names_the_changes_that_it_rests_on_and_both_together_are_clean() {
    let pipes = Pipes::new();
    let view = json(&pipes.ends(1, &["backport", "pump", "--to", "4.0", "--json"]));
    let conflict = on(&view, "4.0");
    assert_eq!(conflict["status"], "conflict");
    assert_eq!(conflict["conflicts"], serde_json::json!(["src/pump.rs"]));
    let hunk = &conflict["conflict_hunks"]["src/pump.rs"][0];
    assert_eq!(hunk["line"], serde_json::json!({ "start": 3, "end": 4 }), "{conflict}");
    assert_eq!(conflict["predecessors"][0]["commit"], pipes.id("rewrite"));
    let both = json(&pipes.ends(0, &["backport", "pump", "rewrite", "--to", "4.0", "--squash", "--json"]));
    assert_eq!(on(&both, "4.0")["status"], "clean", "{both}");
    let commit = on(&both, "4.0")["commit"].as_str().expect("an id");
    assert_eq!(pipes.id(&format!("{commit}^")), pipes.id("release-4.0.0"), "one commit of both");
}

#[test]
fn what_is_there_already_is_known_by_its_message_and_what_the_policy_forbids_is_refused_with_its_rule() {
    let pipes = Pipes::new();
    git(pipes.path(), &["checkout", "--quiet", "release-4.0.0"]);
    pipes.write("src/sink.rs", "//! It leaks less.\n");
    pipes.commit(&format!("Another way\n\n(cherry picked from commit {})", pipes.id("sink")));
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    let view = json(&pipes.ends(0, &["backport", "sink", "--json"]));
    assert_eq!(on(&view, "4.0")["status"], "present", "{view}");
    assert_eq!(on(&view, "4.0")["already"][0]["as"], pipes.id("release-4.0.0"));
    assert_eq!(on(&view, "3.0")["status"], "clean");
    git(pipes.path(), &["checkout", "--quiet", "release-3.0.0"]);
    git(pipes.path(), &["cherry-pick", "--no-commit", "sink"]);
    pipes.commit("The same in other words");
    pipes.write("src/sink.rs", "//! It does not leak. It drips.\n");
    pipes.commit("Drip");
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    let view = json(&pipes.ends(0, &["backport", "sink", "--json"]));
    assert_eq!(on(&view, "3.0")["already"][0]["as"], pipes.id("release-3.0.0^"), "known by what it does: {view}");

    let late = pipes.on("2026-12-20", &["backport", "sink", "--to", "3.0", "--json"]);
    assert_eq!(code(&late), 5, "{}", errors(&late));
    let refused = json(&late);
    assert_eq!((&on(&refused, "3.0")["status"], &on(&refused, "3.0")["rule"]), (&"refused".into(), &"R7".into()));
    assert!(on(&refused, "3.0")["reason"].as_str().expect("words").contains("ended on 2026-11-05"), "{refused}");
    let feature = json(&pipes.ends(5, &["backport", "rewrite", "--class", "feature", "--json"]));
    assert_eq!(on(&feature, "4.0")["rule"], "R6");
}

#[test]
fn a_nomination_says_which_lines_must_have_the_fix_by_which_rule() {
    let pipes = Pipes::new();
    let demands = |view: &serde_json::Value| {
        let lines = view["lines"].as_array().expect("lines").clone();
        let words = lines.iter().map(|on| format!("{} {} {}", on["line"], on["verdict"], on["rule"]).replace('"', ""));
        words.collect::<Vec<_>>().join(", ")
    };
    let by_path = json(&pipes.ends(0, &["backport", "nominate", "pump", "--json"]));
    assert_eq!((&by_path["class"], &by_path["source"]["by"]), (&"correctness".into(), &"path".into()), "{by_path}");
    assert_eq!(demands(&by_path), "3.0 may R7, 4.0 must R7");
    pipes.ends(0, &["pr", "label", "7", "wrong-code"]);
    let by_label = json(&pipes.ends(0, &["backport", "nominate", "rewrite", "--json"]));
    assert_eq!(by_label["source"]["what"], "wrong-code", "{by_label}");
    assert_eq!(demands(&by_label), "3.0 must R9, 4.0 must R9");
    let by_message = json(&pipes.ends(0, &["backport", "nominate", "sink", "--json"]));
    assert_eq!(by_message["class"], "security");

    let entries = json(&pipes.ends(0, &["journal", "--json"])).as_array().expect("entries").len();
    let off = json(&pipes.ends(5, &["backport", "nominate", "sink", "--off-by-default", "--json"]));
    assert_eq!(demands(&off), "3.0 must-not R6, 4.0 must-not R6");
    let nothing = pipes.ends(2, &["backport", "nominate", "v4.0.0"]);
    assert!(errors(&nothing).contains("nothing says of which class"), "{}", errors(&nothing));
    let forbidden = pipes.ends(5, &["backport", "nominate", "pump", "--class", "feature", "--to", "3.0"]);
    assert!(errors(&forbidden).contains("3.0 must not have it"), "{}", errors(&forbidden));
    let now = json(&pipes.ends(0, &["journal", "--json"])).as_array().expect("entries").len();
    assert_eq!(now, entries, "what is not nominated is not written down");
}

#[test]
fn a_fix_goes_to_both_lines_and_both_release_it_or_none() {
    let pipes = Pipes::new();
    pipes.ends(3, &["run"]);
    let status = printed(&pipes.ends(3, &["backport", "status", "--fixes"]));
    assert!(status.contains("open #1") && status.contains("open #2"), "{status}");
    for number in ["1", "2"] {
        pipes.ends(0, &["pr", "merge", number]);
    }
    pipes.ends(3, &["run"]);
    pipes.ends(0, &["pr", "merge", "3"]);
    let held = pipes.ends(3, &["run"]);
    assert!(printed(&held).contains("is not merged and green"), "{}", printed(&held));
    assert_eq!(git(pipes.path(), &["tag", "--list", "v*.1"]), "");
    pipes.ends(0, &["pr", "merge", "4"]);
    pipes.ends(0, &["run"]);
    assert_eq!(git(pipes.path(), &["tag", "--list", "v*.1"]), "v3.0.1\nv4.0.1");
    let notes = git(pipes.path(), &["show", "v3.0.1:RELEASES.md"]);
    assert!(notes.contains("## 3.0.1\n\nReleased 2026-10-20.") && notes.contains("* Fix the sink."), "{notes}");
    let matrix = json(&pipes.ends(0, &["backport", "status", "sink", "--json"]));
    let cells = &matrix["fixes"][0]["lines"];
    assert_eq!((&cells["3.0"]["version"], &cells["4.0"]["version"]), (&"3.0.1".into(), &"4.0.1".into()), "{matrix}");
    let refs = pipes.refs();
    pipes.ends(0, &["run"]);
    assert_eq!(pipes.refs(), refs);
    git(pipes.path(), &["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_line_that_does_without_is_waived_by_name_and_the_page_says_so() {
    let pipes = Pipes::new();
    pipes.ends(0, &["backport", "nominate", "pump", "--to", "3.0"]);
    pipes.ends(0, &["backport", "waive", "pump", "3.0", "--why", "nobody pumps there", "--by", "a maintainer"]);
    let page = pipes.path().join("page.html");
    let file = page.to_str().expect("a plain path");
    let shown = printed(&pipes.ends(3, &["backport", "status", "--fixes", "--html", file]));
    assert!(shown.contains("on 3.0: waived by a maintainer: nobody pumps there"), "{shown}");
    assert!(shown.contains("on 4.0: conflict in src/pump.rs"), "{shown}");
    let page = std::fs::read_to_string(page).expect("the page is there");
    assert!(page.contains("waived by a maintainer: nobody pumps there"), "{page}");
    pipes.ends(0, &["backport", "withdraw", "pump", "--why", "it was none"]);
    assert!(!printed(&pipes.ends(0, &["backport", "status", "--fixes"])).contains("pump"));
}

#[test]
fn a_patch_is_asked_for_by_hand_and_refused_with_the_reason() {
    let pipes = Pipes::new();
    let nothing = pipes.ends(5, &["patch", "4.0"]);
    assert!(errors(&nothing).contains("4.0 has no changes since its newest release"), "{}", errors(&nothing));
    assert_eq!(code(&pipes.on("2026-10-20", &["patch", "9.0"])), 2);
    git(pipes.path(), &["checkout", "--quiet", "release-3.0.0"]);
    pipes.write("src/lib.rs", "//! Old pipes.\n");
    pipes.commit("Only here");
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    let late = pipes.on("2026-12-20", &["patch", "3.0"]);
    assert_eq!(code(&late), 5);
    assert!(errors(&late).contains("support for 3.0 ended on 2026-11-05"), "{}", errors(&late));
    let forced = pipes.on("2026-12-20", &["patch", "3.0", "--force", "a customer pays", "--json"]);
    assert_eq!(json(&forced)["versions"], serde_json::json!(["3.0.1"]), "{}", errors(&forced));
    let journal = printed(&pipes.ends(0, &["journal"]));
    assert!(journal.contains("ask for 3.0.1, past their end of life: a customer pays"), "{journal}");
    pipes.on("2026-12-20", &["run"]);
    let pulls = printed(&pipes.ends(0, &["pr", "list"]));
    assert!(pulls.contains("Release Pipes 3.0.1"), "{pulls}");
}

#[test]
fn a_change_that_is_not_merged_yet_is_tried_commit_by_commit() {
    let pipes = Pipes::new();
    git(pipes.path(), &["checkout", "--quiet", "-b", "topic"]);
    pipes.write("src/tap.rs", "//! It drips.\n");
    pipes.commit("Fix the tap");
    pipes.write("src/pump.rs", "one\ntwo\n333\nfour\nfive\n");
    pipes.commit("Fix the pump again");
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    let view = json(&pipes.ends(1, &["backport", "predict", "topic", "--json"]));
    let commits = on(&view, "4.0")["commits"].as_array().expect("commits").clone();
    let statuses: Vec<_> = commits.iter().map(|one| one["status"].as_str().expect("a status")).collect();
    assert_eq!(statuses, ["clean", "conflict"], "{view}");
    let rests_on = commits[1]["predecessors"].as_array().expect("a list").clone();
    assert_eq!(rests_on[0]["commit"], pipes.id("pump"), "{view}");
    let on_main = pipes.ends(2, &["backport", "predict", "sink"]);
    assert!(errors(&on_main).contains("is on `main` already"), "{}", errors(&on_main));
}

#[test]
fn what_cannot_be_carried_is_named_and_nothing_is_written() {
    let pipes = Pipes::new();
    git(pipes.path(), &["checkout", "--quiet", "-b", "topic"]);
    pipes.write("src/tap.rs", "//! It drips.\n");
    pipes.commit("Fix the tap");
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    let before = (pipes.refs(), git(pipes.path(), &["count-objects", "-v"]));
    let says = |exit: i32, command: &[&str], words: &str| {
        let output = pipes.ends(exit, command);
        assert!(errors(&output).contains(words), "{command:?}: {}", errors(&output));
    };
    says(2, &["backport", "topic"], "is not on `main`");
    says(2, &["backport", "no-such-thing"], "no-such-thing");
    says(2, &["backport", "sink", "--to", "9.0"], "there is no line 9.0");
    says(2, &["backport", "sink", "--to", "nine"], "is not a release line");
    says(2, &["backport", "v3.0.0", "--to", "4.0"], "it is a root commit");
    assert_eq!((pipes.refs(), git(pipes.path(), &["count-objects", "-v"])), before);
    git(pipes.path(), &["merge", "--quiet", "--no-ff", "topic", "--message", "Merge the tap"]);
    says(2, &["backport", "HEAD", "--to", "4.0"], "say which one its change is relative to");
    pipes.ends(0, &["backport", "HEAD", "--to", "4.0", "--mainline", "1"]);
}
