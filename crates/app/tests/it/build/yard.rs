//! The demo in a repository, its archives, and what is in them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use serde_json::Value;

use crate::{
    binary::{code, demo, errors, git, json, stationmaster},
    outside_tools::program,
};

/// The target of the machine that the tests run on.
pub(crate) fn host() -> &'static str {
    static HOST: OnceLock<String> = OnceLock::new();
    HOST.get_or_init(|| {
        let output = Command::new("rustc").arg("-vV").output().expect("rustc runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host").to_owned()
    })
}

/// A repository with the demo, whose policy is for this machine's target too.
pub(crate) struct Yard {
    folder: tempfile::TempDir,
}

impl Yard {
    pub(crate) fn new() -> Self {
        let yard = Self { folder: tempfile::tempdir().expect("a folder") };
        demo(&yard.repository());
        fs::create_dir(yard.path("tmp")).expect("a folder");
        let policy = yard.repository().join("stationmaster.toml");
        let text = fs::read_to_string(&policy).expect("a policy");
        if !text.contains(&format!("\"{}\"", host())) {
            let with_host = text.replace("targets = [", &format!("targets = [\"{}\", ", host()));
            fs::write(&policy, with_host).expect("a policy");
        }
        yard.commit("Release for this machine");
        yard
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn repository(&self) -> PathBuf {
        self.path("demo")
    }

    /// Write a file of the repository.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.repository().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    /// Change a text in a file of the repository.
    pub(crate) fn change(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.repository().join(path)).expect("a file");
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, &text.replace(from, to));
    }

    /// Commit all, at the same time in every yard: the same files are then the same commit.
    pub(crate) fn commit(&self, message: &str) {
        let repository = self.repository();
        git(&repository, &["add", "--all"]);
        let moment = "2026-03-04T05:06:08Z";
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]).current_dir(&repository);
        command.args(["commit", "--quiet", "--allow-empty", "--amend", "--reset-author", "--message", message]);
        let output =
            command.env("GIT_AUTHOR_DATE", moment).env("GIT_COMMITTER_DATE", moment).output().expect("git runs");
        assert!(output.status.success(), "{}", errors(&output));
    }

    /// The command, building in a folder of the yard's own.
    pub(crate) fn command(&self, more: &[&str]) -> Command {
        let repository = self.repository();
        let mut command = stationmaster(&["build", "--repo", repository.to_str().expect("UTF-8"), "--json"]);
        command.args(more).env("TMPDIR", self.path("tmp"));
        command
    }

    pub(crate) fn build(&self, more: &[&str]) -> Output {
        self.command(more).output().expect("it runs")
    }

    /// What it reports, by the archive's name.
    pub(crate) fn built(&self, more: &[&str]) -> BTreeMap<String, Value> {
        let output = self.build(more);
        assert_eq!(code(&output), 0, "{}", errors(&output));
        let report = json(&output);
        let lines = report["archives"].as_array().expect("archives").clone();
        lines.into_iter().map(|line| (line["name"].as_str().expect("a name").to_owned(), line)).collect()
    }

    /// What is left where it builds.
    pub(crate) fn left_over(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("tmp")).expect("a folder");
        let ours = entries.map(|entry| entry.expect("an entry").path());
        ours.filter(|path| path.to_string_lossy().contains("stationmaster-build-")).collect()
    }
}

/// How its report calls something that was finished.
pub(crate) fn states(built: &BTreeMap<String, Value>) -> Vec<&str> {
    built.values().map(|line| line["state"].as_str().expect("a state")).collect()
}

/// Where an archive is, of those that were made; the first whose name ends so.
pub(crate) fn path_of(built: &BTreeMap<String, Value>, ending: &str) -> PathBuf {
    let mut lines = built.iter().filter(|(name, line)| name.ends_with(ending) && line["path"].is_string());
    let (_, line) = lines.next().unwrap_or_else(|| panic!("no {ending} in {built:?}"));
    PathBuf::from(line["path"].as_str().expect("a path"))
}

/// Unpack an archive; the one folder that is in it. None: there is no xz here, which the test says.
pub(crate) fn unpack(archive: &Path, into: &Path) -> Option<PathBuf> {
    program("xz", "xz-utils")?;
    fs::create_dir_all(into).expect("a folder");
    let output = Command::new("tar").arg("-xpf").arg(archive).arg("-C").arg(into).output().expect("tar runs");
    assert!(output.status.success(), "{}", errors(&output));
    let entries: Vec<PathBuf> = fs::read_dir(into).expect("a folder").map(|it| it.expect("an entry").path()).collect();
    let name = archive.file_name().expect("a name").to_str().expect("UTF-8").trim_end_matches(".tar.xz");
    assert_eq!(entries, [into.join(name)], "one folder, named as the archive");
    Some(into.join(name))
}

/// All paths below a folder, sorted.
pub(crate) fn paths(root: &Path) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(root).expect("below").to_str().expect("UTF-8").to_owned());
            }
        }
    }
    found.sort();
    found
}
