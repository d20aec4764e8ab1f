//! Files of a commit that are too large to be held in memory.

use std::{fs::File, io::Write, path::Path};

#[cfg(target_os = "linux")]
use stationmaster_adapters::git::Repository;
use stationmaster_core::model::CommitId;

#[cfg(target_os = "linux")]
use crate::peak;
use crate::scratch::Scratch;

/// Of a large file, in bytes.
const LARGE: usize = 12 << 20;
/// Of one that would be noticed.
#[cfg(target_os = "linux")]
const VERY_LARGE: usize = 96 << 20;

/// Two files that differ at their ends, so that git packs one as the difference to the other; and a small one.
fn repository(size: usize) -> (Scratch, CommitId) {
    let scratch = Scratch::new();
    scratch.write("small.txt", "small\n");
    for (name, end) in [("one.bin", b"1"), ("other.bin", b"2")] {
        let mut file = File::create(scratch.work().join(name)).expect("a file");
        let piece = vec![b'.'; 1 << 20];
        (1..=size >> 20).for_each(|_| file.write_all(&piece).expect("write"));
        file.write_all(end).expect("write");
    }
    std::fs::set_permissions(scratch.work().join("one.bin"), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .expect("chmod");
    let commit = scratch.commit("large");
    (scratch, commit)
}

fn assert_exported(scratch: &Scratch, commit: &CommitId, to: &Path) {
    let exported = scratch.open().export(commit, to, &[]).expect("exported");
    assert_eq!((exported.written, exported.stand_ins.len()), (3, 0));
    for (name, executable) in [("one.bin", true), ("other.bin", false), ("small.txt", false)] {
        let same = std::process::Command::new("cmp").arg(scratch.work().join(name)).arg(to.join(name)).status();
        assert!(same.expect("cmp runs").success(), "{name}");
        let mode = std::os::unix::fs::PermissionsExt::mode(&to.join(name).metadata().expect("there").permissions());
        assert_eq!(mode & 0o100 != 0, executable, "{name}");
    }
}

#[test]
fn large_files_are_written_as_they_are_however_git_keeps_them() {
    let (scratch, commit) = repository(LARGE);
    assert_exported(&scratch, &commit, &scratch.folder().join("loose"));
    scratch.run(&["repack", "-q", "-a", "-d"]);
    assert_exported(&scratch, &commit, &scratch.folder().join("packed"));
    // A shorter file than one that was there.
    assert_exported(&scratch, &commit, &scratch.folder().join("packed"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_file_is_never_held_in_memory() {
    if let Some((folder, commit)) = peak::measured() {
        let repository = Repository::open(folder.join("work")).expect("a repository");
        let exported = repository.export(&commit, &folder.join("out"), &[]).expect("exported");
        assert_eq!(exported.written, 3);
        let needed = peak::memory();
        assert!(needed < VERY_LARGE / 2, "{needed} bytes were needed");
        return;
    }
    let (scratch, commit) = repository(VERY_LARGE);
    peak::in_own_process("git::large::a_large_file_is_never_held_in_memory", scratch.folder(), &commit);
}

#[test]
fn a_large_file_that_git_cannot_write_is_named_with_gits_words() {
    let (scratch, commit) = repository(LARGE);
    let blob = scratch.run(&["rev-parse", "HEAD:one.bin"]);
    let object = scratch.work().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    let mut bytes = std::fs::read(&object).expect("a loose object");
    bytes.truncate(bytes.len() / 2);
    std::fs::remove_file(&object).expect("removed");
    std::fs::write(&object, bytes).expect("written");
    let error = scratch.open().export(&commit, &scratch.folder().join("out"), &[]).expect_err("it is cut short");
    assert!(error.to_string().contains("`one.bin`") && error.to_string().contains(&blob), "{error}");
}
