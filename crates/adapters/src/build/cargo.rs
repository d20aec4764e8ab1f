//! `cargo package`, run.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use stationmaster_core::model::CrateRelease;
use stationmaster_engine::ports::{PortError, PortResult};
use tokio::time::timeout;

use super::{BuildOptions, broken, environment, packaging};

/// No packaging takes so long; something hangs.
const PATIENCE: Duration = Duration::from_secs(600);
/// No more of cargo's words are shown, in characters.
const WORDS: usize = 2000;

/// Cargo, ready to package one commit's crates.
pub(super) struct Packager {
    program: PathBuf,
    toolchain: Option<PathBuf>,
    sources: PathBuf,
    target: PathBuf,
    cargo_home: Option<PathBuf>,
    offline: bool,
}

impl Packager {
    /// For the files in `sources`, into `<target>/package`.
    pub(super) async fn new(sources: &Path, target: &Path, options: &BuildOptions) -> PortResult<Self> {
        let toolchain = environment::toolchain().await;
        let named = toolchain.as_ref().map(|root| root.join("bin").join(environment::cargo_name()));
        if let Some(home) = &options.cargo_home {
            std::fs::create_dir_all(home).map_err(|error| broken("making cargo's home", &error))?;
        }
        Ok(Self {
            program: named.unwrap_or_else(|| environment::cargo_name().into()),
            toolchain,
            sources: sources.to_owned(),
            target: target.to_owned(),
            cargo_home: options.cargo_home.clone(),
            offline: options.offline,
        })
    }

    /// Package all of these. Together if that goes; else one by one, so that each bad crate is named.
    pub(super) async fn package(&self, crates: &[CrateRelease]) -> PortResult<()> {
        let Err(together) = self.run(crates).await? else { return Ok(()) };
        if let [only] = crates {
            return Err(PortError::Refused { what: packaging(only), why: together });
        }
        let mut refusals = Vec::new();
        for release in crates {
            if let Err(words) = self.run(std::slice::from_ref(release)).await? {
                refusals.push((packaging(release), words));
            }
        }
        let Some((what, mut why)) = refusals.first().cloned() else { return Ok(()) };
        for (what, words) in &refusals[1..] {
            why = format!("{why}\n{what}: {words}");
        }
        Err(PortError::Refused { what, why })
    }

    /// One run of cargo. The inner error holds its words.
    async fn run(&self, crates: &[CrateRelease]) -> PortResult<Result<(), String>> {
        let mut command = environment::command(&self.program);
        command
            .args(["package", "--no-verify", "--exclude-lockfile", "--allow-dirty", "--target-dir"])
            .arg(&self.target);
        for release in crates {
            command.arg("--package").arg(format!("{}@{}", release.name, release.version));
        }
        if self.offline {
            command.arg("--offline");
        }
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        if let Some(home) = &self.cargo_home {
            command.env("CARGO_HOME", home);
        }
        command.env("CARGO_TERM_COLOR", "never").current_dir(&self.sources);
        let output = match timeout(PATIENCE, command.output()).await {
            Ok(output) => output.map_err(|error| broken("running cargo", &error))?,
            Err(_) => {
                let why = format!("it did not end within {} minutes", PATIENCE.as_secs() / 60);
                return Err(PortError::Failed { what: "`cargo package`".to_owned(), why });
            }
        };
        let said = String::from_utf8_lossy(&output.stderr);
        Ok(if output.status.success() { Ok(()) } else { Err(self.words(&said)) })
    }

    /// What cargo said from its first error on, without the name of our temporary folder.
    fn words(&self, said: &str) -> String {
        let start = said.find("error: ").unwrap_or_default();
        let folder = format!("{}/", self.sources.display());
        let words = said[start..].trim().replace(&folder, "");
        let words = words.strip_prefix("error: ").unwrap_or(&words);
        words.chars().take(WORDS).collect()
    }
}
