//! Archives, without a compiler: what is in one follows from its name and its commit.

use std::{collections::BTreeSet, path::PathBuf};

use async_trait::async_trait;
use stationmaster_core::{
    artifact::{Job, Linker, Machine, Rustc},
    model::{CommitId, FileDigest},
};
use stationmaster_engine::ports::{ArchiveFile, Archives, PortResult, Workshop, Workshops};

use crate::{event::Event, gate::EffectKind, process::Process};

/// The machine that all processes run on, and what its disk keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkshopState {
    /// What it can build: nothing but sources, at first.
    pub machine: Machine,
    /// Names of finished archives, by commit.
    pub kept: BTreeSet<(CommitId, String)>,
}

impl WorkshopState {
    /// Let the machine be of the first of these targets, and able to build for all of them.
    pub fn build_for(&mut self, targets: &[&str]) {
        let host = (*targets.first().unwrap_or(&"x86_64-unknown-linux-gnu")).to_owned();
        let rustc = Some(Rustc { host, version: "rustc 1.90.0".to_owned(), sysroot: None });
        let libraries = targets.iter().map(|target| (*target).to_owned()).collect();
        let linkers = targets.iter().map(|target| ((*target).to_owned(), Linker::Known)).collect();
        let programs = ["cargo".to_owned()].into();
        self.machine = Machine { rustc, libraries, linkers, programs, is_ci: self.machine.is_ci };
    }
}

#[async_trait]
impl Workshops for Process {
    async fn look(&self, _commit: &CommitId, _folder: &str, _jobs: &[Job]) -> PortResult<Machine> {
        self.turn().await;
        self.ask(|state| Ok(state.workshop.machine.clone()))
    }

    async fn open(&self, commit: &CommitId, _folder: &str) -> PortResult<Box<dyn Workshop>> {
        self.turn().await;
        Ok(Box::new(Bench { process: self.clone(), commit: commit.clone() }))
    }
}

/// The workshop of one commit.
struct Bench {
    process: Process,
    commit: CommitId,
}

impl Bench {
    fn archives(&self, job: &Job) -> Archives {
        let file = |name: String| ArchiveFile {
            path: PathBuf::from(&name),
            digest: FileDigest::of(format!("{name} of {}", self.commit).as_bytes()),
            size: name.len() as u64,
            name,
        };
        let files = job.assets().into_iter().map(|asset| file(asset.name)).collect();
        Archives { files, notes: Vec::new() }
    }
}

#[async_trait]
impl Workshop for Bench {
    async fn machine(&self, jobs: &[Job]) -> PortResult<Machine> {
        self.process.look(&self.commit, "", jobs).await
    }

    async fn find(&self, job: &Job, _machine: &Machine) -> PortResult<Option<Archives>> {
        let key = (self.commit.clone(), job.stem.clone());
        let is_kept = self.process.ask(|state| Ok(state.workshop.kept.contains(&key)))?;
        Ok(is_kept.then(|| self.archives(job)))
    }

    async fn make(&self, job: &Job, _machine: &Machine) -> PortResult<Archives> {
        self.process.turn().await;
        self.process.effect(EffectKind::Build, |state| {
            state.workshop.kept.insert((self.commit.clone(), job.stem.clone()));
            let made = Event::ArchiveMade { name: job.stem.clone(), commit: self.commit.clone() };
            Ok((self.archives(job), vec![made]))
        })
    }
}
