//! `pick` as programs and people meet it.

use std::{fs, path::Path, process::Output};

use super::binary::{code, demo, errors, git, json, run};

/// The demo, with a branch `line` where it begins.
struct Demo(tempfile::TempDir);

impl Demo {
    fn new() -> Self {
        let demo_of = Self(tempfile::tempdir().expect("a folder"));
        demo(&demo_of.path());
        git(&demo_of.path(), &["branch", "line"]);
        demo_of
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("demo")
    }

    fn commit(&self, path: &str, text: &str, message: &str) -> String {
        fs::write(self.path().join(path), text).expect("written");
        git(&self.path(), &["add", "--all"]);
        git(&self.path(), &["commit", "--quiet", "--message", message]);
        git(&self.path(), &["rev-parse", "HEAD"])
    }

    fn pick(&self, onto: &str, arguments: &[&str]) -> Output {
        let dir = self.path();
        run(&[&["pick", "--repo", dir.to_str().expect("a plain path"), "--onto", onto], arguments].concat())
    }

    /// It is refused with this code and these words, and nothing is written.
    #[track_caller]
    fn assert_refused(&self, onto: &str, arguments: &[&str], ending: i32, words: &[&str]) {
        let before = objects(&self.path());
        let output = self.pick(onto, arguments);
        let said = errors(&output);
        assert_eq!(code(&output), ending, "{said}");
        for word in words {
            assert!(said.contains(word), "no `{word}` in: {said}");
        }
        assert!(output.stdout.is_empty());
        assert_eq!(objects(&self.path()), before);
    }
}

fn objects(repository: &Path) -> String {
    git(repository, &["count-objects", "-v"])
}

#[test]
fn what_names_no_commit_is_refused() {
    let demo = Demo::new();
    demo.assert_refused("line", &["nothing"], 2, &["revision `nothing`", "hint"]);
    demo.assert_refused("line", &["main^{tree}"], 2, &["a commit at `main^{tree}`"]);
    demo.assert_refused("nowhere", &["main"], 2, &["revision `nowhere`"]);
    demo.assert_refused("main:Cargo.toml", &["main"], 2, &["a commit at `main:Cargo.toml`"]);
    demo.assert_refused(&"0".repeat(40), &["main"], 2, &["0000"]);
}

#[test]
fn a_first_commit_and_a_merge_without_its_parent_are_refused_with_the_change_named() {
    let demo = Demo::new();
    demo.assert_refused("line", &["main"], 2, &["cannot be picked", "root commit"]);
    let fine = demo.commit("one.txt", "one\n", "Write one");
    git(&demo.path(), &["checkout", "--quiet", "-b", "side", "line"]);
    demo.commit("two.txt", "two\n", "Write two");
    git(&demo.path(), &["checkout", "--quiet", "main"]);
    git(&demo.path(), &["merge", "--quiet", "--no-ff", "--message", "Merge", "side"]);
    let merge = git(&demo.path(), &["rev-parse", "main"]);
    demo.assert_refused("line", &[&fine, "main"], 2, &[&merge, "merge of 2 parents", "--mainline 1"]);
    demo.assert_refused("line", &["main", "--mainline", "3"], 2, &["no parent number 3"]);
    let picked = demo.pick("line", &["main", "--mainline", "1", "--json"]);
    assert_eq!((code(&picked), json(&picked)["status"].as_str()), (0, Some("clean")), "{}", errors(&picked));
}

#[test]
fn content_that_the_clone_lacks_is_named_with_the_change_that_needs_it() {
    let demo = Demo::new();
    let fine = demo.commit("one.txt", "one\n", "Write one");
    let lacking = demo.commit("two.txt", "two\n", "Write two");
    let blob = git(&demo.path(), &["rev-parse", "main:two.txt"]);
    fs::remove_file(demo.path().join(".git/objects").join(&blob[..2]).join(&blob[2..])).expect("removed");
    demo.assert_refused("line", &[&fine, &lacking], 4, &[&lacking, &blob, "`two.txt`", "git fetch"]);
}

#[test]
fn a_later_conflict_leaves_nothing_of_the_earlier_changes() {
    let demo = Demo::new();
    demo.commit("one.txt", "one\n", "Write one");
    demo.commit("two.txt", "two\n", "Write two");
    demo.commit("two.txt", "zwei\n", "Translate two");
    let before = objects(&demo.path());
    let output = demo.pick("line", &["main~2", "main", "--json"]);
    let said = json(&output);
    assert_eq!((code(&output), said["status"].as_str()), (1, Some("conflict")));
    assert_eq!((&said["commit"], said.get("tree")), (&said["onto"], None));
    assert_eq!(said["conflict_kinds"]["two.txt"], "absent");
    assert_eq!(said["predecessors"].as_array().map(Vec::len), Some(1), "what was picked before is not missing: {said}");
    assert_eq!(objects(&demo.path()), before);
}

#[test]
fn notes_and_versions_that_only_tell_lines_apart_are_resolved_and_named() {
    let demo = Demo::new();
    let notes = |version: &str, entries: &str| format!("## {version}\n\nUnreleased.\n\n### Fixed\n\n{entries}");
    git(&demo.path(), &["checkout", "--quiet", "line"]);
    demo.commit("RELEASES.md", &notes("4.0.1", "* Own.\n"), "Write notes of the line");
    git(&demo.path(), &["checkout", "--quiet", "main"]);
    let old = fs::read_to_string(demo.path().join("Cargo.toml")).expect("a manifest");
    let new = old.replace("0.91.0", "0.92.0").replace("4.0.0", "5.0.0");
    demo.commit("Cargo.toml", &new, "Move on");
    demo.commit("RELEASES.md", &notes("5.0.0", "* Old.\n"), "Write notes");
    let required = "abacist-ir = ";
    let more =
        |version: &str| format!("abacist-more = {{ path = \"crates/more\", version = \"={version}\" }}\n{required}");
    fs::write(demo.path().join("Cargo.toml"), new.replace(required, &more("0.92.0"))).expect("written");
    demo.commit("RELEASES.md", &notes("5.0.0", "* Old.\n\n* Fix the sink.\n"), "Fix the sink (#7)");

    let picked = demo.pick("line", &["main", "--json"]);
    let said = json(&picked);
    assert_eq!((code(&picked), said["status"].as_str()), (0, Some("clean")), "{said} {}", errors(&picked));
    assert_eq!(said["resolved"], serde_json::json!(["Cargo.toml", "RELEASES.md"]));
    assert_eq!(said["picks"][0]["resolved"], said["resolved"]);
    let show =
        |path: &str| git(&demo.path(), &["show", &format!("{}:{path}", said["commit"].as_str().expect("an id"))]);
    assert_eq!(show("RELEASES.md"), notes("4.0.1", "* Own.\n\n* Fix the sink."));
    assert_eq!(show("Cargo.toml"), old.replace(required, &more("0.91.0")).trim());
    let people = errors(&demo.pick("line", &["main"]));
    assert!(people.contains("resolved  RELEASES.md"), "{people}");

    // Without a policy the same is known by its names and looks.
    fs::remove_file(demo.path().join("stationmaster.toml")).expect("removed");
    git(&demo.path(), &["checkout", "--quiet", "-b", "bare", "main"]);
    git(&demo.path(), &["branch", "--quiet", "-D", "main"]);
    assert_eq!(json(&demo.pick("line", &["bare", "--json"]))["tree"], said["tree"]);
}
