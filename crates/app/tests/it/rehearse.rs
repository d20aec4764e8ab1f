//! The main job: a rehearsal of the demo, with everything embedded, also when it is killed.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::binary::{code, errors, git, json, run, stationmaster};

/// What a rehearsal left behind: refs, index files, and the report without timings and paths.
#[derive(Debug, PartialEq)]
struct Left {
    refs: String,
    index: BTreeMap<String, String>,
    report: Value,
}

fn left(sandbox: &Path, mut report: Value) -> Left {
    let report_object = report.as_object_mut().expect("the report is an object");
    report_object.remove("timings");
    report_object.remove("sandbox");
    let refs = git(&sandbox.join("repository.git"), &["for-each-ref", "refs/heads", "refs/tags"]);
    let mut index = BTreeMap::new();
    collect(&sandbox.join("registry/index"), &mut index);
    Left { refs, index, report }
}

fn collect(folder: &Path, into: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("the index is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.insert(path.display().to_string(), fs::read_to_string(&path).expect("an index file is text"));
        }
    }
    // The folder differs between two sandboxes.
    let inside =
        |path: &str| path.split_once("/registry/index/").map_or(path.to_owned(), |(_, inside)| inside.to_owned());
    *into = std::mem::take(into).into_iter().map(|(path, text)| (inside(&path), text)).collect();
}

fn whole(sandbox: &Path) -> Left {
    let dir = sandbox.to_str().expect("a plain path");
    let output = run(&["rehearse", "--offline", "--json", "--sandbox", dir]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    left(sandbox, json(&output))
}

#[test]
fn the_demo_ships_every_month_and_the_same_input_ships_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = whole(&folder.path().join("first"));
    let versions: Vec<&str> = first.report["released"]
        .as_array()
        .expect("releases")
        .iter()
        .map(|release| release["version"].as_str().expect("a version"))
        .collect();
    assert_eq!(versions, ["5.0.0", "6.0.0", "7.0.0"]);
    assert_eq!(first.report["findings"], serde_json::json!([]));
    for release in first.report["released"].as_array().expect("releases") {
        assert_eq!(release["crates"].as_array().expect("crates").len(), 5, "{release}");
        let tag = release["tag"].as_str().expect("a tag");
        assert!(first.refs.contains(&format!("refs/tags/{tag}")), "{tag} is a tag of the sandbox");
    }
    assert_eq!(first, whole(&folder.path().join("second")));
}

#[test]
fn a_rehearsal_that_is_killed_anywhere_ends_the_same_when_it_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let began = Instant::now();
    let expected = whole(&folder.path().join("whole"));
    let length = began.elapsed();
    for part in 1..8u32 {
        let sandbox = folder.path().join(format!("killed-{part}"));
        let dir = sandbox.to_str().expect("a plain path");
        // Twice, at different moments: the second time while it goes on.
        for (resume, after) in [(false, length * part / 8), (true, length * (8 - part) / 16)] {
            let mut arguments = vec!["rehearse", "--offline", "--json", "--sandbox", dir];
            arguments.extend(resume.then_some("--resume"));
            kill_after(stationmaster(&arguments), after);
        }
        let output = run(&["rehearse", "--offline", "--json", "--sandbox", dir, "--resume"]);
        assert_eq!(code(&output), 0, "{}", errors(&output));
        assert_eq!(left(&sandbox, json(&output)), expected, "killed after {part}/8");
    }
}

/// Start a command in a process group of its own, and kill all of it.
#[expect(clippy::disallowed_methods, reason = "there is no runtime here to be blocked")]
fn kill_after(mut command: Command, after: Duration) {
    let mut child =
        command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    thread::sleep(after);
    let group = format!("-{}", child.id());
    // It may have ended already; then there is nothing to kill.
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    child.wait().expect("it ends");
}

#[test]
fn a_sandbox_in_use_is_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("mine"), "precious").expect("a file");
    let output = run(&["rehearse", "--offline", "--sandbox", folder.path().to_str().expect("a plain path")]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("is not empty"), "{}", errors(&output));
    assert_eq!(fs::read_to_string(folder.path().join("mine")).expect("still there"), "precious");
}

#[test]
fn of_two_rehearsals_in_one_sandbox_one_runs_and_the_repository_stays_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let (repo, sandbox) = (folder.path().join("repo"), folder.path().join("sandbox"));
    super::binary::demo(&repo);
    let (source, dir) = (repo.to_str().expect("a plain path"), sandbox.to_str().expect("a plain path"));
    let arguments = ["rehearse", source, "--offline", "--months", "1", "--from", "2026-01-01", "--sandbox", dir];
    let ends: Vec<_> = thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| run(&arguments))).collect();
        runs.into_iter().map(|run| run.join().expect("no panic")).collect()
    });
    let refused: Vec<_> = ends.iter().filter(|output| code(output) > 1).collect();
    assert_eq!(refused.len(), 2, "{:?}", ends.iter().map(errors).collect::<Vec<_>>());
    for output in refused {
        let said = errors(output);
        assert!(said.contains("another rehearsal is running in") || said.contains("is not empty"), "{said}");
    }
    git(&repo, &["fsck", "--strict", "--full"]);
}

#[test]
fn a_usage_error_leaves_no_folder_and_nothing_in_one_that_was_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (made, there) = (folder.path().join("made"), folder.path().join("there"));
    fs::create_dir(&there).expect("a folder");
    let temporary = folder.path().join("tmp");
    fs::create_dir(&temporary).expect("a folder");
    let empty = folder.path().join("no-repository");
    fs::create_dir(&empty).expect("a folder");
    for source in ["no/such/folder", empty.to_str().expect("a plain path")] {
        for sandbox in [Some(&made), Some(&there), None] {
            let mut command = stationmaster(&["rehearse", source, "--offline"]);
            if let Some(sandbox) = sandbox {
                command.arg("--sandbox").arg(sandbox);
            }
            let output = command.env("TMPDIR", &temporary).output().expect("the binary runs");
            assert_eq!(code(&output), 2, "{}", errors(&output));
        }
        assert!(!made.exists());
        for folder in [&there, &temporary] {
            assert_eq!(fs::read_dir(folder).expect("there").count(), 0, "{}", folder.display());
        }
    }
}

#[test]
fn a_rehearsal_goes_on_in_no_folder_of_other_files() {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet", "--bare", "repository.git"]);
    let dir = folder.path().to_str().expect("a plain path");
    let output = run(&["rehearse", "--offline", "--resume", "--sandbox", dir]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("has other files, and no rehearsal"), "{}", errors(&output));
    assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1);
}
