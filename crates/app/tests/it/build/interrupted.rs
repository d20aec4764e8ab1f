//! Runs that are killed, and runs after them.

use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use super::yard::{Yard, host, path_of, states};

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
    assert_eq!(yard.left_over(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_run_that_is_killed_while_it_builds_is_run_again_and_cleans_up() {
    let yard = Yard::new();
    // It stops the build until the file is there: the run is killed in the middle, every time.
    let gate = yard.path("gate");
    let wait = format!(
        "fn main() {{ while !std::path::Path::new({gate:?}).exists() {{ std::thread::sleep(std::time::Duration::from_millis(20)); }} }}\n"
    );
    yard.write("crates/cli/build.rs", &wait);
    yard.commit("Wait");
    let more = ["--target", host(), "--artifact", "cli", "--artifact", "c-api"];
    for _ in 0..2 {
        let mut child = yard.command(&more).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let started = Instant::now();
        let is_building = || yard.left_over().first().is_some_and(|folder| folder.join("target").is_dir());
        while !is_building() {
            assert!(started.elapsed() < Duration::from_secs(60), "it does not build");
            std::thread::yield_now();
        }
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
        assert_eq!(yard.left_over().len(), 1, "no chance to clean up, and what the one before left is cleared");
    }
    fs::write(&gate, "").expect("a file");
    let built = yard.built(&more);
    assert_eq!(states(&built), ["made", "made"]);
    assert_eq!(yard.left_over(), Vec::<std::path::PathBuf>::new());
    assert_eq!(states(&yard.built(&more)), ["kept", "kept"]);
}
