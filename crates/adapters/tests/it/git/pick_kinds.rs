//! Picking what is no plain text: bytes, links, submodules, modes, and files that are not there.

use std::fs;

use stationmaster_adapters::git::Picked;
use stationmaster_core::pick::resolve::ConflictKind;
use stationmaster_engine::ports::PortError;

use crate::scratch::Scratch;

/// A history that parted, with a change on its line and one on main.
fn parted(on_line: impl FnOnce(&Scratch), on_main: impl FnOnce(&Scratch)) -> Scratch {
    let scratch = Scratch::with_files();
    scratch.run(&["checkout", "-q", "-b", "line"]);
    on_line(&scratch);
    scratch.commit("On the line");
    scratch.run(&["checkout", "-q", "main"]);
    on_main(&scratch);
    scratch.commit("On main");
    scratch
}

fn pick(scratch: &Scratch) -> Result<Picked, PortError> {
    let repository = scratch.open();
    let at = |revision: &str| repository.resolve(revision).expect("a commit");
    repository.pick(&at("main"), None, &at("line"), &|_| None)
}

/// The one file that does not merge, and why; nothing was written.
#[track_caller]
fn conflict(scratch: &Scratch) -> (String, ConflictKind) {
    let before = scratch.run(&["count-objects"]);
    let Ok(Picked::Conflict(files)) = pick(scratch) else { panic!("no conflict: {:?}", pick(scratch)) };
    assert_eq!(scratch.run(&["count-objects"]), before);
    let [file] = &files[..] else { panic!("{files:?}") };
    (file.path.clone(), file.kind)
}

/// The tree that comes of it is the one that git makes.
#[track_caller]
fn assert_as_git(scratch: &Scratch) {
    let picked = pick(scratch).expect("picked");
    let Picked::Clean { tree, .. } = picked else { panic!("not clean: {picked:?}") };
    scratch.run(&["checkout", "-q", "--detach", "line"]);
    scratch.run(&["cherry-pick", "main"]);
    assert_eq!(tree, scratch.run(&["rev-parse", "HEAD^{tree}"]));
}

fn write_bytes(scratch: &Scratch, bytes: &[u8]) {
    fs::write(scratch.work().join("logo.bin"), bytes).expect("written");
}

fn link(scratch: &Scratch, target: &str) {
    let link = scratch.work().join("link");
    fs::remove_file(&link).expect("removed");
    std::os::unix::fs::symlink(target, link).expect("linked");
}

fn make_executable(scratch: &Scratch, path: &str) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(scratch.work().join(path), mode).expect("chmod");
}

/// A submodule's commit, which is no object of this repository.
fn submodule(scratch: &Scratch, digit: char) {
    let entry = format!("160000,{},vendor/lib", digit.to_string().repeat(40));
    scratch.run(&["update-index", "--add", "--cacheinfo", &entry]);
    fs::create_dir_all(scratch.work().join("vendor/lib")).expect("a folder");
}

#[test]
fn bytes_that_both_changed_are_a_conflict_and_said_to_be_bytes() {
    let scratch = parted(|s| write_bytes(s, &[0, 1]), |s| write_bytes(s, &[0, 2]));
    assert_eq!(conflict(&scratch), ("logo.bin".to_owned(), ConflictKind::Binary));
    assert_as_git(&parted(|s| s.write("other", ""), |s| write_bytes(s, &[0, 2])));
}

#[test]
fn links_that_both_changed_are_a_conflict_and_other_links_are_taken() {
    let scratch = parted(|s| link(s, "crates/b"), |s| link(s, "ci"));
    assert_eq!(conflict(&scratch), ("link".to_owned(), ConflictKind::Link));
    assert_as_git(&parted(|s| s.write("other", ""), |s| link(s, "ci")));
}

#[test]
fn submodules_that_both_moved_are_a_conflict_and_others_are_taken() {
    let scratch = Scratch::with_files();
    submodule(&scratch, '1');
    scratch.run(&["commit", "-q", "-m", "Add a submodule"]);
    scratch.run(&["branch", "line"]);
    submodule(&scratch, '2');
    scratch.run(&["commit", "-q", "-m", "Move it"]);
    let Ok(Picked::Clean { tree, .. }) = pick(&scratch) else { panic!("not clean: {:?}", pick(&scratch)) };
    assert!(scratch.run(&["ls-tree", "-r", &tree]).contains(&format!("160000 commit {}", "2".repeat(40))));
    scratch.run(&["checkout", "-q", "line"]);
    submodule(&scratch, '3');
    scratch.run(&["commit", "-q", "-m", "Move it elsewhere"]);
    assert_eq!(conflict(&scratch), ("vendor/lib".to_owned(), ConflictKind::Submodule));
}

#[test]
fn modes_are_merged_apart_from_content() {
    let executable = |s: &Scratch| make_executable(s, "crates/b/src/lib.rs");
    assert_as_git(&parted(|s| s.write("crates/b/src/lib.rs", "// bee\n"), executable));
    assert_as_git(&parted(executable, |s| s.write("crates/b/src/lib.rs", "// bee\n")));
}

#[test]
fn a_file_that_one_side_removed_and_the_other_changed_is_a_conflict_that_says_which() {
    let remove = |s: &Scratch| drop(s.run(&["rm", "-q", "crates/b/src/lib.rs"]));
    let change = |s: &Scratch| s.write("crates/b/src/lib.rs", "// bee\n");
    let path = "crates/b/src/lib.rs".to_owned();
    assert_eq!(conflict(&parted(remove, change)), (path.clone(), ConflictKind::Absent));
    assert_eq!(conflict(&parted(change, remove)), (path, ConflictKind::Removed));
}

#[test]
fn content_that_the_clone_lacks_is_named_by_path_and_id() {
    for lacking in ["main", "line", "main~1"] {
        let [line, main] =
            ["// line\n", "// main\n"].map(|text| move |s: &Scratch| s.write("crates/b/src/lib.rs", text));
        let scratch = parted(line, main);
        let blob = scratch.run(&["rev-parse", &format!("{lacking}:crates/b/src/lib.rs")]);
        let object = scratch.work().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
        fs::remove_file(object).expect("removed");
        let before = scratch.run(&["count-objects"]);
        let what = format!("blob {blob} of `crates/b/src/lib.rs`");
        assert_eq!(pick(&scratch), Err(PortError::Missing { what }), "{lacking}");
        assert_eq!(scratch.run(&["count-objects"]), before);
    }
}

#[test]
fn content_that_is_not_read_may_be_lacking() {
    let scratch = parted(|s| s.write("crates/b/Cargo.toml", "[package]\n"), |s| s.write("other", "new\n"));
    let blob = scratch.run(&["rev-parse", "line:crates/b/Cargo.toml"]);
    fs::remove_file(scratch.work().join(".git/objects").join(&blob[..2]).join(&blob[2..])).expect("removed");
    assert!(matches!(pick(&scratch), Ok(Picked::Clean { .. })));
}
