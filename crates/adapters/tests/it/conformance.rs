//! The adapters do what every implementation of a port must do.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_adapters::{forge::LocalForge, git::Repository};
use stationmaster_core::model::{CommitId, FileDigest};
use stationmaster_engine::{
    conformance::{self, ForgeWorld, Maker, RefsWorld},
    merge::{Brought, bring},
    ports::{ArchiveFile, Forge, MergeRecords as _, MergeSpec, Refs},
};

use crate::scratch::{Scratch, identity};

struct Real {
    scratch: Scratch,
    git: Repository,
    forge: LocalForge,
    made: AtomicU32,
}

/// Makes repositories, each with an embedded forge.
struct Workbench {
    /// Refs that are there are packed.
    packed: bool,
}

#[async_trait]
impl Maker for Workbench {
    type World = Real;

    async fn make(&self) -> Real {
        let scratch = Scratch::with_files();
        if self.packed {
            scratch.run(&["pack-refs", "--all"]);
        }
        let git = scratch.open();
        let forge = LocalForge::open(&scratch.folder().join("state"), &git);
        Real { scratch, git, forge, made: AtomicU32::new(0) }
    }
}

impl Real {
    fn next(&self) -> u32 {
        self.made.fetch_add(1, Ordering::Relaxed)
    }

    fn now() -> Timestamp {
        "2025-01-06T09:00:00Z".parse().expect("a time")
    }
}

#[async_trait]
impl RefsWorld for Real {
    fn refs(&self) -> &dyn Refs {
        &self.git
    }

    async fn commit(&self) -> CommitId {
        self.scratch.commit(&format!("commit {}", self.next()))
    }
}

#[async_trait]
impl ForgeWorld for Real {
    fn forge(&self) -> &dyn Forge {
        &self.forge
    }

    async fn push(&self, branch: &str) -> CommitId {
        let exists = self.git.branch(branch).expect("looked").is_some();
        let switch: &[&str] = if exists { &["switch", "-q", branch] } else { &["switch", "-qc", branch, "main"] };
        self.scratch.run(switch);
        let commit = self.commit().await;
        self.scratch.run(&["switch", "-q", "main"]);
        commit
    }

    async fn tag(&self, tag: &str) {
        self.scratch.run(&["tag", tag, "main"]);
    }

    async fn label(&self, number: u64, label: &str) {
        self.forge.add_label(number, label).await.expect("labeled");
    }

    async fn approve(&self, number: u64, who: &str) {
        let at = Self::now() + std::time::Duration::from_secs(self.next().into());
        self.forge.approve(number, who, at).await.expect("approved");
    }

    async fn close(&self, number: u64) {
        self.forge.claim(number).await.expect("claimed").closed().await.expect("closed");
    }

    async fn merge(&self, number: u64, who: &str) -> CommitId {
        let claim = self.forge.claim(number).await.expect("claimed");
        let (base, head) = (claim.pull_request().base.clone(), claim.pull_request().head_commit.clone());
        let (identity, seconds) = identity();
        let spec = MergeSpec { head, message: format!("Merge #{number}\n"), identity, seconds };
        let brought = bring(&self.git, &self.git, &base, &spec).await.expect("merged");
        let Brought::By(commit) = brought else { panic!("no conflict") };
        claim.merged(&commit, Self::now(), who).await.expect("recorded");
        commit
    }

    async fn file(&self, name: &str, bytes: &str) -> ArchiveFile {
        let path = self.scratch.folder().join(format!("{}-{name}", self.next()));
        std::fs::write(&path, bytes).expect("written");
        let digest = FileDigest::of(bytes.as_bytes());
        ArchiveFile { name: name.to_owned(), path, digest, size: bytes.len() as u64 }
    }

    fn folder(&self) -> PathBuf {
        self.scratch.folder().join("copied")
    }

    async fn copied(&self, name: &str) -> Option<String> {
        Some(std::fs::read_to_string(self.folder().join(name)).expect("copied"))
    }
}

#[tokio::test]
async fn refs_are_as_refs_must_be_loose_and_packed() {
    for packed in [false, true] {
        conformance::refs(&Workbench { packed }).await;
    }
}

#[tokio::test]
async fn the_embedded_forge_is_as_a_forge_must_be() {
    conformance::forge(&Workbench { packed: false }).await;
}
