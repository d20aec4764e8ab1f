//! A commit as a folder.

use std::{collections::BTreeMap, os::unix::fs::PermissionsExt, path::Path};

use stationmaster_adapters::git::Exported;
use stationmaster_core::model::{LinkFault, StandIn};

use crate::scratch::Scratch;

/// Path, kind and content of everything below a folder.
fn contents(root: &Path) -> BTreeMap<String, (&'static str, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("readable") {
            let path = entry.expect("an entry").path();
            let metadata = path.symlink_metadata().expect("metadata");
            let name = path.strip_prefix(root).expect("below").to_str().expect("UTF-8").to_owned();
            if metadata.is_dir() {
                folders.push(path);
            } else if metadata.is_symlink() {
                let target = std::fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes();
                found.insert(name, ("link", target));
            } else {
                let executable = metadata.permissions().mode() & 0o100 != 0;
                let kind = if executable { "program" } else { "file" };
                found.insert(name, (kind, std::fs::read(&path).expect("content")));
            }
        }
    }
    found
}

#[test]
fn an_export_is_what_git_archive_gives() {
    let scratch = Scratch::with_files();
    for n in 0..60 {
        scratch.write(&format!("many/{}/{n}.txt", n % 7), &format!("{n}\n"));
    }
    let commit = scratch.commit("many");
    let (ours, theirs) = (scratch.folder().join("ours"), scratch.folder().join("theirs"));
    let exported = scratch.open().export(&commit, &ours, &[]).expect("exported");
    scratch.run(&["archive", "-o", "../all.tar", "HEAD"]);
    std::fs::create_dir(&theirs).expect("folder");
    let mut tar = std::process::Command::new("tar");
    tar.args(["-xf", "all.tar", "-C", "theirs"]).current_dir(scratch.folder());
    assert!(tar.status().expect("tar runs").success());
    assert_eq!(contents(&ours), contents(&theirs));
    assert_eq!(exported, Exported { written: 67, ..Exported::default() });
    assert_eq!(contents(&ours)["ci/run.sh"].0, "program");
    assert_eq!(contents(&ours)["link"], ("link", b"crates/a".to_vec()));
}

#[test]
fn prefixes_choose_whole_folders_and_files() {
    let scratch = Scratch::with_files();
    scratch.write("crates/a-more/Cargo.toml", "[package]\n");
    let (commit, folder) = (scratch.commit("more"), scratch.folder().join("some"));
    scratch.open().export(&commit, &folder, &["crates/a/", "Cargo.toml"]).expect("exported");
    assert_eq!(contents(&folder).into_keys().collect::<Vec<_>>(), ["Cargo.toml", "crates/a/Cargo.toml"]);
}

#[test]
fn content_that_is_not_there_is_listed_and_the_rest_is_written() {
    let scratch = Scratch::with_files();
    let blob = scratch.run(&["rev-parse", "HEAD:logo.bin"]);
    std::fs::remove_file(scratch.work().join(".git/objects").join(&blob[..2]).join(&blob[2..])).expect("removed");
    let exported = scratch.open().export(&scratch.id("HEAD"), &scratch.folder().join("ours"), &[]).expect("exported");
    assert_eq!(exported.stand_ins, BTreeMap::from([("logo.bin".to_owned(), StandIn::Absent)]));
    assert_eq!(exported.written, 6);
}

#[test]
fn a_submodule_is_left_out_and_named() {
    let scratch = Scratch::with_files();
    let entry = format!("160000,{},vendor/wit", scratch.id("HEAD"));
    scratch.run(&["update-index", "--add", "--cacheinfo", &entry]);
    scratch.run(&["commit", "-qm", "submodule"]);
    let folder = scratch.folder().join("ours");
    let exported = scratch.open().export(&scratch.id("HEAD"), &folder, &[]).expect("exported");
    assert_eq!(exported.stand_ins, BTreeMap::from([("vendor/wit".to_owned(), StandIn::Submodule)]));
    assert_eq!(exported.written, 7);
}

#[test]
fn nothing_that_only_stands_for_a_file_is_there_to_be_read() {
    let scratch = Scratch::with_files();
    let outside = scratch.folder().join("outside");
    std::fs::write(&outside, "of this machine\n").expect("written");
    scratch.write("model.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n");
    scratch.write("sealed.txt", "cipher\n");
    scratch.write(".gitattributes", "sealed.txt filter=crypt\n");
    for (target, link) in
        [(outside.to_str().expect("UTF-8"), "out"), ("../outside", "up"), ("out", "twice"), ("not-yet", "later")]
    {
        std::os::unix::fs::symlink(target, scratch.work().join(link)).expect("a link");
    }
    let (commit, folder) = (scratch.commit("stand-ins"), scratch.folder().join("ours"));
    let exported = scratch.open().export(&commit, &folder, &[]).expect("exported");
    let there = contents(&folder);
    for gone in ["model.bin", "sealed.txt", "out", "up", "twice"] {
        assert!(!there.contains_key(gone) && exported.stand_ins.contains_key(gone), "{gone}: {exported:?}");
    }
    assert_eq!(there["later"], ("link", b"not-yet".to_vec()));
    assert_eq!(exported.stand_ins["model.bin"], StandIn::LargeFile);
    assert_eq!(exported.stand_ins["sealed.txt"], StandIn::Filter("crypt".to_owned()));
    assert!(matches!(exported.stand_ins["twice"], StandIn::Link { fault: LinkFault::Outside, .. }), "{exported:?}");

    // A few files are no other: a toolchain file that leads out is not followed either.
    let few = scratch.folder().join("few");
    scratch.open().export(&commit, &few, &["out", "Cargo.toml"]).expect("exported");
    assert_eq!(contents(&few).into_keys().collect::<Vec<_>>(), ["Cargo.toml"]);
}

#[test]
fn a_tree_that_would_write_elsewhere_is_refused() {
    let scratch = Scratch::with_files();
    let blob = scratch.run(&["rev-parse", "HEAD:Cargo.toml"]);
    let raw: Vec<u8> =
        (0..blob.len() / 2).map(|n| u8::from_str_radix(&blob[2 * n..2 * n + 2], 16).expect("hex")).collect();
    for name in ["..", ".git", "a\\b"] {
        let mut tree = format!("100644 {name}\0").into_bytes();
        tree.extend(&raw);
        std::fs::write(scratch.folder().join("tree"), tree).expect("write");
        let id = scratch.run(&["hash-object", "-t", "tree", "-w", "--literally", "../tree"]);
        let commit = scratch.run(&["commit-tree", &id, "-m", "evil"]).parse().expect("an id");
        let result = scratch.open().export(&commit, &scratch.folder().join("out/inner"), &[]);
        assert!(result.is_err(), "{name}: {result:?}");
        assert!(!scratch.folder().join("out/inner").exists());
    }
}
