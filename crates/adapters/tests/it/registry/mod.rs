//! The embedded registry against the real cargo, and our uploader against the embedded registry.

mod caches;
mod cargo;
#[cfg(unix)]
mod credentials;
mod forwarding;
mod git_index;
mod metadata;
mod owners;
mod patience;
mod private_index;
mod publish_in_weather;
mod trusted;
mod upload;
mod weather;

use std::{
    path::{Path, PathBuf},
    process::Output,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use stationmaster_adapters::{
    clock::SimulatedClock,
    http::{Patience, Token},
    registry::embedded::{EmbeddedOptions, EmbeddedRegistry, Running},
};
use stationmaster_core::retry::AskedAgain;
use stationmaster_engine::ports::Clock;
use tokio::process::Command;

/// A running registry and a place for crates and for cargo's home, all of it in one temporary folder.
pub(crate) struct Yard {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) registry: Running,
    pub(crate) token: Token,
}

impl Yard {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut EmbeddedOptions)) -> Self {
        // For requests that a test makes by itself; a second installation fails, and is not needed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("folder");
        let mut options = EmbeddedOptions::new(folder.path().join("registry"));
        change(&mut options);
        let registry = EmbeddedRegistry::start(options).await.expect("a registry");
        let token = registry.issue_token("alice").expect("token");
        Self { folder, registry, token }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Write a package with an empty library and these lines at the end of its manifest.
    pub(crate) fn package(&self, name: &str, version: &str, more: &str) -> PathBuf {
        let dir = self.path(&format!("packages/{name}-{version}"));
        std::fs::create_dir_all(dir.join("src")).expect("folders");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\nlicense = \"MIT\"\n\
             description = \"A crate for a test\"\nreadme = \"README.md\"\n{more}"
        );
        std::fs::write(dir.join("Cargo.toml"), manifest).expect("manifest");
        std::fs::write(dir.join("README.md"), "# Readme\n").expect("readme");
        std::fs::write(dir.join("src/lib.rs"), "pub fn two() -> u32 { 2 }\n").expect("source");
        dir
    }

    /// Cargo in a package's folder, with the registry known as `station` and our token.
    pub(crate) async fn cargo(&self, dir: &Path, arguments: &[&str]) -> Output {
        self.cargo_as(dir, self.token.expose(), arguments).await
    }

    pub(crate) async fn cargo_as(&self, dir: &Path, token: &str, arguments: &[&str]) -> Output {
        cargo(&self.path("cargo-home"), &self.registry.index_url, dir, token, arguments).await
    }

    /// The same, expected to succeed.
    pub(crate) async fn cargo_ok(&self, dir: &Path, arguments: &[&str]) -> String {
        let output = self.cargo(dir, arguments).await;
        let said = said(&output);
        assert!(output.status.success(), "cargo {arguments:?}: {said}");
        said
    }

    pub(crate) fn index_file(&self, path: &str) -> String {
        std::fs::read_to_string(self.path("registry/index").join(path)).unwrap_or_default()
    }
}

/// Hours that pass in no time, and what was asked again in them.
pub(crate) struct Hours {
    _folder: tempfile::TempDir,
    clock: Arc<SimulatedClock>,
    begun: Timestamp,
    pub(crate) again: Arc<Mutex<Vec<AskedAgain>>>,
}

impl Hours {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let begun = Timestamp::now();
        let clock = SimulatedClock::open(folder.path().join("clock"), begun).expect("clock");
        Self { _folder: folder, clock: Arc::new(clock), begun, again: Arc::default() }
    }

    /// The one of all reads, but no try takes longer than a moment.
    pub(crate) fn patience(&self) -> Patience {
        let (clock, again) = (Arc::clone(&self.clock), Arc::clone(&self.again));
        let tell = move |asked: &AskedAgain| again.lock().expect("lock").push(asked.clone());
        Patience::default().by(clock).telling(tell).within(Duration::from_millis(300))
    }

    pub(crate) fn clock(&self) -> &SimulatedClock {
        &self.clock
    }

    pub(crate) fn passed(&self) -> SignedDuration {
        self.clock.now().duration_since(self.begun)
    }
}

pub(crate) async fn cargo(home: &Path, index: &str, dir: &Path, token: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(dir).kill_on_drop(true);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_") || name.starts_with("RUSTC_")) {
        command.env_remove(name);
    }
    command.env("CARGO_HOME", home).env("CARGO_TERM_COLOR", "never").env("CARGO_TARGET_DIR", home.join("target"));
    command.env("CARGO_REGISTRIES_STATION_INDEX", index).env("CARGO_REGISTRIES_STATION_TOKEN", token);
    command.output().await.expect("cargo runs")
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
