//! Archives on their way to a release that nobody sees before they are all there.
//!
//! Rules: R11.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use super::binary::{code, demo_releasing, errors, git, json, run};

/// The demo, merged and tagged as 5.0.0, with an archive of sources by its policy, and no registry.
struct Yard {
    folder: tempfile::TempDir,
}

impl Yard {
    fn new(provenance: &str) -> Self {
        let yard = Self { folder: tempfile::tempdir().expect("a folder") };
        let repository = yard.path("demo");
        let sources = "[[artifact]]\nname = \"{project}-v{version}-src\"\nkind = \"source\"\nbuild = \"ci\"\n";
        demo_releasing(&repository, &format!("{sources}{provenance}"));
        git(&repository, &["commit", "--quiet", "--all", "--message", "Release sources as well"]);
        assert_eq!(code(&yard.run(&["run"])), 3, "a person must merge");
        let merged = yard.run(&["pr", "merge", "1", "--by", "a maintainer"]);
        assert_eq!(code(&merged), 0, "{}", errors(&merged));
        yard
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, command: &[&str]) -> Output {
        let demo = self.path("demo");
        let scope = ["--repo", demo.to_str().expect("a plain path"), "--offline", "--at", "2026-12-05"];
        run(&[command, &scope].concat())
    }

    fn ok(&self, command: &[&str]) -> Output {
        let output = self.run(command);
        assert_eq!(code(&output), 0, "{command:?}: {}{}", errors(&output), String::from_utf8_lossy(&output.stdout));
        output
    }

    fn deliver(&self, dir: &Path) -> serde_json::Value {
        json(&self.ok(&["deliver", "5.0.0", dir.to_str().expect("a plain path"), "--json"]))
    }
}

#[test]
fn a_release_is_shown_when_its_files_are_there_and_they_can_be_verified_by_its_version() {
    let yard = Yard::new("");
    let dir = yard.path("release");
    let out = dir.to_str().expect("a plain path");
    let early = yard.run(&["deliver", "5.0.0", "."]);
    assert_eq!(code(&early), 3, "{}", errors(&early));
    let waiting = yard.run(&["run"]);
    assert_eq!(code(&waiting), 0, "it waits for a CI: {}", errors(&waiting));
    let said = String::from_utf8_lossy(&waiting.stdout).into_owned();
    assert!(said.contains("abacist-v5.0.0-src.tar.xz"), "{said}");

    yard.ok(&["build", "5.0.0", "--out", out]);
    let first = yard.deliver(&dir);
    assert_eq!(first["delivered"], serde_json::json!(["abacist-v5.0.0-src.tar.xz"]));
    assert_eq!(first["missing"], serde_json::json!(["SHA256SUMS", "provenance.intoto.jsonl"]));
    yard.ok(&["attest", out, "--rev", "v5.0.0"]);
    let second = yard.deliver(&dir);
    assert_eq!((second["delivered"].as_array().map(Vec::len), &second["missing"]), (Some(3), &serde_json::json!([])));
    assert_eq!(yard.deliver(&dir)["delivered"], serde_json::json!([]), "all of it is there");

    // An archive that is replaced takes the list of sums with it: a release with a list that does not fit is not shown.
    let other = yard.path("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("abacist-v5.0.0-src.tar.xz"), "other bytes").expect("written");
    assert_eq!(yard.deliver(&other)["missing"], serde_json::json!(["SHA256SUMS"]));
    assert_eq!(yard.deliver(&dir)["delivered"], serde_json::json!(["abacist-v5.0.0-src.tar.xz", "SHA256SUMS"]));

    yard.ok(&["run"]);
    yard.ok(&["verify", "5.0.0", "--unsigned"]);
    assert_eq!(code(&yard.run(&["verify", "6.0.0", "--unsigned"])), 2);
    assert_eq!(yard.deliver(&dir)["delivered"], serde_json::json!([]));

    // What people have seen stays as it is.
    fs::write(dir.join("abacist-v5.0.0-src.tar.xz"), "other").expect("written");
    for name in ["SHA256SUMS", "provenance.intoto.jsonl", "abacist-v5.0.0-src.tar.xz.cdx.json"] {
        fs::remove_file(dir.join(name)).expect("removed");
    }
    let late = yard.run(&["deliver", "5.0.0", out]);
    assert_eq!(code(&late), 5, "{}", errors(&late));
    yard.ok(&["verify", "5.0.0", "--unsigned"]);
}

#[test]
fn a_list_that_is_not_signed_or_does_not_fit_is_not_delivered() {
    let yard = Yard::new("[provenance]\nkey = \"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\"\n");
    let dir = yard.path("release");
    let out = dir.to_str().expect("a plain path");
    yard.ok(&["run"]);
    yard.ok(&["build", "5.0.0", "--out", out]);
    let archive = dir.join("abacist-v5.0.0-src.tar.xz");
    let sum = sha256(&archive);
    fs::write(dir.join("SHA256SUMS"), format!("{sum}  abacist-v5.0.0-src.tar.xz\n")).expect("written");
    let unsigned = yard.run(&["deliver", "5.0.0", out]);
    assert_eq!(code(&unsigned), 5);
    assert!(errors(&unsigned).contains("not signed with key"), "{}", errors(&unsigned));
    fs::remove_file(dir.join("SHA256SUMS")).expect("removed");
    fs::write(dir.join("notes.txt"), "notes").expect("written");
    let stranger = yard.run(&["deliver", "5.0.0", out]);
    assert_eq!(code(&stranger), 5);
    assert!(errors(&stranger).contains("`notes.txt` is not a file of this release"), "{}", errors(&stranger));
    fs::remove_file(dir.join("notes.txt")).expect("removed");
    assert_eq!(
        yard.deliver(&dir)["missing"],
        serde_json::json!(["SHA256SUMS", "SHA256SUMS.minisig", "provenance.intoto.jsonl"])
    );
}

fn sha256(path: &Path) -> String {
    let output = std::process::Command::new("sha256sum").arg(path).output().expect("sha256sum runs");
    String::from_utf8_lossy(&output.stdout).split(' ').next().expect("a sum").to_owned()
}
