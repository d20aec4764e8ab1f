//! A job that publishes the demo, in a CI or outside of one, to a registry that trusts the CI.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use super::{
    binary::{code, demo, errors, git, run, stationmaster},
    issuer::{BEARER, Issuer},
};

/// The demo with its version 4.0.0 on main and 5.0.0 on `next`, and a CI.
pub(crate) struct Job {
    folder: tempfile::TempDir,
    pub(crate) issuer: Issuer,
}

impl Job {
    /// With these lines in the policy's `[publish]`.
    pub(crate) fn new(publish: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let work = folder.path().join("demo");
        demo(&work);
        let policy = work.join("stationmaster.toml");
        let text = fs::read_to_string(&policy).expect("a policy");
        let changed = text.replacen("[publish]\n", &format!("[publish]\nregistry = \"station\"\n{publish}"), 1);
        assert_ne!(changed, text);
        fs::write(&policy, changed).expect("written");
        git(&work, &["commit", "--quiet", "--all", "--message", "Trust the workflow"]);
        let job = Self { folder, issuer: Issuer::start() };
        let bumped = run(&["bump", "major", "--repo", &job.demo(), "--base", "main", "--ref", "next"]);
        assert_eq!(code(&bumped), 0, "{}", errors(&bumped));
        job
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn demo(&self) -> String {
        self.path("demo").to_str().expect("a plain path").to_owned()
    }

    /// A command outside of any CI, that keeps no token.
    pub(crate) fn command(&self, index: &str, arguments: &[&str]) -> Command {
        let demo = self.demo();
        let mut command = stationmaster(&[arguments, &["--repo", demo.as_str()]].concat());
        for name in ["ACTIONS_ID_TOKEN_REQUEST_URL", "CRATES_IO_ID_TOKEN", "CARGO_REGISTRIES_STATION_TOKEN"] {
            command.env_remove(name);
        }
        command.env("CARGO_HOME", self.path("no-cargo")).env("CARGO_REGISTRIES_STATION_INDEX", index);
        command
    }

    /// The same in the CI.
    pub(crate) fn in_ci(&self, index: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(index, arguments);
        command.env("ACTIONS_ID_TOKEN_REQUEST_URL", self.issuer.request_url());
        command.env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", BEARER);
        command
    }

    /// Publish 4.0.0 with a token that somebody keeps.
    pub(crate) fn publish_first(&self, index: &str, token: &str) {
        let mut first = self.command(index, &["publish", "--rev", "main"]);
        let first = first.env("CARGO_REGISTRIES_STATION_TOKEN", token).output().expect("it runs");
        assert_eq!(code(&first), 0, "{}", errors(&first));
    }
}

/// A registry in a process of its own, until this is dropped.
pub(crate) struct Served(Child, pub(crate) String);

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to stop.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Start one, with these arguments besides.
pub(crate) fn serve(job: &Job, more: &[&str]) -> Served {
    let [dir, file] = ["registry", "token"].map(|name| job.path(name).to_str().expect("a plain path").to_owned());
    let rule = job.issuer.rule();
    let serve = ["registry", "serve", "--offline", "--dir", &dir, "--token-file", &file, "--trust", &rule];
    let mut registry = stationmaster(&[&serve, more].concat()).stdout(Stdio::piped()).spawn().expect("it starts");
    let said = BufReader::new(registry.stdout.take().expect("its words"));
    let first = said.lines().next().expect("a line").expect("text");
    Served(registry, first.rsplit(' ').next().expect("the index").to_owned())
}
