//! The ways in which changes reach main and lines: merges, renames, line ends, reverts, and hands.

use std::fs;

use serde_json::Value;

use super::{
    binary::{git, json},
    lines::Pipes,
};

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\n";
const FIXED: &str = "one\ntwo\n3\nfour\nfive\n";

/// Pipes with these files, which its line 4.0 has too.
fn with(parts: &[(&str, &[u8])]) -> Pipes {
    let pipes = Pipes::new();
    for (path, text) in parts {
        fs::write(pipes.path().join(path), text).expect("a file is written");
    }
    pipes.commit("Add parts");
    on_line(&pipes, || drop(git(pipes.path(), &["cherry-pick", "main"])));
    pipes
}

fn on_line(pipes: &Pipes, work: impl FnOnce()) {
    git(pipes.path(), &["checkout", "--quiet", "release-4.0.0"]);
    work();
    git(pipes.path(), &["checkout", "--quiet", "main"]);
}

/// Commit a fix, and say which commit it is.
fn fixed(pipes: &Pipes, title: &str) -> String {
    pipes.commit(&format!("{title}\n\nChange-Class: security"));
    pipes.id("main")
}

/// What `backport status` says of a change.
fn row(pipes: &Pipes, change: &str) -> Value {
    let view = json(&pipes.on("2026-10-20", &["backport", "status", "--json"]));
    let rows = view["fixes"].as_array().expect("fixes");
    rows.iter().find(|row| row["change"] == change).unwrap_or_else(|| panic!("no row of {change}: {view}")).clone()
}

/// Where it stands on 4.0.
fn standing(pipes: &Pipes, change: &str) -> String {
    row(pipes, change)["lines"]["4.0"]["standing"].as_str().expect("a standing").to_owned()
}

fn printed(pipes: &Pipes) -> String {
    String::from_utf8_lossy(&pipes.on("2026-10-20", &["backport", "status"]).stdout).into_owned()
}

#[test]
fn a_fix_that_came_with_a_merge_commit_is_carried_as_what_the_merge_brought() {
    for merges_main in [false, true] {
        let pipes = with(&[("src/tap.rs", TEXT.as_bytes())]);
        git(pipes.path(), &["checkout", "--quiet", "-b", "topic"]);
        pipes.write("src/tap.rs", FIXED);
        pipes.commit("Saturate\n\nChange-Class: security");
        git(pipes.path(), &["checkout", "--quiet", "main"]);
        pipes.write("src/other.rs", "other\n");
        pipes.commit("Other (#9)");
        git(pipes.path(), &["checkout", "--quiet", "topic"]);
        if merges_main {
            git(pipes.path(), &["merge", "--quiet", "main", "--message", "Merge main into topic"]);
        }
        pipes.write("src/test.rs", "test\n");
        pipes.commit("Test it");
        git(pipes.path(), &["checkout", "--quiet", "main"]);
        let message = "Merge pull request #10 from ada/topic\n\nFix the tap";
        git(pipes.path(), &["merge", "--quiet", "--no-ff", "topic", "--message", message]);
        let merge = pipes.id("main");
        assert_eq!(standing(&pipes, &merge), "needed", "{merges_main}");
        pipes.ends(3, &["run"]);
        let branch = format!("stationmaster/backport-4.0-{}", &merge[..10]);
        let files = git(pipes.path(), &["diff", "--name-only", "release-4.0.0", &branch]);
        assert_eq!(files, "src/tap.rs\nsrc/test.rs", "{merges_main}");
        let pulls = String::from_utf8_lossy(&pipes.ends(0, &["pr", "list"]).stdout).into_owned();
        assert!(pulls.contains("[4.0] Fix the tap (#10)"), "{pulls}");

        // A person takes its commits one by one, under other names.
        let own = git(pipes.path(), &["rev-list", "--reverse", "--no-merges", "main^1..topic"]);
        on_line(&pipes, || {
            for commit in own.lines() {
                git(pipes.path(), &["cherry-pick", commit]);
                git(pipes.path(), &["commit", "--quiet", "--amend", "--message", "Other words"]);
            }
        });
        assert_eq!(standing(&pipes, &merge), "merged", "{merges_main}");
    }
}

#[test]
fn a_topic_of_the_line_that_is_merged_to_both_is_on_both() {
    let pipes = Pipes::new();
    git(pipes.path(), &["checkout", "--quiet", "-b", "topic", "release-4.0.0"]);
    pipes.write("src/lib.rs", "//! Pipes that saturate.\n");
    pipes.commit("Saturate\n\nChange-Class: security");
    git(pipes.path(), &["checkout", "--quiet", "main"]);
    git(pipes.path(), &["merge", "--quiet", "--no-ff", "topic", "--message", "Merge pull request #10 from ada/topic"]);
    on_line(&pipes, || drop(git(pipes.path(), &["merge", "--quiet", "--no-ff", "topic", "--message", "Merge it"])));
    assert_eq!(standing(&pipes, &pipes.id("main")), "merged");
}

/// The fixes of main, made on the line without a word of where they come from.
fn by_hand(pipes: &Pipes) {
    let write = |path: &str, text: &[u8]| fs::write(pipes.path().join(path), text).expect("a file is written");
    write("src/moved.rs", FIXED.as_bytes());
    pipes.commit("By hand: one");
    git(pipes.path(), &["update-index", "--chmod=+x", "src/mode.sh"]);
    git(pipes.path(), &["commit", "--quiet", "--message", "By hand: two"]);
    git(pipes.path(), &["checkout", "--quiet", "--", "src/mode.sh"]);
    for path in ["src/crlf.rs", "src/ends.rs"] {
        write(path, FIXED.replace('\n', "\r\n").as_bytes());
        pipes.commit(&format!("By hand: {path}"));
    }
    write("src/latin.rs", b"one gr\xfcn\ntwo\n3\nfour\n");
    pipes.commit("By hand: Latin");
    write("src/a.notes", b"one\nof the line\nof main\n");
    pipes.commit("By hand: a note");
}

#[test]
fn a_fix_is_found_under_other_names_of_files_with_other_modes_line_ends_and_encodings() {
    let crlf = TEXT.replace('\n', "\r\n");
    let latin = b"one gr\xfcn\ntwo\nthree\nfour\n";
    let pipes = with(&[
        ("src/moved.rs", TEXT.as_bytes()),
        ("src/mode.sh", b"true\n"),
        ("src/crlf.rs", crlf.as_bytes()),
        ("src/ends.rs", TEXT.as_bytes()),
        ("src/latin.rs", latin),
        (".gitattributes", b"*.notes merge=union\n"),
        ("src/a.notes", b"one\n"),
    ]);
    on_line(&pipes, || {
        pipes.write("src/ends.rs", &crlf);
        pipes.commit("Other line ends");
        pipes.write("src/a.notes", "one\nof the line\n");
        pipes.commit("A note of the line");
    });
    git(pipes.path(), &["mv", "src/moved.rs", "src/there.rs"]);
    pipes.commit("Move it");
    let main = pipes.path().to_owned();
    let change = |title: &str, path: &str, text: &[u8]| {
        fs::write(main.join(path), text).expect("a file is written");
        fixed(&pipes, title)
    };
    let moved = change("Fix what was moved (#10)", "src/there.rs", FIXED.as_bytes());
    git(pipes.path(), &["update-index", "--chmod=+x", "src/mode.sh"]);
    git(pipes.path(), &["commit", "--quiet", "--message", "Fix the mode (#11)\n\nChange-Class: security"]);
    git(pipes.path(), &["checkout", "--quiet", "--", "src/mode.sh"]);
    let mode = pipes.id("main");
    let crlf_fix = change("Fix with line ends (#12)", "src/crlf.rs", FIXED.replace('\n', "\r\n").as_bytes());
    let ends = change("Fix with other line ends (#13)", "src/ends.rs", FIXED.as_bytes());
    let latin_fix = change("Fix Latin (#14)", "src/latin.rs", b"one gr\xfcn\ntwo\n3\nfour\n");
    let union = change("Fix a note (#15)", "src/a.notes", b"one\nof main\n");
    let all = [&moved, &mode, &crlf_fix, &ends, &latin_fix, &union];
    let standings = || all.map(|change| standing(&pipes, change));
    // Git has a conflict where only the line's line ends are others, too.
    assert_eq!(standings(), ["needed", "needed", "needed", "conflict", "needed", "needed"]);
    let picked = json(&pipes.ends(0, &["backport", &union, "--to", "4.0", "--json"]));
    let commit = picked["lines"][0]["commit"].as_str().expect("a commit");
    let notes = git(pipes.path(), &["show", &format!("{commit}:src/a.notes")]);
    assert_eq!(notes, "one\nof the line\nof main");
    on_line(&pipes, || by_hand(&pipes));
    assert_eq!(standings(), ["merged"; 6]);
    on_line(&pipes, || {
        let own = git(pipes.path(), &["rev-list", "-n6", "release-4.0.0"]);
        for commit in own.lines() {
            git(pipes.path(), &["revert", "--no-commit", commit]);
            git(pipes.path(), &["commit", "--quiet", "--message", "As it was"]);
            git(pipes.path(), &["checkout", "--quiet", "--force", "HEAD"]);
        }
    });
    assert_eq!(standings(), ["needed", "needed", "needed", "conflict", "needed", "needed"]);
}

#[test]
fn a_commit_that_has_only_the_name_or_the_number_of_a_fix_is_shown_and_is_not_the_fix() {
    let pipes = with(&[("src/a.rs", TEXT.as_bytes()), ("src/b.rs", TEXT.as_bytes())]);
    pipes.write("src/a.rs", FIXED);
    let first = fixed(&pipes, "Fix an overflow (#10)");
    pipes.write("src/b.rs", FIXED);
    let second = fixed(&pipes, "Fix an overflow (#20)");
    on_line(&pipes, || {
        git(pipes.path(), &["cherry-pick", &first]);
        git(pipes.path(), &["commit", "--quiet", "--amend", "--message", "Fix an overflow (#31)"]);
    });
    assert_eq!(standing(&pipes, &first), "merged");
    let cell = &row(&pipes, &second)["lines"]["4.0"];
    assert_eq!((&cell["standing"], &cell["namesake"]), (&"needed".into(), &pipes.id("release-4.0.0").into()), "{cell}");
    on_line(&pipes, || {
        pipes.write("src/c.rs", "c\n");
        pipes.commit("Get ready for (#20)\n\nAs (#20) needs it. Closes #20 (#20)");
    });
    assert_eq!(standing(&pipes, &second), "needed");
}

#[test]
fn a_pick_whose_conflict_was_settled_by_hand_is_named_where_it_does_not_name_its_original() {
    let pipes = with(&[("src/a.rs", TEXT.as_bytes())]);
    pipes.write("src/a.rs", "one\ntwo: u64\nthree\nfour\nfive\n");
    pipes.commit("Widen it");
    pipes.write("src/a.rs", "one\ntwo: u64 \nthree, fixed for u64\nfour\nfive\n");
    let fix = fixed(&pipes, "Fix an overflow (#10)");
    pipes.write("src/a.rs", "one\ntwo: u64 \nthree, fixed for u64 and more\nfour\nfive\n");
    pipes.commit("Speed it up (#11)");
    let other = pipes.id("main");
    on_line(&pipes, || {
        pipes.write("src/a.rs", "one\ntwo\nthree, fixed\nfour\nfive\n");
        pipes.commit("Fix an overflow (#31)");
        pipes.write("src/a.rs", "one\ntwo\nthree, fixed and more\nfour\nfive\n");
        pipes.commit("Speed it up (#32)");
    });
    let cell = &row(&pipes, &fix)["lines"]["4.0"];
    assert_eq!(cell["standing"], "conflict", "{cell}");
    assert_eq!(cell["namesake"], pipes.id("release-4.0.0~1"), "{cell}");
    let cell = &row(&pipes, &other)["lines"]["4.0"];
    assert_eq!((&cell["standing"], &cell["commit"]), (&"namesake".into(), &pipes.id("release-4.0.0").into()));
    let shown = printed(&pipes);
    let short = pipes.id("release-4.0.0~1")[..10].to_owned();
    let words = format!("conflict in src/a.rs; {short} has its name, but not the same change");
    assert!(shown.contains("differs") && shown.contains(&words), "{shown}");
    let waits = String::from_utf8_lossy(&pipes.ends(3, &["run"]).stdout).into_owned();
    assert!(
        waits.split_whitespace().collect::<Vec<_>>().join(" ").contains(&format!("{short} there has its name")),
        "{waits}"
    );
    on_line(&pipes, || {
        git(pipes.path(), &["commit", "--quiet", "--allow-empty", "--message", "It is there"]);
        pipes.write("src/x.rs", "x\n");
        pipes.commit(&format!("Say so\n\n(cherry picked from commit {fix})"));
    });
    assert_eq!(standing(&pipes, &fix), "merged");
}

#[test]
fn a_revert_of_a_part_is_seen_on_the_line_and_on_main() {
    let pipes = with(&[("src/a.rs", TEXT.as_bytes()), ("src/b.rs", TEXT.as_bytes())]);
    for part in ["src/a.rs", "src/b.rs"] {
        pipes.write(part, FIXED);
    }
    let fix = fixed(&pipes, "Fix an overflow (#10)");
    on_line(&pipes, || {
        git(pipes.path(), &["cherry-pick", "-x", &fix]);
        pipes.write("src/b.rs", TEXT);
        pipes.commit("Revert a part of \"Fix an overflow\" (#34)");
    });
    let seen = row(&pipes, &fix);
    let part = pipes.id("release-4.0.0");
    let cell = &seen["lines"]["4.0"];
    assert_eq!((&cell["standing"], &cell["partly_reverted_by"]), (&"merged".into(), &part.clone().into()), "{seen}");
    assert_eq!(seen.get("partly_reverted_by"), None);
    assert!(
        printed(&pipes).contains(&format!("on 4.0: {} reverts it, but not all", &part[..10])),
        "{}",
        printed(&pipes)
    );

    pipes.write("src/a.rs", TEXT);
    pipes.commit("Back out a part of #10 (#35)");
    let part = pipes.id("main");
    assert_eq!(row(&pipes, &fix)["partly_reverted_by"], part);
    assert!(
        printed(&pipes).contains(&format!("on main: {} reverts it, but not all", &part[..10])),
        "{}",
        printed(&pipes)
    );

    // The rest of it too: then it is gone, on the line and on main.
    on_line(&pipes, || {
        pipes.write("src/a.rs", TEXT);
        pipes.commit("Revert the rest of #10 (#36)");
    });
    assert_eq!(standing(&pipes, &fix), "needed");
    pipes.write("src/b.rs", TEXT);
    pipes.commit("Back out the rest of #10 (#37)");
    assert_eq!(standing(&pipes, &fix), "unneeded");
    assert_eq!(row(&pipes, &fix).get("partly_reverted_by"), None);
}

#[test]
fn a_fix_that_main_made_again_keeps_its_class_whatever_a_line_says_of_it() {
    let pipes = with(&[("src/a.rs", TEXT.as_bytes())]);
    pipes.write("src/a.rs", FIXED);
    let fix = fixed(&pipes, "Fix an overflow (#10)");
    for _ in 0..2 {
        git(pipes.path(), &["revert", "--no-edit", "HEAD"]);
    }
    let again = pipes.id("main");
    assert_eq!([&fix, &again].map(|change| standing(&pipes, change)), ["unneeded", "needed"]);
    on_line(&pipes, || {
        git(pipes.path(), &["cherry-pick", "-x", &fix]);
        git(pipes.path(), &["revert", "--no-edit", "HEAD"]);
        git(pipes.path(), &["revert", "--no-edit", "HEAD"]);
    });
    assert_eq!(standing(&pipes, &again), "merged");
    on_line(&pipes, || {
        git(pipes.path(), &["revert", "--no-commit", "HEAD"]);
        pipes.commit("Revert \"Fix an overflow\" (#77)\n\nReverts example/pipes#10");
    });
    let seen = row(&pipes, &again);
    assert_eq!((&seen["class"], &seen["lines"]["4.0"]["standing"]), (&"security".into(), &"needed".into()), "{seen}");
}

#[test]
fn what_a_line_took_from_main_after_its_release_is_not_in_that_release() {
    for forward in [true, false] {
        let pipes = Pipes::new();
        let sink = pipes.id("sink");
        on_line(&pipes, || {
            let how: &[&str] =
                if forward { &["--ff-only", "main"] } else { &["--no-ff", "main", "--message", "Merge main"] };
            git(pipes.path(), &[&["merge", "--quiet"], how].concat());
        });
        assert_eq!(standing(&pipes, &sink), "merged", "{forward}");
        // The same day, with a tag on what it is now: then it is.
        git(pipes.path(), &["tag", "--force", "v4.0.0", "release-4.0.0"]);
        let wanted = if forward { "included" } else { "released" };
        assert_eq!(standing(&pipes, &sink), wanted, "{forward}");
    }
}

#[test]
fn the_pull_request_of_a_fix_says_that_main_took_a_part_of_it_back() {
    let pipes = with(&[("src/a.rs", TEXT.as_bytes()), ("src/b.rs", TEXT.as_bytes())]);
    for part in ["src/a.rs", "src/b.rs"] {
        pipes.write(part, FIXED);
    }
    let fix = fixed(&pipes, "Fix an overflow (#10)");
    pipes.write("src/a.rs", TEXT);
    pipes.commit("Back out a part of #10 (#35)");
    let part = pipes.id("main");
    assert_eq!(standing(&pipes, &fix), "needed");
    pipes.ends(3, &["run"]);
    let pulls = String::from_utf8_lossy(&pipes.ends(0, &["pr", "list", "--json"]).stdout).into_owned();
    assert!(pulls.contains(&format!("{part} on main reverts it, but not all of it is gone there")), "{pulls}");
}
