//! Being told to stop, and output that cannot be written.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use super::binary::{code, demo, errors, git, json, run, stationmaster};

/// Wait a moment.
#[expect(clippy::disallowed_methods, reason = "there is no runtime here to be blocked")]
fn pause(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

/// Wait for its end. One that does not come is a failure, and not a test that hangs.
fn ended(child: &mut Child) -> ExitStatus {
    for _ in 0..600 {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            return status;
        }
        pause(50);
    }
    child.kill().expect("it is killed");
    panic!("it did not end");
}

fn terminate(child: &Child) {
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
}

/// Until a line of what it says holds these words.
fn await_words(said: impl std::io::Read, words: &str) {
    let found = BufReader::new(said).lines().any(|line| line.expect("text").contains(words));
    assert!(found, "it never said `{words}`");
}

#[test]
fn output_that_cannot_be_written_ends_nothing_that_was_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("demo");
    demo(&work);
    let scope = ["--repo", work.to_str().expect("a plain path"), "--offline", "--at", "2026-12-05"];
    let full = || File::options().write(true).open("/dev/full").expect("this system has it");
    let closed = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        writer
    };
    let commands: [&[&str]; 12] = [
        &["run"],
        &["run", "--json"],
        &["plan"],
        &["plan", "--json"],
        &["status"],
        &["explain"],
        &["calendar"],
        &["audit"],
        &["pr", "list"],
        &["journal"],
        &["schema", "policy"],
        &["backport", "status"],
    ];
    for command in commands {
        let both = |out: Stdio| {
            let output = stationmaster(&[command, &scope].concat()).stdout(out).stderr(Stdio::piped()).output();
            output.expect("it runs")
        };
        let (on_full, on_closed) = (both(full().into()), both(closed().into()));
        for output in [&on_full, &on_closed] {
            assert!(!errors(output).contains("panicked"), "{command:?}: {}", errors(output));
        }
        // Some of these commands have nothing to say here.
        if code(&on_full) != 2 {
            assert_eq!(code(&on_full), 4, "{command:?}: {}", errors(&on_full));
            assert!(errors(&on_full).contains("could not be written"), "{command:?}: {}", errors(&on_full));
            assert_eq!(code(&on_closed), 4, "{command:?}: {}", errors(&on_closed));
            assert!(!errors(&on_closed).contains("could not be written"), "who closed a pipe has read enough");
        }
        let unheard = stationmaster(&[command, &scope].concat()).stderr(full()).output().expect("it runs");
        assert_ne!(code(&unheard), 101, "{command:?}");
    }
    let pulls = json(&run(&[&["pr", "list", "--json"][..], &scope].concat()));
    assert_eq!(pulls.as_array().expect("a list").len(), 1, "the first run did what was due");
    for help in [&["--help"][..], &["--version"], &["run", "--help"]] {
        let output = stationmaster(help).stdout(full()).output().expect("it runs");
        assert_eq!(code(&output), 4, "{help:?}");
    }
}

fn watching(work: &Path, every: &str) -> Child {
    let mut command = stationmaster(&["run", "--watch", "--every", every, "--offline", "--at", "2026-12-05", "--repo"]);
    command.arg(work).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}

#[test]
fn a_watch_that_sleeps_ends_when_it_is_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("demo");
    demo(&work);
    let mut child = watching(&work, "3600");
    await_words(child.stdout.take().expect("its words"), "next:");
    terminate(&child);
    let status = ended(&mut child);
    assert!(status.code().is_some(), "it ended by itself: {status}");
}

#[test]
fn a_watch_outlives_the_lease_of_another_and_a_bad_commit_on_main() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("demo");
    demo(&work);
    let state = work.join(".git/stationmaster");
    fs::create_dir_all(&state).expect("a folder");
    let lease = File::create(state.join("lease.lock")).expect("a file");
    lease.lock().expect("it is ours");
    let manifest = fs::read_to_string(work.join("Cargo.toml")).expect("a manifest");
    let mut child = watching(&work, "1");
    let mut said = BufReader::new(child.stderr.take().expect("its words")).lines();
    let mut hears = |words: &str| said.any(|line| line.expect("text").contains(words));
    assert!(hears("lease"), "it says who is in the way");
    fs::write(work.join("Cargo.toml"), "[workspace\n").expect("written");
    git(&work, &["commit", "--quiet", "--all", "--message", "Break it"]);
    assert!(hears("Cargo.toml"), "it says what is wrong on main");
    fs::write(work.join("Cargo.toml"), manifest).expect("written");
    git(&work, &["commit", "--quiet", "--all", "--message", "Repair it"]);
    lease.unlock().expect("it is free");
    await_words(child.stdout.take().expect("its words"), "next:");
    terminate(&child);
    ended(&mut child);
}

#[test]
fn a_registry_does_not_wait_for_a_client_that_never_ends_its_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().to_str().expect("a plain path").to_owned();
    let mut child = stationmaster(&["registry", "serve", "--offline", "--dir", &dir])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the registry starts");
    let said = BufReader::new(child.stdout.take().expect("its words"));
    let first = said.lines().next().expect("a line").expect("text");
    let address = first.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address");
    let mut half = TcpStream::connect(address).expect("it answers");
    half.write_all(b"PUT /api/v1/crates/new HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf").expect("sent");
    let mut idle = TcpStream::connect(address).expect("it answers");
    idle.write_all(b"GET /index/con").expect("sent");
    // Both are being served before the signal comes.
    pause(200);
    terminate(&child);
    assert!(ended(&mut child).code().is_some(), "it ended by itself");
}
