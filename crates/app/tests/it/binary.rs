//! Running the binary, and making repositories to run it on.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

/// The binary with these arguments, for a policy of its own and without the network. Whether these tests run in a CI, or where
/// somebody signs releases, is nothing to it.
pub(crate) fn stationmaster(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stationmaster"));
    command.args(arguments).stdin(Stdio::null()).env("NO_COLOR", "1");
    for name in
        ["CI", "STATIONMASTER_KEY", "STATIONMASTER_TRUST_CONFIG", "ACTIONS_ID_TOKEN_REQUEST_URL", "SIGSTORE_ID_TOKEN"]
    {
        command.env_remove(name);
    }
    command
}

/// Run it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    stationmaster(arguments).output().expect("the binary runs")
}

/// Its exit code.
pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

/// What it said on standard error.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What it printed, as JSON.
pub(crate) fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), errors(output)))
}

/// Run git in a folder.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The demo, whose releases have these `[[artifact]]`s and what else is said of them, and go to no registry. Not committed.
pub(crate) fn demo_releasing(folder: &Path, artifacts: &str) {
    demo(folder);
    let policy = folder.join("stationmaster.toml");
    let text = fs::read_to_string(&policy).expect("the demo has a policy");
    let crates_alone = text.split("[[artifact]]").next().expect("a text");
    let unpublished = crates_alone.replace("[publish]", "[publish]\nenabled = false");
    fs::write(&policy, format!("{unpublished}\n{artifacts}")).expect("the policy is written");
}

/// A repository with a copy of the demo, committed.
pub(crate) fn demo(folder: &Path) {
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo"), folder);
    git(folder, &["init", "--quiet"]);
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "Begin"]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the demo is there") {
        let entry = entry.expect("an entry");
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == "target" {
            continue;
        }
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).expect("a file is copied");
        }
    }
}
