//! Repositories made with the `git` program, in temporary folders.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use stationmaster_adapters::git::Repository;
use stationmaster_core::model::{CommitId, Identity};

/// A work tree in a temporary folder, driven with the real `git`.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// An empty repository on branch `main`.
    pub(crate) fn new() -> Self {
        let scratch = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        scratch.git(&["init", "-q", "-b", "main", "work"]);
        scratch
    }

    /// The same with one commit of a few files: a script, a link, text and bytes.
    pub(crate) fn with_files() -> Self {
        let scratch = Self::new();
        scratch.write("Cargo.toml", "[workspace]\n");
        scratch.write("crates/a/Cargo.toml", "[package]\nname = \"a\"\n");
        scratch.write("crates/b/Cargo.toml", "[package]\nname = \"b\"\n");
        scratch.write("crates/b/src/lib.rs", "// b\n");
        scratch.write("ci/run.sh", "#!/bin/sh\n");
        std::fs::write(scratch.work().join("logo.bin"), [0xff, 0xfe, 0]).expect("write");
        std::os::unix::fs::symlink("crates/a", scratch.work().join("link")).expect("link");
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(scratch.work().join("ci/run.sh"), executable).expect("chmod");
        scratch.run(&["add", "-A"]);
        scratch.run(&["commit", "-qm", "first"]);
        scratch
    }

    /// The folder that holds everything.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The work tree.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Opened by the adapter.
    pub(crate) fn open(&self) -> Repository {
        Repository::open(self.work()).expect("a repository")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.work().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("write");
    }

    /// Commit everything that is in the work tree.
    pub(crate) fn commit(&self, message: &str) -> CommitId {
        self.run(&["add", "-A"]);
        self.run(&["commit", "-q", "--allow-empty", "-m", message]);
        self.id("HEAD")
    }

    pub(crate) fn id(&self, revision: &str) -> CommitId {
        self.run(&["rev-parse", revision]).parse().expect("a commit id")
    }

    /// Run git in the work tree; its output without the last line end.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let mut all = vec!["-C", "work"];
        all.extend(arguments);
        self.git(&all)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let (text, ok) = self.try_git(arguments);
        assert!(ok, "git {arguments:?} fails: {text}");
        text
    }

    /// Run git in the folder that holds everything.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> (String, bool) {
        let output = command(self.folder.path()).args(arguments).stdin(Stdio::null()).output().expect("git runs");
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            text.push_str(&String::from_utf8_lossy(&output.stderr));
        }
        (text.trim_end_matches('\n').to_owned(), output.status.success())
    }

    /// `git fsck --strict` has nothing to say against what is there.
    pub(crate) fn assert_sound(&self) {
        let (text, ok) = self.try_git(&["-C", "work", "fsck", "--strict", "--full"]);
        let complaints: Vec<_> = text.lines().filter(|line| !line.starts_with("dangling ")).collect();
        assert!(ok && complaints.is_empty(), "fsck: {text}");
    }
}

/// Git without the configuration of whoever runs the tests, and with fixed names and times.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "Release Bot")
            .env(format!("GIT_{role}_EMAIL"), "bot@example.org")
            .env(format!("GIT_{role}_DATE"), "1700000000 +0000");
    }
    command
}

/// The identity and time that [`command`] gives to git.
pub(crate) fn identity() -> (Identity, i64) {
    (Identity { name: "Release Bot".to_owned(), email: "bot@example.org".to_owned() }, 1_700_000_000)
}
