//! The user's own cargo, run.

use std::{
    borrow::Cow,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::future::join_all;
use stationmaster_core::model::CrateRelease;
use stationmaster_engine::ports::{PortError, PortResult};
use tokio::time::timeout;

use super::{
    BuildOptions, broken, commit_config, crate_file, environment,
    fault::{self, Ended},
    packaging, processors, writing,
};
use crate::registry::cargo_home;

/// No packaging takes so long; something hangs.
const PATIENCE: Duration = Duration::from_secs(600);
/// No more of cargo's words are shown, in characters.
const WORDS: usize = 2000;

/// Fewer crates are packaged faster by one process than by two.
const WORTH_A_PROCESS: usize = 8;

/// Cargo, with a toolchain and a home.
pub(super) struct Cargo {
    program: PathBuf,
    toolchain: Option<PathBuf>,
    home: Option<PathBuf>,
    offline: bool,
    /// Files with what counts of the commit's own configuration, the nearest last.
    configurations: Vec<PathBuf>,
}

impl Cargo {
    /// The one to package with. The user's own configuration counts, and none of the folders that it works on.
    pub(super) async fn new(options: &BuildOptions) -> PortResult<Self> {
        let toolchain = environment::toolchain().await;
        let named = toolchain.as_ref().map(|root| root.join("bin").join(environment::cargo_name()));
        if let Some(home) = &options.cargo_home {
            std::fs::create_dir_all(home).map_err(|error| broken(&writing(home), &error))?;
        }
        Ok(Self {
            program: named.unwrap_or_else(|| environment::cargo_name().into()),
            toolchain,
            home: options.cargo_home.clone(),
            offline: options.offline,
            configurations: Vec::new(),
        })
    }

    /// The same, for a commit whose files are in `sources` and whose workspace is there in `root`; what counts of its configuration
    /// is written to files in `work`.
    pub(super) fn for_commit(self, sources: &Path, root: &Path, work: &Path) -> PortResult<Self> {
        let folders: Vec<&Path> = root.ancestors().take_while(|folder| folder.starts_with(sources)).collect();
        folders.into_iter().rev().try_fold(self, |cargo, folder| {
            let allowed = commit_config::of_commit(folder, cargo.home().as_deref());
            cargo.configured(allowed, work)
        })
    }

    /// The same, where only the text of the commit's configuration is known. Its vendored sources are looked for in `root`.
    pub(super) fn for_configuration(self, text: &str, root: &Path, work: &Path) -> PortResult<Self> {
        let allowed = commit_config::of_text(text, root, self.home().as_deref());
        self.configured(allowed, work)
    }

    fn home(&self) -> Option<PathBuf> {
        self.home.clone().or_else(cargo_home)
    }

    fn configured(mut self, allowed: std::io::Result<Option<String>>, work: &Path) -> PortResult<Self> {
        let refused = |error: std::io::Error| PortError::Refused {
            what: "reading cargo's configuration".to_owned(),
            why: error.to_string(),
        };
        let Some(text) = allowed.map_err(refused)? else { return Ok(self) };
        let file = work.join(format!("configuration-{}.toml", self.configurations.len()));
        std::fs::write(&file, text).map_err(|error| broken(&writing(&file), &error))?;
        self.configurations.push(file);
        Ok(self)
    }

    /// Its name and version, in its own words.
    pub(super) async fn version(&self) -> PortResult<String> {
        let mut command = environment::command(&self.program);
        let output = command.arg("--version").current_dir(environment::neutral_folder()).output().await;
        let output = output.map_err(|error| not_run(&error))?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !output.status.success() || version.is_empty() {
            let said = String::from_utf8_lossy(&output.stderr);
            let hint = fault::of_machine(Ended::of(&output, &said)).unwrap_or_default();
            return Err(PortError::Failed { what: "`cargo --version`".to_owned(), why: with_hint(said.trim(), &hint) });
        }
        Ok(version)
    }

    /// Run it for the workspace or package in a folder. The inner error holds its words, from its first error on and without the folder's name.
    pub(super) async fn run<A: Into<OsString>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
    ) -> PortResult<Result<(), String>> {
        self.run_for(PATIENCE, arguments, folder).await
    }

    /// The same, for no longer than this.
    pub(super) async fn run_for<A: Into<OsString>>(
        &self,
        patience: Duration,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
    ) -> PortResult<Result<(), String>> {
        Ok(self.printed_within(patience, arguments, folder).await?.map(|_| ()))
    }

    /// The same; gives what it printed.
    pub(super) async fn printed<A: Into<OsString>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
    ) -> PortResult<Result<String, String>> {
        self.printed_within(PATIENCE, arguments, folder).await
    }

    async fn printed_within<A: Into<OsString>>(
        &self,
        patience: Duration,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
    ) -> PortResult<Result<String, String>> {
        let mut command = environment::command(&self.program);
        command.args(arguments.into_iter().map(Into::into)).arg("--manifest-path").arg(folder.join("Cargo.toml"));
        for configuration in &self.configurations {
            command.arg("--config").arg(configuration);
        }
        if self.offline {
            command.arg("--offline");
        }
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
            command.env("RUSTC", toolchain.join("bin").join(environment::program("rustc")));
        }
        if let Some(home) = &self.home {
            command.env("CARGO_HOME", home);
        }
        command.env("CARGO_TERM_COLOR", "never").current_dir(environment::neutral_folder());
        let output = match timeout(patience, command.output()).await {
            Ok(output) => output.map_err(|error| not_run(&error))?,
            Err(_) => {
                let why = format!("it did not end within {} minutes", patience.as_secs() / 60);
                return Err(PortError::Failed { what: "cargo".to_owned(), why });
            }
        };
        if output.status.success() {
            return Ok(Ok(String::from_utf8_lossy(&output.stdout).into_owned()));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let words = words(&said, folder);
        // Cargo names an error before it gives up by itself.
        let said = if has_error(&said) { said } else { Cow::Borrowed("") };
        match fault::of_machine(Ended::of(&output, &said)) {
            Some(hint) => {
                let what = format!("cargo, in {},", folder.display());
                Err(PortError::Failed { what, why: with_hint(&words, &hint) })
            }
            None => Ok(Err(words)),
        }
    }
}

/// A program's words and what to do about this machine, in one.
pub(super) fn with_hint(words: &str, hint: &str) -> String {
    match (words.is_empty(), hint.is_empty()) {
        (true, _) => hint.to_owned(),
        (_, true) => words.to_owned(),
        _ => format!("{words} ({hint})"),
    }
}

/// Cargo could not even be started.
fn not_run(error: &io::Error) -> PortError {
    if error.kind() == io::ErrorKind::NotFound {
        let why =
            "there is no cargo on the PATH: install Rust (https://rustup.rs), or put its `bin` folder on the PATH";
        return PortError::Failed { what: "running cargo".to_owned(), why: why.to_owned() };
    }
    broken("running cargo", error)
}

fn has_error(said: &str) -> bool {
    said.lines().any(|line| line.contains("error"))
}

fn words(said: &str, folder: &Path) -> String {
    let is_error = |at: &usize| *at == 0 || said.as_bytes()[at - 1] == b'\n';
    let mut errors = said.match_indices("error").map(|(at, _)| at).filter(is_error);
    let start = errors.find(|at| said[at + "error".len()..].starts_with([':', '['])).unwrap_or_default();
    let words = said[start..].trim().replace(&format!("{}/", folder.display()), "");
    let words = words.strip_prefix("error: ").unwrap_or(&words);
    words.chars().take(WORDS).collect()
}

/// Package all of these crates, whose workspace is in the folder `sources`, into `<target>/package`: in as many processes as there are
/// cores, for none of them needs another. Where that does not go, one by one, so that each bad crate is named.
pub(super) async fn package(cargo: &Cargo, sources: &Path, target: &Path, crates: &[CrateRelease]) -> PortResult<()> {
    let groups = groups(crates, processors());
    let targets: Vec<PathBuf> = (0..groups.len()).map(|at| target.join(at.to_string())).collect();
    let runs = groups.iter().zip(&targets).map(|(group, target)| package_group(cargo, sources, target, group));
    let mut refusals = Vec::new();
    for packaged in join_all(runs).await {
        match packaged {
            Err(PortError::Refused { what, why }) => refusals.push((what, why)),
            other => other?,
        }
    }
    all_named(&refusals)?;
    let gathered = target.join("package");
    std::fs::create_dir_all(&gathered).map_err(|error| broken(&writing(&gathered), &error))?;
    for (group, target) in groups.iter().zip(&targets) {
        for release in group {
            std::fs::rename(crate_file(&target.join("package"), release), crate_file(&gathered, release))
                .map_err(|error| broken(&packaging(release), &error))?;
        }
    }
    Ok(())
}

/// The crates in groups of like size, no more than there are processes to be, and none too small to be worth one.
fn groups(crates: &[CrateRelease], processes: usize) -> Vec<Vec<CrateRelease>> {
    let count = processes.min(crates.len().div_ceil(WORTH_A_PROCESS)).max(1);
    (0..count).map(|first| crates.iter().skip(first).step_by(count).cloned().collect()).collect()
}

async fn package_group(cargo: &Cargo, sources: &Path, target: &Path, crates: &[CrateRelease]) -> PortResult<()> {
    let run = |crates: &[CrateRelease]| {
        let flags = ["package", "--no-verify", "--exclude-lockfile", "--allow-dirty", "--target-dir"];
        let mut arguments: Vec<OsString> = flags.map(Into::into).into();
        arguments.push(target.into());
        for release in crates {
            arguments.extend(["--package".into(), format!("{}@{}", release.name, release.version).into()]);
        }
        cargo.run(arguments, sources)
    };
    let Err(together) = run(crates).await? else { return Ok(()) };
    if let [only] = crates {
        return Err(PortError::Refused { what: packaging(only), why: together });
    }
    let mut refusals = Vec::new();
    for release in crates {
        if let Err(words) = run(std::slice::from_ref(release)).await? {
            refusals.push((packaging(release), words));
        }
    }
    all_named(&refusals)
}

/// One error for all of these, if there are any.
pub(super) fn all_named(refusals: &[(String, String)]) -> PortResult<()> {
    let Some((what, mut why)) = refusals.first().cloned() else { return Ok(()) };
    for (what, words) in &refusals[1..] {
        why = format!("{why}\n{what}: {words}");
    }
    Err(PortError::Refused { what, why })
}
