//! Staging on a disk that is full.

use std::{fs, path::Path, process::Command};

use super::binary::{code, demo, errors, git, json, stationmaster};

/// The command twice: on a disk of so many kilobytes, seen by its process alone, and again after the disk has grown. Standard
/// error has `first ended with CODE` between the two. None: this system lets nobody mount a disk.
fn on_small_disk(folder: &Path, kilobytes: u32, command: &Command) -> Option<Command> {
    let allowed = |flags: &[&str]| {
        Command::new("unshare").args(flags).arg("true").output().is_ok_and(|output| output.status.success())
    };
    let ways: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let way = ways.into_iter().find(|way| allowed(way))?;
    let script = r#"disk=$2; mount -t tmpfs -o size="$1"k tmpfs "$disk" || exit 99; shift 2
        "$@" >/dev/null; echo "first ended with $?" >&2
        mount -o remount,size=64m "$disk" && exec "$@""#;
    let mut small = Command::new("unshare");
    small.args(way).args(["sh", "-c", script, "sh", &kilobytes.to_string()]).arg(folder);
    small.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => small.env(name, value),
            None => small.env_remove(name),
        };
    }
    Some(small)
}

#[test]
fn a_full_disk_stops_staging_with_the_place_and_with_room_it_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("demo");
    demo(&work);
    let staging = work.join(".git/stationmaster/staging");
    fs::create_dir_all(&staging).expect("a folder");
    let repo = work.to_str().expect("a plain path");
    let stage = stationmaster(&["stage", "--json", "--offline", "--rev", "main", "--repo", repo]);
    let expected = stationmaster(&["stage", "--json", "--offline", "--rev", "main", "--repo", repo]).output();
    let expected = json(&expected.expect("it runs"));
    let mut full = 0;
    for kilobytes in (16..=304).step_by(48) {
        let Some(mut small) = on_small_disk(&staging, kilobytes, &stage) else {
            eprintln!("skipped: this system lets nobody mount a small disk (`unshare --mount`)");
            return;
        };
        let output = small.output().expect("it runs");
        if code(&output) == 99 {
            eprintln!("skipped: this system lets nobody mount a small disk: {}", errors(&output));
            return;
        }
        let said = errors(&output);
        if !said.contains("first ended with 0") {
            full += 1;
            assert!(said.contains("first ended with 4"), "{kilobytes} KiB: {said}");
            assert!(said.contains("No space left on device"), "{said}");
            assert!(said.contains("/staging/") || said.contains("packaging of "), "it says where: {said}");
        }
        assert_eq!(json(&output), expected, "{kilobytes} KiB: {said}");
    }
    assert!(full > 1, "the small disks are too large");
}

#[test]
fn a_large_file_that_finds_no_room_is_named_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("demo");
    demo(&work);
    fs::write(work.join("crates/cli/large.bin"), vec![b'.'; 12 << 20]).expect("a file");
    git(&work, &["add", "--all"]);
    git(&work, &["commit", "--quiet", "--message", "A large file"]);
    let staging = work.join(".git/stationmaster/staging");
    fs::create_dir_all(&staging).expect("a folder");
    let repo = work.to_str().expect("a plain path");
    let stage = stationmaster(&["stage", "--json", "--offline", "--rev", "main", "--repo", repo]);
    let output = on_small_disk(&staging, 4096, &stage).map(|mut small| small.output().expect("it runs"));
    let Some(output) = output.filter(|output| code(output) != 99) else {
        eprintln!("skipped: this system lets nobody mount a small disk (`unshare --mount`)");
        return;
    };
    let said = errors(&output);
    assert!(said.contains("first ended with 4") && said.contains("`crates/cli/large.bin`"), "{said}");
    assert!(said.contains("No space left on device"), "{said}");
    assert_eq!(code(&output), 0, "with room it goes on: {said}");
}

#[test]
fn a_rehearsal_on_a_full_disk_stops_on_its_day_and_with_room_it_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (disk, whole) = (folder.path().join("disk"), folder.path().join("whole"));
    fs::create_dir(&disk).expect("a folder");
    let rehearse = |sandbox: &Path| {
        let mut command = stationmaster(&["rehearse", "--offline", "--json", "--months", "1", "--resume", "--sandbox"]);
        command.arg(sandbox);
        command
    };
    let released = |output: &std::process::Output| {
        let report = json(output);
        (report["released"].clone(), report["findings"].clone())
    };
    let expected = released(&rehearse(&whole).output().expect("it runs"));
    assert_eq!(expected.1, serde_json::json!([]));
    let mut full = 0;
    for kilobytes in [400, 700, 900] {
        let output =
            on_small_disk(&disk, kilobytes, &rehearse(&disk)).map(|mut small| small.output().expect("it runs"));
        let Some(output) = output.filter(|output| code(output) != 99) else {
            eprintln!("skipped: this system lets nobody mount a small disk (`unshare --mount`)");
            return;
        };
        let said = errors(&output);
        if !said.contains("first ended with 0") {
            full += 1;
            assert!(said.contains("first ended with 4"), "{kilobytes} KiB: {said}");
            assert!(said.contains("--resume --sandbox"), "{kilobytes} KiB: {said}");
        }
        assert_eq!(released(&output), expected, "{kilobytes} KiB: {said}");
    }
    assert!(full > 0, "the small disks are too large");
}
