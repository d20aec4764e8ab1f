//! A crate is what `cargo package` makes of the same commit in a clean clone.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
};

use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    model::{CommitId, CrateRelease, FileSelection, LockFile},
    workspace::Workspace,
};
use stationmaster_engine::ports::Builder;

use super::{CargoBuilder, release};
use crate::scratch::{self, Scratch};

/// Path, and executable bit and content.
pub(super) type Files = BTreeMap<String, (bool, Vec<u8>)>;

/// Cargo and git add these, or the policy decides about them.
const APART: [&str; 2] = [".cargo_vcs_info.json", "Cargo.lock"];

pub(super) fn files_of(path: &Path) -> Files {
    let file = std::fs::File::open(path).expect("a crate file");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let files = archive.entries().expect("entries").map(|entry| {
        let mut entry = entry.expect("an entry");
        let path = entry.path().expect("a path").to_str().expect("UTF-8").to_owned();
        let (_, path) = path.split_once('/').expect("a folder");
        let (is_executable, mut content) = (entry.header().mode().expect("a mode") & 0o100 != 0, Vec::new());
        entry.read_to_end(&mut content).expect("content");
        (path.to_owned(), (is_executable, content))
    });
    files.filter(|(path, _)| !APART.contains(&path.as_str())).collect()
}

fn cargo(folder: &Path, home: &Path, verb: &str) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(folder).env("CARGO_HOME", home).env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO_TARGET_DIR");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.args([verb, "--offline", "--quiet"]);
    command
}

/// Names of the packages that `cargo metadata` finds, sorted.
pub(super) fn members(folder: &Path, home: &Path) -> Vec<String> {
    let mut command = cargo(folder, home, "metadata");
    let output = command.args(["--no-deps", "--format-version", "1"]).output().expect("cargo runs");
    let read: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = read["packages"].as_array().expect("a list").iter();
    let mut names: Vec<String> = packages.map(|it| it["name"].as_str().expect("a name").to_owned()).collect();
    names.sort();
    names
}

/// What `cargo package --list` says of a package, sorted; none where cargo refuses it.
fn listed(clone: &Path, home: &Path, it: &CrateRelease) -> Option<Vec<String>> {
    let output = cargo(clone, home, "package")
        .args(["--exclude-lockfile", "--list", "--package", &it.name])
        .output()
        .expect("cargo runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut paths: Vec<String> = text.lines().filter(|path| !APART.contains(path)).map(str::to_owned).collect();
    paths.sort();
    output.status.success().then_some(paths)
}

/// What cargo packages there; none where it refuses, which it may do although it lists.
fn packaged(clone: &Path, home: &Path, it: &CrateRelease) -> Option<Files> {
    let arguments = ["--no-verify", "--exclude-lockfile", "--target-dir", "../cargo-target", "--package", &it.name];
    let output = cargo(clone, home, "package").args(arguments).output().expect("cargo runs");
    let path = clone.join(format!("../cargo-target/package/{}-{}.crate", it.name, it.version));
    output.status.success().then(|| files_of(&path))
}

/// The workspace's toolchain file is not to count: what is compared is one cargo.
fn clone(source: &Path, commit: &CommitId, to: &Path) {
    let git = |arguments: &[&str]| {
        let output = scratch::command(to.parent().expect("a parent")).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let (source, to) = (source.to_str().expect("UTF-8"), to.to_str().expect("UTF-8"));
    git(&["clone", "-q", "--shared", "--no-checkout", source, to]);
    git(&["-C", to, "checkout", "-q", "--detach", commit.as_str()]);
}

/// Every crate that cargo packages in a clean clone, compared. Says how many there are, and how many files they have.
async fn compare(source: &Path, commit: &CommitId, folder: &Path) -> (usize, usize) {
    let repository = Repository::open(source).expect("a repository");
    let names = FileSelection { names: vec!["Cargo.toml".to_owned()], ..FileSelection::default() };
    let files = repository.read_files(commit, &names).expect("manifests");
    let workspace = Workspace::read(&files).expect("a workspace");
    let published = workspace.packages.iter().filter(|package| package.publish);
    let all: Vec<CrateRelease> = published
        .map(|it| CrateRelease { lock_file: LockFile::Never, ..release(&it.name, &it.version.to_string()) })
        .collect();
    let (clean, home) = (folder.join("clean"), folder.join("cargo-home"));
    clone(source, commit, &clean);
    let ours: Vec<String> = workspace.packages.iter().map(|it| it.name.clone()).collect();
    assert_eq!(ours, members(&clean.join(workspace.folder()), &home), "{}", source.display());
    let theirs = |it: CrateRelease| Some((listed(&clean, &home, &it)?, packaged(&clean, &home, &it)?, it));
    let theirs: Vec<_> = all.into_iter().filter_map(theirs).collect();
    let all: Vec<CrateRelease> = theirs.iter().map(|(_, _, it)| it.clone()).collect();
    let options =
        super::BuildOptions { staging: folder.join("staging"), cargo_home: Some(home.clone()), offline: true };
    let staged = CargoBuilder::new(repository.into(), options).stage(commit, &all).await.expect("staged");
    let mut count = 0;
    for (it, (listed, packaged, _)) in staged.iter().zip(theirs) {
        let ours = files_of(&it.path);
        assert_eq!(ours.keys().collect::<Vec<_>>(), listed.iter().collect::<Vec<_>>(), "{}", it.release.name);
        let other = ours.iter().find(|(path, file)| packaged.get(*path) != Some(file)).map(|(path, _)| path);
        assert_eq!((other, ours.len()), (None, packaged.len()), "{}", it.release.name);
        count += ours.len();
    }
    (staged.len(), count)
}

pub(super) fn link(scratch: &Scratch, target: &str, path: &str) {
    let path: PathBuf = scratch.work().join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    std::os::unix::fs::symlink(target, path).expect("a link");
}

pub(super) fn package(scratch: &Scratch, folder: &str, name: &str, more: &str) {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2021\"\ndescription = \"A crate\"\n{more}\n"
    );
    scratch.write(&format!("{folder}/Cargo.toml"), &manifest);
    scratch.write(&format!("{folder}/src/lib.rs"), "");
}

/// What lies about in packages. Each holds its own path.
const ODD_FILES: &[&str] = &[
    "LICENSE",
    "docs/PLAIN.md",
    "docs/more.md",
    "a.tmp",
    "keep.tmp",
    ".github/workflows/ci.yml",
    ".gitignored/x",
    "fuzz/corpus/1",
    "target/tracked",
    "crates/plain/target/tracked",
    "crates/plain/deep/target/also",
    "crates/picky/target/listed",
    "crates/plain/.hidden/.more/x",
    "crates/plain/.env",
    "crates/plain/.cargo/config.toml",
    "crates/plain/Cargo.lock",
    "crates/plain/templates/.gitignore",
    "crates/plain/ignored.log",
    "crates/plain/logs/kept/x",
    "crates/plain/inner/data",
    "crates/plain/empty/data",
    "crates/plain/with space & ünïcödé/名前.txt",
    "crates/plain/Readme.MD",
    "crates/plain/examples/one.rs",
    "crates/plain/src/target/mod.rs",
    "crates/plain/.gitattributes.txt",
    "crates/plain/subst.txt",
    "crates/plain/left_out.txt",
    "crates/picky/.hidden/a.toml",
    "crates/picky/.hidden/a.txt",
    "crates/picky/src/a.no",
    "crates/picky/src/.b",
    "crates/picky/other",
    "crates/loud/data/a",
    "crates/loud/deep/data/a",
    "crates/loud/a.bin",
    "crates/loud/tests/x/big1",
    "crates/loud/tests/x/small",
    "crates/loud/.ci/a",
    "crates/loud/deep/.ci/a",
    "crates/private/shared/one.txt",
    "crates/private/shared/.two",
    "shared/one",
    "shared/.two",
    "shared/deep/three",
];

/// A root that is a package, and packages with everything that people have in theirs.
fn odd() -> (Scratch, CommitId) {
    let scratch = Scratch::new();
    let write = |path: &str| scratch.write(path, &format!("{path}\n"));
    let workspace =
        "exclude = [\"docs\", \"*.tmp\", \"!keep.tmp\"]\n[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"fuzz\"]\n";
    package(&scratch, ".", "odd-root", workspace);
    package(&scratch, "fuzz", "odd-fuzz", "[workspace]");
    package(
        &scratch,
        "crates/plain",
        "odd-plain",
        "readme = \"../../docs/PLAIN.md\"\nlicense-file = \"../../LICENSE\"",
    );
    package(
        &scratch,
        "crates/picky",
        "odd-picky",
        "include = [\"/src\", \".hidden/*.toml\", \"!*.no\", \"target\", \"linked\"]",
    );
    package(
        &scratch,
        "crates/loud",
        "odd-loud",
        "exclude = [\"/data/\", \"*.bin\", \"tests/**/big?\", \".ci\"]\nlicense = \"MIT\"",
    );
    package(&scratch, "crates/private", "odd-private", "publish = false");
    package(&scratch, "crates/plain/inner", "odd-inner", "");
    package(&scratch, "crates/plain/.cache/inner", "odd-deep", "");
    scratch.write("crates/plain/empty/Cargo.toml", "not a manifest");
    for path in ODD_FILES {
        write(path);
    }
    scratch.write("crates/plain/.cargo/config.toml", "[alias]\nx = \"check\"\n");
    scratch.write("crates/plain/Cargo.lock", "version = 4\n");
    scratch.write(".gitignore", "*.log\n/crates/plain/logs/\ntarget\n.gitignored\n");
    scratch.write("crates/plain/logs/.gitignore", "*\n!kept\n");
    scratch.write("crates/plain/ends.bat", "one\ntwo\n");
    scratch.write("crates/plain/ends.sh", "one\ntwo\n");
    scratch.write("crates/plain/ident.c", "/* $Id$ $Id: old $ $Id: of others 1.2 $ $Idle $Id:\n$ */\n");
    scratch.write("crates/plain/subst.txt", "$Format:%H$\n");
    scratch.write("crates/plain/cr.txt", "one\r\ntwo\n");
    let attributes = "* text=auto\n*.bat eol=crlf\n*.sh text eol=lf\n*.c ident\n*.png binary\nsubst.txt export-subst\n\
                      left_out.txt export-ignore\ncr.txt -text\n";
    scratch.write(".gitattributes", attributes);
    scratch.write("crates/plain/.gitattributes", "*.dat text eol=crlf\n[attr]own eol=crlf\n");
    std::fs::write(scratch.work().join("crates/plain/a.dat"), "one\ntwo\n").expect("write");
    std::fs::write(scratch.work().join("crates/plain/a.png"), [0, 10, 13, 10, 255]).expect("write");
    link(&scratch, "../../LICENSE", "crates/loud/LICENSE");
    link(&scratch, "../../../shared", "crates/loud/src/linked");
    link(&scratch, "../../shared", "crates/picky/linked");
    link(&scratch, "../private/shared", "crates/loud/from_private");
    link(&scratch, "LICENSE", "crates/loud/again");
    link(&scratch, "src/linked/deep/../one", "crates/loud/through");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    scratch.write("crates/plain/run.sh", "#!/bin/sh\n");
    std::fs::set_permissions(scratch.work().join("crates/plain/run.sh"), executable).expect("chmod");
    scratch.run(&["add", "-A", "-f"]);
    scratch.run(&["commit", "-qm", "odd"]);
    let commit = scratch.id("HEAD");
    (scratch, commit)
}

#[tokio::test]
async fn odd_crates_are_what_cargo_packages_in_a_clean_clone() {
    let (scratch, commit) = odd();
    let (crates, files) = compare(&scratch.work(), &commit, scratch.folder()).await;
    assert_eq!(crates, 4);
    assert!(files > 60, "{files}");
}

#[tokio::test]
async fn crates_of_real_workspaces_are_what_cargo_packages_in_a_clean_clone() {
    let Some(clones) = std::env::var_os("STATIONMASTER_CLONES") else {
        eprintln!("skipped: STATIONMASTER_CLONES names no folder of clones (they may be bare)");
        return;
    };
    let mut all: Vec<_> = std::fs::read_dir(clones).expect("a folder").flatten().map(|entry| entry.path()).collect();
    all.sort();
    assert!(!all.is_empty(), "there are no clones in the folder that STATIONMASTER_CLONES names");
    for source in all {
        let commit = Repository::open(&source).expect("a repository").resolve("HEAD").expect("a commit");
        let folder = tempfile::tempdir().expect("a folder");
        let (crates, files) = compare(&source, &commit, folder.path()).await;
        eprintln!("{} at {}: {crates} crates with {files} files", source.display(), commit.short());
        assert!(crates > 0, "{}", source.display());
    }
}
