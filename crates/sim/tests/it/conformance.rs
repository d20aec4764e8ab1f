//! The pretend world does what every implementation of a port must do.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use stationmaster_core::model::{CommitId, FileDigest, FileEdit, PullRequestState, TreeFiles};
use stationmaster_engine::{
    conformance::{self, ForgeWorld, Maker, RefsWorld},
    ports::{ArchiveFile, Forge, Refs},
};
use stationmaster_sim::{
    Process, SimWorld,
    people::{MergeStyle, Person},
};

use crate::play::block_on;

struct Pretend {
    world: SimWorld,
    process: Process,
    commits: AtomicU32,
}

struct Pretender;

#[async_trait]
impl Maker for Pretender {
    type World = Pretend;

    async fn make(&self) -> Pretend {
        let world = SimWorld::new();
        world.plant("main", TreeFiles::new());
        Pretend { process: world.process(), world, commits: AtomicU32::new(0) }
    }
}

impl Pretend {
    fn somebody(&self) -> Person<'_> {
        self.world.person("somebody")
    }

    fn head_of(&self, number: u64) -> String {
        self.world.state().own.forge.pull_requests[&number].head.clone()
    }
}

#[async_trait]
impl RefsWorld for Pretend {
    fn refs(&self) -> &dyn Refs {
        &self.process
    }

    async fn commit(&self) -> CommitId {
        self.push("main").await
    }
}

#[async_trait]
impl ForgeWorld for Pretend {
    fn forge(&self) -> &dyn Forge {
        &self.process
    }

    async fn push(&self, branch: &str) -> CommitId {
        let number = self.commits.fetch_add(1, Ordering::Relaxed);
        let main = self.world.state().own.repository.branches["main"].clone();
        if !self.world.state().own.repository.branches.contains_key(branch) {
            self.somebody().move_branch(branch, &main);
        }
        let edit = FileEdit { path: format!("file-{number}"), text: "text".to_owned() };
        self.somebody().commit(branch, edit, "A change").expect("the branch is there")
    }

    async fn tag(&self, tag: &str) {
        let main = self.world.state().own.repository.branches["main"].clone();
        self.somebody().tag(tag, &main);
    }

    async fn label(&self, number: u64, label: &str) {
        self.world.state().own.forge.labels.entry(number).or_default().insert(label.to_owned());
    }

    async fn approve(&self, number: u64, who: &str) {
        self.world.person(who).approve(&self.head_of(number)).expect("it is open");
    }

    async fn close(&self, number: u64) {
        self.somebody().close(&self.head_of(number)).expect("it is open");
    }

    async fn merge(&self, number: u64, who: &str) -> CommitId {
        let merged = self.world.person(who).merge(&self.head_of(number), MergeStyle::Merge).expect("it merges");
        assert!(matches!(self.world.state().own.forge.pull_requests[&number].state, PullRequestState::Merged { .. }));
        merged
    }

    async fn file(&self, name: &str, bytes: &str) -> ArchiveFile {
        let digest = FileDigest::of(bytes.as_bytes());
        ArchiveFile { name: name.to_owned(), path: PathBuf::from("nowhere"), digest, size: bytes.len() as u64 }
    }

    fn folder(&self) -> PathBuf {
        PathBuf::from("nowhere")
    }

    async fn copied(&self, _name: &str) -> Option<String> {
        None
    }
}

#[test]
fn refs_are_as_refs_must_be() {
    block_on(conformance::refs(&Pretender));
}

#[test]
fn the_forge_is_as_a_forge_must_be() {
    block_on(conformance::forge(&Pretender));
}
