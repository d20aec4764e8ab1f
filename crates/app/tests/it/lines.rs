//! A small real project with two released lines, and fixes on main that they lack.

use std::{fs, path::Path, process::Output};

use super::binary::{code, errors, git, run};

const POLICY: &str = r#"preset = "2021-merge"

[project]
name = "Pipes"

[train]
first = { version = "3.0.0", cut = 2026-09-05 }

[backport]
correctness = { latest = 1 }
off-by-default = ["extras/**"]

[[class]]
class = "miscompilation"
labels = ["wrong-code"]

[[class]]
class = "correctness"
paths = ["src/pump.rs"]

[publish]
enabled = false
"#;

/// A repository with the lines 3.0 and 4.0, both supported on 2026-10-20.
pub(crate) struct Pipes {
    folder: tempfile::TempDir,
}

impl Pipes {
    pub(crate) fn new() -> Self {
        let pipes = Self { folder: tempfile::tempdir().expect("a folder") };
        git(pipes.path(), &["init", "--quiet"]);
        pipes.write("stationmaster.toml", POLICY);
        pipes.write("src/lib.rs", "//! Pipes.\n");
        pipes.write("src/pump.rs", "one\ntwo\nthree\nfour\nfive\n");
        pipes.version("3.0.0");
        pipes.commit("Release 3.0.0");
        pipes.line("3.0.0");
        pipes.version("4.0.0");
        pipes.commit("Release 4.0.0");
        pipes.line("4.0.0");
        pipes.write("src/sink.rs", "//! It does not leak.\n");
        pipes.commit("Fix the sink (#6)\n\nChange-Class: security");
        git(pipes.path(), &["tag", "sink"]);
        pipes.write("src/pump.rs", "one\ntwo\n3\nfour\nfive\n");
        pipes.commit("Rewrite the pump (#7)");
        git(pipes.path(), &["tag", "rewrite"]);
        pipes.write("src/pump.rs", "one\ntwo\n33\nfour\nfive\n");
        pipes.commit("Fix the pump (#8)");
        git(pipes.path(), &["tag", "pump"]);
        pipes
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder is made");
        fs::write(file, text).expect("a file is written");
    }

    pub(crate) fn commit(&self, message: &str) {
        git(self.path(), &["add", "--all"]);
        git(self.path(), &["commit", "--quiet", "--author", "An author <author@example.com>", "--message", message]);
    }

    fn version(&self, version: &str) {
        let head = format!("[package]\nname = \"pipes\"\nversion = \"{version}\"\nedition = \"2024\"\n");
        self.write("Cargo.toml", &head);
        self.write("Cargo.lock", &format!("version = 4\n\n[[package]]\nname = \"pipes\"\nversion = \"{version}\"\n"));
        self.write("RELEASES.md", &format!("# Releases\n\n## {version}\n\nReleased 2026-09-05.\n"));
    }

    fn line(&self, version: &str) {
        git(self.path(), &["branch", &format!("release-{version}")]);
        git(self.path(), &["tag", &format!("v{version}")]);
    }

    /// Run a command here on a day.
    pub(crate) fn on(&self, day: &str, command: &[&str]) -> Output {
        let scope = ["--repo", self.path().to_str().expect("a plain path"), "--offline", "--at", day];
        run(&[command, &scope].concat())
    }

    /// The same on 2026-10-20, with the exit code that is expected.
    pub(crate) fn ends(&self, exit: i32, command: &[&str]) -> Output {
        let output = self.on("2026-10-20", command);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(code(&output), exit, "{command:?}: {}{printed}", errors(&output));
        output
    }

    pub(crate) fn id(&self, revision: &str) -> String {
        git(self.path(), &["rev-parse", &format!("{revision}^{{commit}}")])
    }

    pub(crate) fn refs(&self) -> String {
        git(self.path(), &["for-each-ref"])
    }
}
