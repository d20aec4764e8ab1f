//! What could not be seen, and what this machine lacks: never "nothing is due", never the release's fault.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::binary::{code, demo, errors, git, json, stationmaster};

/// The demo, whose releases are their crates alone, on the day of its first train.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let work = folder.path().join("demo");
        demo(&work);
        let policy = work.join("stationmaster.toml");
        let text = fs::read_to_string(&policy).expect("the demo has a policy");
        fs::write(&policy, text.split("[[artifact]]").next().expect("a text")).expect("written");
        git(&work, &["commit", "--quiet", "--all", "--message", "Crates alone"]);
        Self { folder }
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let work = self.work();
        let scope = ["--at", "2026-12-05", "--repo", work.to_str().expect("a plain path")];
        stationmaster(&[arguments, &scope].concat())
    }

    /// Without the network.
    fn offline(&self, arguments: &[&str]) -> Output {
        self.command(arguments).arg("--offline").output().expect("it runs")
    }

    /// With a registry that nobody serves.
    fn unreachable(&self, arguments: &[&str]) -> Output {
        let home = self.folder.path().join("home");
        fs::create_dir_all(&home).expect("a folder");
        let text =
            "[source.crates-io]\nreplace-with = \"dead\"\n[source.dead]\nregistry = \"sparse+http://127.0.0.1:1/\"\n";
        fs::write(home.join("config.toml"), text).expect("written");
        self.command(arguments).env("CARGO_HOME", home).output().expect("it runs")
    }

    /// With these programs in the place of cargo and rustc; none: there are none.
    fn toolchain(&self, script: Option<&str>, command: &mut Command) -> Output {
        let bin = self.folder.path().join("bin");
        fs::create_dir_all(&bin).expect("a folder");
        let path = std::env::var_os("PATH").expect("a path");
        for name in ["git", "sh"] {
            let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
            // There from the last time.
            let _ = symlink(found.expect("it is on the path"), bin.join(name));
        }
        for name in ["cargo", "rustc"] {
            let file = bin.join(name);
            match script {
                Some(script) => {
                    fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("written");
                    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("may be run");
                }
                None => assert!(!file.exists()),
            }
        }
        command.env("PATH", &bin).output().expect("it runs")
    }
}

fn fails_outside(output: &Output, what: &str) {
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(code(output), 4, "{what}: {printed}{}", errors(output));
    assert!(!printed.contains("nothing is due"), "{what}: {printed}");
}

#[test]
fn while_the_index_cannot_be_reached_nothing_is_tagged_and_every_command_says_so() {
    let project = Project::new();
    assert_eq!(code(&project.offline(&["run"])), 3, "a person must merge");
    let merged = project.offline(&["pr", "merge", "1", "--by", "a maintainer"]);
    assert_eq!(code(&merged), 0, "{}", errors(&merged));
    let commands: [&[&str]; 5] =
        [&["run"], &["plan"], &["status"], &["explain", "5.0.0"], &["preflight", "--rev", "main"]];
    for command in commands {
        fails_outside(&project.unreachable(command), &command.join(" "));
    }
    assert_eq!(git(&project.work(), &["tag", "--list"]), "");
}

#[test]
fn a_state_file_that_cannot_be_read_is_never_an_empty_one() {
    let project = Project::new();
    assert_eq!(code(&project.offline(&["run"])), 3, "a person must merge");
    let file = project.work().join(".git/stationmaster/state.sqlite");
    let mut newer = fs::read(&file).expect("the state");
    // Where SQLite keeps the version of the schema.
    newer[60..64].copy_from_slice(&900_u32.to_be_bytes());
    for spoiled in [vec![b'?'; 4096], newer] {
        fs::write(&file, spoiled).expect("written");
        for beside in ["state.sqlite-wal", "state.sqlite-shm"] {
            // SQLite leaves them where it was not closed.
            let _ = fs::remove_file(file.with_file_name(beside));
        }
        let commands: [&[&str]; 7] = [
            &["run"],
            &["plan"],
            &["status"],
            &["explain"],
            &["explain", "5.0.0"],
            &["backport", "status"],
            &["journal"],
        ];
        for command in commands {
            fails_outside(&project.offline(command), &command.join(" "));
        }
        let early = stationmaster(&["plan", "--offline", "--at", "2026-01-01", "--repo"]).arg(project.work()).output();
        fails_outside(&early.expect("it runs"), "long before a train");
    }
}

#[test]
fn what_the_toolchain_lacks_is_not_blamed_on_the_release() {
    let project = Project::new();
    assert_eq!(code(&project.offline(&["run"])), 3, "a person must merge");
    fs::remove_dir_all(project.work().join(".git/stationmaster/staging")).expect("nothing is packaged");
    let words = [
        None,
        Some("kill -9 $$"),
        Some("exit 101"),
        Some("echo \"error: toolchain '1.90.0' is not installed\" >&2; exit 1"),
        Some(
            "echo 'error: rustup could not choose a version of cargo to run, because one was not specified' >&2; exit 1",
        ),
        Some("echo 'error: failed to open: Too many open files (os error 24)' >&2; exit 101"),
        Some("echo 'error: failed to write: No space left on device (os error 28)' >&2; exit 101"),
    ];
    for script in words {
        for arguments in [&["run"][..], &["plan"], &["stage", "--rev", "main"], &["preflight", "--rev", "main"]] {
            let mut command = project.command(arguments);
            let output = project.toolchain(script, command.arg("--offline"));
            let what = format!("{arguments:?} with {script:?}");
            fails_outside(&output, &what);
            let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), errors(&output));
            assert!(!said.contains("release branch") && !said.contains("finding"), "{what}: {said}");
        }
    }
    assert_eq!(code(&project.offline(&["run"])), 3, "with a toolchain all is well");
}

#[test]
fn a_registry_of_the_environment_is_one_for_packaging_too() {
    let project = Project::new();
    let manifest = project.work().join("codegen/ir/Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let needs = "\n[target.'cfg(any())'.dependencies]\nother = { version = \"1\", registry = \"station\" }\n";
    fs::write(&manifest, format!("{text}{needs}")).expect("written");
    git(&project.work(), &["commit", "--quiet", "--all", "--message", "Need a crate of another registry"]);
    let stage = ["stage", "--rev", "main", "--json"];
    let unknown = project.offline(&stage);
    assert_eq!(code(&unknown), 4, "{}", errors(&unknown));
    assert!(errors(&unknown).contains("CARGO_REGISTRIES_<NAME>_INDEX"), "{}", errors(&unknown));
    let mut command = project.command(&stage);
    command.arg("--offline").env("CARGO_REGISTRIES_STATION_INDEX", "sparse+http://127.0.0.1:1/");
    let known = command.output().expect("it runs");
    // What the lock file lacks of that registry cannot be resolved without the network; the crates are packaged.
    assert!(!errors(&known).contains("CARGO_REGISTRIES_<NAME>_INDEX"), "{}", errors(&known));
}

#[test]
fn a_rehearsal_stops_on_the_day_on_which_cargo_is_killed_and_goes_on_from_there() {
    let project = Project::new();
    let sandbox = project.folder.path().join("sandbox");
    let rehearse = |more: &[&str]| {
        let mut command = stationmaster(&["rehearse", "--offline", "--json", "--months", "1", "--from", "2026-12-01"]);
        command.arg(project.work()).arg("--sandbox").arg(&sandbox).args(more);
        command
    };
    let stopped = project.toolchain(Some("kill -9 $$"), &mut rehearse(&[]));
    fails_outside(&stopped, "rehearse");
    let said = errors(&stopped);
    assert!(said.contains("the rehearsal stopped on 2026-12-05") && said.contains("signal 9"), "{said}");
    assert!(said.contains("--resume --sandbox"), "{said}");
    let ended = rehearse(&["--resume"]).output().expect("it runs");
    assert_eq!(code(&ended), 0, "{}", errors(&ended));
    let report = json(&ended);
    assert_eq!(report["findings"], serde_json::json!([]), "what the machine lacked is no finding");
    assert_eq!(report["released"][0]["crates"].as_array().expect("crates").len(), 5, "{report}");
    assert!(Path::new(&sandbox).is_dir());
}
