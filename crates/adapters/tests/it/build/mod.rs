//! Packaging with the real cargo.
//!
//! Rules: R11.

mod clean_clone;
mod hostile;
mod lock_files;
mod many;
mod members;
#[cfg(target_os = "linux")]
mod memory;
mod stand_ins;
mod verification;

use std::{collections::BTreeSet, path::Path, sync::Arc};

use stationmaster_adapters::{
    build::{BuildOptions, CargoBuilder},
    git::Repository,
};
use stationmaster_core::model::{CommitId, CrateRelease, LockFile};
use stationmaster_engine::ports::{Builder, PortError};

use crate::scratch::Scratch;

pub(crate) fn release(name: &str, version: &str) -> CrateRelease {
    CrateRelease {
        name: name.into(),
        version: version.parse().expect("version"),
        after: BTreeSet::new(),
        lock_file: LockFile::Binaries,
    }
}

/// Two crates, of which one requires the other's unpublished version, with a readme from the workspace's root.
pub(crate) fn workspace(version: &str) -> (Scratch, CommitId) {
    let scratch = Scratch::new();
    scratch.write(
        "Cargo.toml",
        &format!(
            "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n[workspace.package]\nversion = \"{version}\"\n\
             edition = \"2021\"\ndescription = \"A crate\"\nlicense = \"MIT\"\nreadme = \"README.md\"\n"
        ),
    );
    scratch.write("README.md", "# Readme\n");
    let inherited = "version.workspace = true\nedition.workspace = true\ndescription.workspace = true\n\
                     license.workspace = true\nreadme.workspace = true\n";
    scratch.write("crates/base/Cargo.toml", &format!("[package]\nname = \"sm-base\"\n{inherited}"));
    scratch.write("crates/base/src/lib.rs", "pub fn two() -> u32 { 2 }\n");
    scratch.write("crates/base/run.sh", "#!/bin/sh\n");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(scratch.work().join("crates/base/run.sh"), executable).expect("chmod");
    scratch.write(
        "crates/tool/Cargo.toml",
        &format!(
            "[package]\nname = \"sm-tool\"\n{inherited}[dependencies]\n\
             sm-base = {{ path = \"../base\", version = \"={version}\" }}\n"
        ),
    );
    scratch.write("crates/tool/src/main.rs", "fn main() { println!(\"{}\", sm_base::two()) }\n");
    let commit = scratch.commit("first");
    (scratch, commit)
}

pub(crate) fn builder(scratch: &Scratch, staging: &Path) -> CargoBuilder {
    let options = BuildOptions {
        staging: staging.to_owned(),
        cargo_home: Some(scratch.folder().join("cargo-home")),
        offline: true,
    };
    CargoBuilder::new(Arc::new(scratch.open()), options)
}

#[tokio::test]
async fn crates_that_need_each_other_unpublished_are_packaged_together_with_the_same_bytes_anywhere() {
    let (scratch, commit) = workspace("1.0.0");
    let crates = [release("sm-base", "1.0.0"), release("sm-tool", "1.0.0")];
    let (here, there) = (scratch.folder().join("here"), scratch.folder().join("deeper/and/there"));
    let first = builder(&scratch, &here).stage(&commit, &crates).await.expect("staged");
    let second = builder(&scratch, &there).stage(&commit, &crates).await.expect("staged");
    let sums = |staged: &[stationmaster_engine::ports::StagedCrate]| {
        staged.iter().map(|it| (it.release.name.clone(), it.checksum.clone(), it.size)).collect::<Vec<_>>()
    };
    assert_eq!(sums(&first), sums(&second));
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|it| it.path.is_file() && it.path.starts_with(&here)));
    let left: Vec<_> = std::fs::read_dir(&here).expect("folder").flatten().map(|entry| entry.file_name()).collect();
    let mut left: Vec<_> = left.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    left.sort();
    let mut expected = [format!("{commit}.json"), "crates".to_owned()];
    expected.sort();
    assert_eq!(left, expected);
}

#[tokio::test]
async fn what_is_staged_is_used_again_unless_its_bytes_changed() {
    let (scratch, commit) = workspace("1.0.0");
    let staging = scratch.folder().join("staging");
    let crates = [release("sm-base", "1.0.0"), release("sm-tool", "1.0.0")];
    let builder = builder(&scratch, &staging);
    let first = builder.stage(&commit, &crates).await.expect("staged");
    let written = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).expect("time");
    let before = written(&first[1].path);
    std::fs::write(&first[0].path, "spoiled").expect("write");
    let second = builder.stage(&commit, &crates).await.expect("staged");
    assert_eq!(first, second);
    assert_ne!(std::fs::read(&first[0].path).expect("read"), b"spoiled");
    assert_eq!(written(&first[1].path), before);
}

#[tokio::test]
async fn a_crate_that_cannot_be_packaged_is_named_with_cargos_words() {
    let (scratch, _) = workspace("1.0.0");
    let manifest = std::fs::read_to_string(scratch.work().join("crates/base/Cargo.toml")).expect("read");
    scratch.write("crates/base/Cargo.toml", &manifest.replace("readme.workspace = true", "readme = \"NONE.md\""));
    let commit = scratch.commit("second");
    let crates = [release("sm-base", "1.0.0"), release("sm-tool", "1.0.0")];
    let error =
        builder(&scratch, &scratch.folder().join("staging")).stage(&commit, &crates).await.expect_err("refused");
    let PortError::Refused { what, why } = error else { panic!("{error:?}") };
    assert_eq!(what, "packaging of sm-base 1.0.0");
    assert!(why.contains("NONE.md") && !why.contains("sm-tool") && !why.contains(".work-"), "{why}");
}

#[tokio::test]
async fn a_version_that_the_commit_does_not_have_is_refused() {
    let (scratch, commit) = workspace("1.0.0");
    let builder = builder(&scratch, &scratch.folder().join("staging"));
    let error = builder.stage(&commit, &[release("sm-base", "1.0.1")]).await.expect_err("refused");
    assert!(matches!(&error, PortError::Refused { what, .. } if what == "packaging of sm-base 1.0.1"), "{error}");
}

#[tokio::test]
async fn a_crate_whose_files_the_repository_lacks_is_refused_and_others_are_not() {
    let (scratch, commit) = workspace("1.0.0");
    let blob = scratch.run(&["rev-parse", "HEAD:crates/tool/src/main.rs"]);
    let (folder, file) = blob.split_at(2);
    std::fs::remove_file(scratch.work().join(".git/objects").join(folder).join(file)).expect("a loose object");
    let builder = builder(&scratch, &scratch.folder().join("staging"));
    assert_eq!(builder.stage(&commit, &[release("sm-base", "1.0.0")]).await.expect("staged").len(), 1);
    let error = builder.stage(&commit, &[release("sm-tool", "1.0.0")]).await.expect_err("refused");
    assert!(error.to_string().contains("crates/tool/src/main.rs"), "{error}");
}

#[tokio::test]
async fn all_public_crates_of_the_real_history_are_packaged() {
    let Some(history) = std::env::var_os("STATIONMASTER_HISTORY") else {
        eprintln!("skipped: STATIONMASTER_HISTORY names no clone of bytecodealliance/wasmtime");
        return;
    };
    let repository = Repository::open(history).expect("a repository");
    let commit: CommitId = "e6b33de5139d915a48127fc78b790e2d306cf896".parse().expect("commit");
    let folder = tempfile::tempdir().expect("folder");
    let home = Some(folder.path().join("cargo-home"));
    let options = BuildOptions { staging: folder.path().join("staging"), cargo_home: home, offline: true };
    let crates =
        ["cranelift-codegen", "cranelift-assembler-x64", "wasmtime-internal-cranelift", "wasmtime", "wasmtime-cli"]
            .map(|name| release(name, if name.starts_with("cranelift") { "0.136.0-dev" } else { "49.0.0-dev" }))
            // Cargo has a home without an index here.
            .map(|release| CrateRelease { lock_file: LockFile::Never, ..release });
    let staged = CargoBuilder::new(Arc::new(repository), options).stage(&commit, &crates).await.expect("staged");
    assert_eq!(staged.len(), crates.len());
    assert!(staged.iter().all(|it| it.size > 1000));
}
