//! Picking a change onto another commit, beside what `git cherry-pick` makes of it.

use std::fs;

use stationmaster_adapters::git::Picked;
use stationmaster_core::{model::CommitId, pick::message};
use stationmaster_engine::ports::PortError;

use crate::scratch::Scratch;

const LINES: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

/// A history that parts after `LINES` in `src/a.txt`; the line is `line`, and `main` goes on.
fn parted() -> Scratch {
    let scratch = Scratch::with_files();
    scratch.write("src/a.txt", LINES);
    scratch.commit("Write a");
    scratch.run(&["branch", "line"]);
    scratch
}

/// Make a commit on the line, and come back to main.
fn on_line(scratch: &Scratch, change: impl FnOnce(&Scratch), message: &str) -> CommitId {
    scratch.run(&["checkout", "-q", "line"]);
    change(scratch);
    let commit = scratch.commit(message);
    scratch.run(&["checkout", "-q", "main"]);
    commit
}

fn pick(scratch: &Scratch, change: &str, onto: &str) -> Picked {
    let repository = scratch.open();
    let at = |revision: &str| repository.resolve(revision).expect("a commit");
    repository.pick(&at(change), None, &at(onto), &|_| None).expect("picked")
}

#[track_caller]
fn assert_as_git(scratch: &Scratch, change: &str) {
    let Picked::Clean { tree, .. } = pick(scratch, change, "line") else { panic!("not clean") };
    scratch.run(&["checkout", "-q", "--detach", "line"]);
    scratch.run(&["cherry-pick", change]);
    assert_eq!(tree, scratch.run(&["rev-parse", "HEAD^{tree}"]));
    scratch.run(&["checkout", "-q", "main"]);
    scratch.assert_sound();
}

#[test]
fn a_change_of_other_lines_and_of_other_files_merges() {
    let scratch = parted();
    on_line(&scratch, |s| s.write("src/a.txt", &LINES.replace("two", "zwei")), "Translate on the line");
    scratch.write("src/a.txt", &LINES.replace("nine", "neun"));
    scratch.write("src/b.txt", "new\n");
    scratch.run(&["rm", "-q", "logo.bin"]);
    fs::set_permissions(
        scratch.work().join("crates/b/src/lib.rs"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .expect("chmod");
    scratch.commit("Translate, add, remove and make executable");
    assert_as_git(&scratch, "main");
}

#[test]
fn a_file_that_the_line_or_the_change_renamed_is_found() {
    let scratch = parted();
    on_line(&scratch, |s| drop(s.run(&["mv", "src/a.txt", "src/renamed.txt"])), "Rename on the line");
    scratch.write("src/a.txt", &LINES.replace("nine", "neun"));
    scratch.commit("Translate");
    assert_as_git(&scratch, "main");

    let scratch = parted();
    on_line(&scratch, |s| s.write("src/a.txt", &LINES.replace("two", "zwei")), "Translate on the line");
    scratch.run(&["mv", "src/a.txt", "src/moved.txt"]);
    scratch.commit("Rename");
    assert_as_git(&scratch, "main");
}

#[test]
fn what_is_there_already_and_what_changes_nothing_is_said() {
    let scratch = parted();
    on_line(&scratch, |s| s.write("src/a.txt", &LINES.replace("nine", "neun")), "Translate");
    scratch.write("src/a.txt", &LINES.replace("nine", "neun"));
    scratch.commit("Translate");
    assert_eq!(pick(&scratch, "main", "line"), Picked::Present);
    scratch.commit("Nothing at all");
    assert_eq!(pick(&scratch, "main", "line"), Picked::Empty);
}

#[test]
fn a_conflict_writes_nothing_and_names_the_changes_that_it_rests_on() {
    let scratch = parted();
    scratch.write("src/a.txt", &LINES.replace("two", "TWO"));
    scratch.commit("Shout two (#1)");
    scratch.write("src/a.txt", &LINES.replace("two", "TWO").replace("nine", "NINE"));
    let rested_on = scratch.commit("Shout nine (#2)");
    scratch.write("other.txt", "beside the point\n");
    scratch.commit("Something else (#3)");
    scratch.write("src/a.txt", &LINES.replace("two", "TWO").replace("nine", "NINE!"));
    scratch.commit("Shout nine louder (#4)");
    let repository = scratch.open();
    let at = |revision: &str| repository.resolve(revision).expect("a commit");
    let before = scratch.run(&["count-objects"]);
    let Picked::Conflict(files) = pick(&scratch, "main", "line") else { panic!("no conflict") };
    assert_eq!(scratch.run(&["count-objects"]), before);
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].path.as_str(), files[0].ours.as_deref()), ("src/a.txt", Some(LINES)));
    let paths = ["src/a.txt".to_owned()];
    let missing = || repository.predecessors(&at("main"), None, &at("line"), &paths).expect("history");
    let named: Vec<_> = missing().into_iter().map(|one| (one.commit, one.subject)).collect();
    assert_eq!(named, [(rested_on, "Shout nine (#2)".to_owned())]);
    on_line(&scratch, |s| s.write("elsewhere", ""), "Shout nine (#9)\n\nBackport of #2.");
    assert_eq!(missing(), [], "the line says that it has the change");
}

#[test]
fn a_conflict_that_somebody_can_resolve_is_resolved() {
    let scratch = parted();
    on_line(&scratch, |s| s.write("src/a.txt", &LINES.replace("nine", "neuf")), "Translate on the line");
    scratch.write("src/a.txt", &LINES.replace("nine", "neun"));
    scratch.write("src/b.txt", "new\n");
    scratch.commit("Translate");
    let repository = scratch.open();
    let at = |revision: &str| repository.resolve(revision).expect("a commit");
    let picked = repository.pick(&at("main"), None, &at("line"), &|file| file.ours.clone().map(|ours| ours + "!\n"));
    let Picked::Clean { tree, resolved } = picked.expect("picked") else { panic!("not clean") };
    assert_eq!(resolved, ["src/a.txt"]);
    let text = scratch.run(&["cat-file", "blob", &format!("{tree}:src/a.txt")]);
    assert!(text.contains("neuf") && text.ends_with('!'), "{text}");
    assert_eq!(scratch.run(&["cat-file", "blob", &format!("{tree}:src/b.txt")]), "new");
}

#[test]
fn the_commit_keeps_the_author_and_is_the_same_each_time() {
    let scratch = parted();
    scratch.write("src/a.txt", &LINES.replace("nine", "neun"));
    scratch.commit("Translate\n\nBecause.");
    let repository = scratch.open();
    let at = |revision: &str| repository.resolve(revision).expect("a commit");
    let Picked::Clean { tree, .. } = pick(&scratch, "main", "line") else { panic!("not clean") };
    let words = message(&repository.message(&at("main")).expect("a message"), &at("main"), None);
    let write = || {
        let picking = repository.picking();
        let made = picking.commit(&tree, &at("line"), &at("main"), &words).expect("made");
        picking.keep(made.as_str()).expect("written");
        made
    };
    let made = write();
    assert_eq!(write(), made);
    let show = |what: &str, revision: &str| scratch.run(&["show", "-s", &format!("--format={what}"), revision]);
    assert_eq!(show("%an %ae %ad", made.as_str()), show("%an %ae %ad", "main"));
    assert_eq!(
        show("%B", made.as_str()),
        format!("Translate\n\nBecause.\n\n(cherry picked from commit {})", at("main"))
    );
    assert_eq!(show("%P", made.as_str()), at("line").to_string());
}

#[test]
fn roots_and_merges_ask_for_what_is_missing() {
    let scratch = parted();
    scratch.write("src/b.txt", "new\n");
    scratch.commit("Add b");
    on_line(&scratch, |s| s.write("src/c.txt", "c\n"), "Add c");
    scratch.run(&["merge", "-q", "--no-ff", "-m", "Merge the line", "line"]);
    let repository = scratch.open();
    let at = |revision: &str| repository.resolve(revision).expect("a commit");
    let refused = |change: &str, parent| match repository.pick(&at(change), parent, &at("line"), &|_| None) {
        Err(PortError::Refused { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused("main", None), "it is a merge of 2 parents: say which one its change is relative to");
    assert_eq!(refused("main", Some(3)), "it has no parent number 3: it has 2");
    assert_eq!(refused("main~3", None), "it is a root commit: it has no parent that its change is relative to");
    assert!(matches!(repository.pick(&at("main"), Some(2), &at("line"), &|_| None), Ok(Picked::Clean { .. })));
}

#[test]
fn a_commit_in_another_encoding_is_carried_as_git_carries_it() {
    let scratch = parted();
    scratch.write("src/b.txt", "new\n");
    scratch.run(&["add", "-A"]);
    let words = scratch.folder().join("words");
    fs::write(&words, b"Gr\xf6\xdfe z\xe4hlen (#10)\n").expect("words");
    let words = words.to_str().expect("a path");
    scratch.run(&["-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "-F", words]);
    let repository = scratch.open();
    let change = scratch.id("main");
    let text = repository.message(&change).expect("a message");
    assert_eq!(text, "Größe zählen (#10)\n");
    assert_eq!(repository.log(&change, &Default::default()).expect("a log")[0].subject(), "Größe zählen (#10)");
    let picking = repository.picking();
    let onto = scratch.id("line");
    let Picked::Clean { tree, .. } = picking.pick(&change, None, &onto, &|_| None).expect("picked") else { panic!() };
    let made = picking.commit(&tree, &onto, &change, &message(&text, &change, None)).expect("a commit");
    picking.keep(made.as_str()).expect("kept");
    let raw = scratch.run(&["cat-file", "commit", made.as_str()]);
    assert!(raw.contains("Größe zählen (#10)") && !raw.contains("\nencoding "), "{raw}");
}
