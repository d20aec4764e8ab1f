//! What a crate with a very large file needs of our memory.
//!
//! Rules: R11.

use std::{path::Path, sync::Arc};

use stationmaster_adapters::{
    build::{BuildOptions, CargoBuilder},
    git::Repository,
};
use stationmaster_core::model::CommitId;
use stationmaster_engine::ports::Builder;

use super::{release, workspace};
use crate::peak;

/// Of the file, in bytes.
const SIZE: u64 = 96 << 20;

/// Export, packages, files put in, checksums, and what the registry's rules look at.
async fn stage(folder: &Path, commit: &CommitId) {
    let repository = Repository::open(folder.join("work")).expect("a repository");
    let home = Some(folder.join("cargo-home"));
    let options = BuildOptions { staging: folder.join("staging"), cargo_home: home, offline: true };
    let builder = CargoBuilder::new(Arc::new(repository), options);
    let staged = builder.stage(commit, &[release("sm-base", "1.0.0"), release("sm-tool", "1.0.0")]).await;
    let facts = builder.facts(&staged.expect("staged")).await.expect("facts");
    assert!(facts[0].unpacked_size > SIZE);
}

#[tokio::test]
async fn a_crate_with_a_very_large_file_is_staged_in_little_memory() {
    if let Some((folder, commit)) = peak::measured() {
        stage(&folder, &commit).await;
        let needed = peak::memory() as u64;
        assert!(needed < SIZE / 2, "{needed} bytes were needed");
        return;
    }
    let (scratch, _) = workspace("1.0.0");
    let file = std::fs::File::create(scratch.work().join("crates/base/large.bin")).expect("a file");
    file.set_len(SIZE).expect("zeros");
    let commit = scratch.commit("large");
    let test = "build::memory::a_crate_with_a_very_large_file_is_staged_in_little_memory";
    peak::in_own_process(test, scratch.folder(), &commit);
}
