//! Lock files in crates, against those that cargo itself puts in.
//!
//! Rules: R11.

use std::{collections::BTreeMap, io::Read, path::Path, process::Command};

use flate2::read::GzDecoder;
use stationmaster_core::model::{CrateRelease, LockFile};
use stationmaster_engine::ports::{Builder, StagedCrate};

use super::{builder, release, workspace};
use crate::scratch::Scratch;

/// Path and text of every file of a crate, in its order.
fn files(path: &Path) -> Vec<(String, String)> {
    let bytes = std::fs::read(path).expect("a crate");
    let mut archive = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
    let read = |mut entry: tar::Entry<'_, _>| {
        let mut text = String::new();
        Read::read_to_string(&mut entry, &mut text).expect("text");
        (entry.path().expect("path").display().to_string(), text)
    };
    archive.entries().expect("entries").map(|entry| read(entry.expect("an entry"))).collect()
}

fn lock_file(path: &Path) -> Option<String> {
    files(path).into_iter().find(|(name, _)| name.ends_with("/Cargo.lock")).map(|(_, text)| text)
}

/// The folder of the repository that a crate says it is from.
fn path_in_vcs(files: &[(String, String)]) -> serde_json::Value {
    let (_, text) = files.iter().find(|(name, _)| name.ends_with("/.cargo_vcs_info.json")).expect("it says so");
    serde_json::from_str::<serde_json::Value>(text).expect("JSON")["path_in_vcs"].clone()
}

/// What plain `cargo package` makes of a checkout, by the crate's file name.
fn by_cargo(scratch: &Scratch, flags: &[&str]) -> BTreeMap<String, std::path::PathBuf> {
    let target = scratch.folder().join("plain");
    let mut command = Command::new("cargo");
    command.args(["package", "--workspace", "--no-verify", "--allow-dirty", "--offline", "--target-dir"]);
    command.arg(&target).args(flags).current_dir(scratch.work());
    command.env("CARGO_HOME", scratch.folder().join("cargo-home"));
    let output = command.output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = std::fs::read_dir(target.join("package")).expect("packages").flatten().map(|entry| entry.path());
    let crates = made.filter(|path| path.extension().is_some_and(|it| it == "crate"));
    crates.map(|path| (path.file_name().expect("name").to_string_lossy().into_owned(), path)).collect()
}

/// The workspace of the other tests, with a lock file, and with two more programs of which one requires the other's package.
fn with_lock() -> (Scratch, stationmaster_core::model::CommitId) {
    let (scratch, _) = workspace("1.0.0");
    let inherited = "version.workspace = true\nedition.workspace = true\ndescription.workspace = true\n\
                     license.workspace = true\n";
    let manifest = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\n{inherited}{rest}");
    let both = "[[bin]]\nname = \"both\"\npath = \"src/main.rs\"\n[lib]\nname = \"both\"\npath = \"src/main.rs\"\n";
    scratch.write(
        "crates/both/Cargo.toml",
        &manifest("sm-both", &format!("{both}[dependencies]\nsm-base = {{ path = \"../base\", version = \"1\" }}\n")),
    );
    scratch.write("crates/both/src/main.rs", "fn main() {}\n");
    let needs = "[target.'cfg(unix)'.build-dependencies]\nsm-both = { path = \"../both\", version = \"1\" }\n\
                 [dev-dependencies]\nrenamed = { package = \"sm-tool\", path = \"../tool\", version = \"1\" }\n";
    scratch.write("crates/atop/Cargo.toml", &manifest("sm-atop", needs));
    scratch.write("crates/atop/src/main.rs", "fn main() {}\n");
    let home = scratch.folder().join("cargo-home");
    let mut cargo = Command::new("cargo");
    cargo.args(["generate-lockfile", "--offline"]).env("CARGO_HOME", home).current_dir(scratch.work());
    assert!(cargo.status().expect("cargo").success());
    let commit = scratch.commit("with a lock file");
    (scratch, commit)
}

fn all(lock_file: LockFile) -> Vec<CrateRelease> {
    let names = ["sm-base", "sm-both", "sm-tool", "sm-atop"];
    names.map(|name| CrateRelease { lock_file, ..release(name, "1.0.0") }).into()
}

fn named<'s>(staged: &'s [StagedCrate], name: &str) -> &'s StagedCrate {
    staged.iter().find(|it| it.release.name == name).expect("staged")
}

/// Cargo's own checksums are of crates as cargo packs them; ours are of the bytes that we upload.
fn without_checksums(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("checksum")).fold(String::new(), |all, line| all + line + "\n")
}

#[tokio::test]
async fn every_lock_file_is_the_one_that_cargo_would_put_in() {
    let (scratch, commit) = with_lock();
    let staged = builder(&scratch, &scratch.folder().join("staging"));
    let staged = staged.stage(&commit, &all(LockFile::Always)).await.expect("staged");
    let plain = by_cargo(&scratch, &[]);
    for it in &staged {
        let plain = &plain[&format!("{}-1.0.0.crate", it.release.name)];
        let (ours, theirs) = (files(&it.path), files(plain));
        let names = |files: &[(String, String)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&ours), names(&theirs));
        assert_eq!(path_in_vcs(&ours), path_in_vcs(&theirs));
        let (ours, theirs) = (lock_file(&it.path).expect("ours"), lock_file(plain).expect("cargo's"));
        assert_eq!(without_checksums(&ours), without_checksums(&theirs), "{}", it.release.name);
    }
    let atop = lock_file(&named(&staged, "sm-atop").path).expect("a lock file");
    for name in ["sm-base", "sm-both", "sm-tool"] {
        assert!(
            atop.contains(&named(&staged, name).checksum),
            "{name} is named with the checksum that is uploaded: {atop}"
        );
    }
}

/// Put a package into the folder that stands in for crates.io, in the cargo home of the tests.
fn vendor(scratch: &Scratch, name: &str, version: &str, requires: &[&str]) {
    let home = scratch.folder().join("cargo-home");
    let folder = home.join("vendor").join(format!("{name}-{version}"));
    std::fs::create_dir_all(folder.join("src")).expect("folders");
    let requires: String = requires.iter().map(|line| format!("{line}\n")).collect();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n\n[dependencies]\n{requires}"
    );
    let sums = format!("{{\"files\":{{}},\"package\":\"{}\"}}", "0f".repeat(32));
    for (file, text) in [("Cargo.toml", &*manifest), ("src/lib.rs", ""), (".cargo-checksum.json", &sums)] {
        std::fs::write(folder.join(file), text).expect("write");
    }
    let vendored = home.join("vendor");
    let config = "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = ";
    std::fs::write(home.join("config.toml"), format!("{config}{vendored:?}\n")).expect("write");
}

#[tokio::test]
async fn every_lock_file_is_cargos_where_crates_need_other_versions_of_the_registrys_packages() {
    let (scratch, _) = with_lock();
    vendor(&scratch, "dup", "1.0.0", &[]);
    vendor(&scratch, "dup", "1.2.0", &[]);
    vendor(&scratch, "dup", "2.0.0", &["leaf = \"1\"", "hidden = { version = \"1\", optional = true }"]);
    vendor(&scratch, "leaf", "1.0.0", &[]);
    vendor(&scratch, "leaf", "1.1.0", &["dup = \"1\""]);
    vendor(&scratch, "hidden", "1.0.0", &["leaf = \"1\""]);
    let more = [
        ("base", "[dependencies]\nleaf = \"=1.0.0\"\n"),
        ("both", "dup = \"1\"\n"),
        ("tool", "dup = { version = \"2\", optional = true }\n"),
        (
            "atop",
            "dup = { version = \"2\", features = [\"hidden\"] }\n[dependencies.old]\npackage = \"dup\"\nversion = \"=1.0.0\"\n",
        ),
    ];
    for (name, more) in more {
        let path = format!("crates/{name}/Cargo.toml");
        let manifest = std::fs::read_to_string(scratch.work().join(&path)).expect("a manifest");
        scratch.write(&path, &(manifest + more));
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["generate-lockfile", "--offline"]).env("CARGO_HOME", scratch.folder().join("cargo-home"));
    assert!(cargo.current_dir(scratch.work()).status().expect("cargo").success());
    let commit = scratch.commit("packages of the registry");
    let builder = builder(&scratch, &scratch.folder().join("staging"));
    let staged = builder.stage(&commit, &all(LockFile::Always)).await.expect("staged");
    // Cargo itself wants to find there what it packages.
    vendor(&scratch, "sm-base", "1.0.0", &["leaf = \"=1.0.0\""]);
    vendor(&scratch, "sm-both", "1.0.0", &["sm-base = \"1\"", "dup = \"1\""]);
    vendor(&scratch, "sm-tool", "1.0.0", &["sm-base = \"=1.0.0\"", "dup = { version = \"2\", optional = true }"]);
    let plain = by_cargo(&scratch, &["--registry", "crates-io"]);
    for it in &staged {
        let ours = lock_file(&it.path).expect("ours");
        let theirs = lock_file(&plain[&format!("{}-1.0.0.crate", it.release.name)]).expect("cargo's");
        assert_eq!(without_checksums(&ours), without_checksums(&theirs), "{}", it.release.name);
    }
    let needs = |name: &str, words: &str| lock_file(&named(&staged, name).path).expect("a lock file").contains(words);
    assert!(needs("sm-atop", "dup 1.0.0") && needs("sm-atop", "name = \"hidden\""));
    assert!(!needs("sm-tool", "name = \"hidden\"") && !needs("sm-base", "name = \"dup\""));
}

#[tokio::test]
async fn a_lock_file_that_does_not_know_a_dependency_yet_gives_what_cargo_would_put_in() {
    let (scratch, _) = with_lock();
    let path = "crates/tool/Cargo.toml";
    let manifest = std::fs::read_to_string(scratch.work().join(path)).expect("a manifest");
    scratch.write(path, &(manifest + "sm-both = { path = \"../both\", version = \"1\" }\n"));
    let commit = scratch.commit("another dependency");
    let staged = builder(&scratch, &scratch.folder().join("staging"));
    let staged = staged.stage(&commit, &all(LockFile::Always)).await.expect("staged");
    let (ours, plain) = (named(&staged, "sm-tool"), by_cargo(&scratch, &[]));
    let (ours, theirs) =
        (lock_file(&ours.path).expect("ours"), lock_file(&plain["sm-tool-1.0.0.crate"]).expect("cargo's"));
    assert_eq!(without_checksums(&ours), without_checksums(&theirs));
    assert!(ours.contains(&named(&staged, "sm-both").checksum), "{ours}");
}

#[tokio::test]
async fn only_crates_with_a_binary_have_one_unless_the_policy_says_otherwise() {
    let (scratch, commit) = with_lock();
    let builder = builder(&scratch, &scratch.folder().join("staging"));
    let mut sums = Vec::new();
    for (choice, expected) in
        [(LockFile::Binaries, [false, true, true, true]), (LockFile::Never, [false; 4]), (LockFile::Always, [true; 4])]
    {
        let staged = builder.stage(&commit, &all(choice)).await.expect("staged");
        assert_eq!(staged.iter().map(|it| lock_file(&it.path).is_some()).collect::<Vec<_>>(), expected);
        sums.push(staged.into_iter().map(|it| it.checksum).collect::<Vec<_>>());
    }
    assert!(sums[0] != sums[1] && sums[1] != sums[2]);
}

#[tokio::test]
async fn a_crate_asked_for_alone_has_the_same_bytes_as_with_all_others() {
    let (scratch, commit) = with_lock();
    let together = builder(&scratch, &scratch.folder().join("here"));
    let together = together.stage(&commit, &all(LockFile::Binaries)).await.expect("staged");
    let alone = builder(&scratch, &scratch.folder().join("there"));
    let alone = alone.stage(&commit, &all(LockFile::Binaries)[3..]).await.expect("staged");
    assert_eq!(alone[0].checksum, named(&together, "sm-atop").checksum);
}

#[tokio::test]
async fn a_workspace_without_a_lock_file_has_none_in_its_crates() {
    let (scratch, commit) = workspace("1.0.0");
    let builder = builder(&scratch, &scratch.folder().join("staging"));
    let tool = CrateRelease { lock_file: LockFile::Always, ..release("sm-tool", "1.0.0") };
    let staged = builder.stage(&commit, &[tool]).await.expect("staged");
    assert_eq!(lock_file(&staged[0].path), None);
}

#[tokio::test]
async fn a_lock_file_is_made_with_packages_that_are_vendored_in_the_commit() {
    let (scratch, _) = workspace("1.0.0");
    let (leaf, none) = ("third-party/leaf", "0000000000000000000000000000000000000000000000000000000000000000");
    scratch.write(
        ".cargo/config.toml",
        "[source.crates-io]\nreplace-with = \"near\"\n[source.near]\ndirectory = \"third-party\"\n",
    );
    scratch
        .write(&format!("{leaf}/Cargo.toml"), "[package]\nname = \"leaf\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    scratch.write(&format!("{leaf}/src/lib.rs"), "");
    scratch.write(&format!("{leaf}/.cargo-checksum.json"), &format!("{{\"files\":{{}},\"package\":\"{none}\"}}"));
    let manifest = std::fs::read_to_string(scratch.work().join("crates/tool/Cargo.toml")).expect("read");
    scratch.write("crates/tool/Cargo.toml", &format!("{manifest}leaf = \"0.1\"\n"));
    let mut cargo = Command::new("cargo");
    cargo.args(["generate-lockfile", "--offline"]).env("CARGO_HOME", scratch.folder().join("cargo-home"));
    assert!(cargo.current_dir(scratch.work()).status().expect("cargo").success());
    let commit = scratch.commit("vendored");
    let crates = [release("sm-base", "1.0.0"), release("sm-tool", "1.0.0")];
    let staged = builder(&scratch, &scratch.folder().join("staging")).stage(&commit, &crates).await.expect("staged");
    let lock = lock_file(&staged[1].path).expect("a lock file");
    assert!(lock.contains(&format!("name = \"leaf\"\nversion = \"0.1.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{none}\"")), "{lock}");
}
