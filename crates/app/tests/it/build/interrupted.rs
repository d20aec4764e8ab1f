//! Runs that are killed, and runs after them.
//!
//! Rules: R11.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::yard::{Yard, host, path_of, states};
use crate::binary::{code, errors};

#[test]
fn what_is_finished_is_kept_and_what_is_spoiled_or_gone_is_made_again() {
    let yard = Yard::new();
    let more = ["--artifact", "source", "--artifact", "cli", "--target", host()];
    let source = ["--artifact", "source"];
    let first = yard.built(&source);
    assert_eq!(states(&first), ["made"]);
    assert_eq!(states(&yard.built(&source)), ["kept"]);
    assert_eq!(states(&yard.built(&more)), ["made"], "that of the target alone");
    assert_eq!(states(&yard.built(&more)), ["kept"]);
    let path = path_of(&first, "-src.tar.xz");
    let bytes = fs::read(&path).expect("a file");
    let mut spoiled = bytes.clone();
    spoiled[100] ^= 1;
    fs::write(&path, spoiled).expect("a file");
    assert_eq!(states(&yard.built(&source)), ["made"]);
    assert_eq!(fs::read(&path).expect("a file"), bytes);
    fs::remove_file(&path).expect("a file");
    let unfinished = path.with_file_name(".new-half");
    fs::write(&unfinished, "half").expect("a file");
    assert_eq!(states(&yard.built(&source)), ["made"]);
    assert!(!unfinished.exists(), "what a killed run was writing is cleared away");
    // Another policy makes another archive of the same commit.
    let policy = yard.path("other.toml");
    let text = fs::read_to_string(yard.repository().join("stationmaster.toml")).expect("a policy");
    fs::write(&policy, text.replace("man = [\"--man\"]", "files = [\"README.md\"]")).expect("a policy");
    let named = [&["--policy", policy.to_str().expect("UTF-8")][..], &more[2..]].concat();
    assert_eq!(states(&yard.built(&named)), ["made"]);
    assert_eq!(yard.left_over(), Vec::<PathBuf>::new());
}

/// A yard whose builds wait until a file is there: a run is then stopped in the middle, every time. With the yard's folder gone
/// nobody waits any more.
fn waiting() -> (Yard, PathBuf) {
    let yard = Yard::new();
    let gate = yard.path("gate");
    let wait = format!(
        "fn main() {{ std::fs::write({gate:?}.to_owned() + \".waits\", \"\").expect(\"a file\"); let gate = std::path::Path::new({gate:?}); while !gate.exists() && gate.parent().is_some_and(|it| it.exists()) {{ std::thread::sleep(std::time::Duration::from_millis(20)); }} }}\n"
    );
    yard.write("crates/cli/build.rs", &wait);
    yard.commit("Wait");
    (yard, gate)
}

const TWO: [&str; 4] = ["--artifact", "cli", "--artifact", "c-api"];

/// A run that has begun to build.
fn begun(yard: &Yard) -> Child {
    let mut command = yard.command(&[&["--target", host()][..], &TWO].concat());
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    let started = Instant::now();
    while !yard.left_over().first().is_some_and(|folder| folder.join("target").is_dir()) {
        assert!(started.elapsed() < Duration::from_secs(60), "it does not build");
        std::thread::yield_now();
    }
    child
}

#[test]
fn a_run_that_is_killed_while_it_builds_is_run_again_and_cleans_up() {
    let (yard, gate) = waiting();
    for _ in 0..2 {
        let mut child = begun(&yard);
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
        assert_eq!(yard.left_over().len(), 1, "no chance to clean up, and what the one before left is cleared");
    }
    fs::write(&gate, "").expect("a file");
    let more = [&["--target", host()][..], &TWO].concat();
    let built = yard.built(&more);
    assert_eq!(states(&built), ["made", "made"]);
    assert_eq!(yard.left_over(), Vec::<PathBuf>::new());
    assert_eq!(states(&yard.built(&more)), ["kept", "kept"]);
}

#[test]
fn a_run_that_is_told_to_stop_cleans_up_at_once() {
    let (yard, gate) = waiting();
    let child = begun(&yard);
    // Nothing but the build script runs then: no compiler writes while all is cleared away.
    let deps = yard.left_over()[0].join("target").join(host()).join("release/deps");
    let is_compiled = |name: &str| name.starts_with("libabacist-") && name.ends_with(".rlib");
    let names = || fs::read_dir(&deps).into_iter().flatten().filter_map(|it| it.ok()?.file_name().into_string().ok());
    let started = Instant::now();
    while !(names().any(|name| is_compiled(&name)) && gate.with_extension("waits").exists()) {
        assert!(started.elapsed() < Duration::from_secs(120), "it does not compile");
        std::thread::yield_now();
    }
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 4, "{}", errors(&output));
    assert!(errors(&output).contains("told to stop"), "{}", errors(&output));
    assert_eq!(yard.left_over(), Vec::<PathBuf>::new());
    // Lets the build script go that waited.
    fs::write(&gate, "").expect("a file");
}
