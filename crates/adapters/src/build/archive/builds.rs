//! The builds, run.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use stationmaster_core::artifact::{BuildOrder, Linker, Machine, native_libraries};
use stationmaster_engine::ports::{PortError, PortResult};
use tokio::{process::Command, time::timeout};

use super::{observe::linker_variable, pack::Stamp, remap, work_folder::WorkFolder};
use crate::build::{broken, environment};

/// No build takes so long; something hangs.
const PATIENCE: Duration = Duration::from_secs(6 * 3600);
/// No more of a build's words are shown, in characters.
const WORDS: usize = 4000;

/// What a build left.
pub(super) struct Built {
    /// Where the files are.
    pub(super) folder: PathBuf,
    /// Their names.
    pub(super) files: BTreeSet<String>,
    /// What the linker needs beside the static library, if the compiler said so.
    pub(super) native: Option<String>,
}

/// Run a build in the workspace's folder.
pub(super) async fn run(
    work: &WorkFolder,
    workspace: &Path,
    order: &BuildOrder,
    machine: &Machine,
    stamp: Stamp,
    offline: bool,
) -> PortResult<Built> {
    remap::configure(work, workspace, machine.rustc.as_ref())
        .map_err(|error| broken("writing cargo's configuration", &error))?;
    let what = || format!("building {} for {}", order.package, order.target);
    let Some((program, arguments)) = order.command.split_first() else {
        return Err(PortError::Refused { what: what(), why: "the policy names no command".to_owned() });
    };
    let mut command = environment::compiling(program, workspace);
    command.args(arguments);
    set_environment(&mut command, work, order, machine, stamp, offline);
    let output = match timeout(PATIENCE, command.output()).await {
        Ok(output) => output.map_err(|error| broken(&what(), &error))?,
        Err(_) => {
            let why = format!("it did not end within {} hours", PATIENCE.as_secs() / 3600);
            return Err(PortError::Failed { what: what(), why });
        }
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(PortError::Refused { what: what(), why: words(&said, work) });
    }
    let folder = work.target().join(&order.output);
    let files = names(&folder).map_err(|error| broken(&format!("{}: looking at {}", what(), order.output), &error))?;
    Ok(Built { folder, files, native: native_libraries(&said).map(str::to_owned) })
}

fn set_environment(
    command: &mut Command,
    work: &WorkFolder,
    order: &BuildOrder,
    machine: &Machine,
    stamp: Stamp,
    offline: bool,
) {
    command
        .env("CARGO_TARGET_DIR", work.target())
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TERM_COLOR", "never")
        .env("SOURCE_DATE_EPOCH", stamp.seconds.to_string())
        .env("ZERO_AR_DATE", "1")
        .env("LC_ALL", "C")
        .env("TZ", "UTC");
    if offline {
        command.env("CARGO_NET_OFFLINE", "true");
    }
    if let Some(Linker::Named(program)) = machine.linkers.get(&order.target) {
        command.env(linker_variable(&order.target), program);
    }
    if !order.target.ends_with("-msvc") {
        let flags = compiler_flags(work, machine);
        command.env("CFLAGS", &flags).env("CXXFLAGS", flags);
    }
}

/// The same for C that is compiled along. A folder with a space in its name cannot be told.
fn compiler_flags(work: &WorkFolder, machine: &Machine) -> String {
    let prefixes = remap::prefixes(work, machine.rustc.as_ref());
    let flags = prefixes.iter().map(|(folder, instead)| (folder.display().to_string(), instead));
    let told = flags.filter(|(folder, _)| !folder.contains(char::is_whitespace));
    told.map(|(folder, instead)| format!("-ffile-prefix-map={folder}={instead}")).collect::<Vec<_>>().join(" ")
}

fn names(folder: &Path) -> std::io::Result<BTreeSet<String>> {
    let files = fs::read_dir(folder)?.filter_map(|entry| {
        let entry = entry.ok()?;
        entry.file_type().ok()?.is_file().then(|| entry.file_name().into_string().ok())?
    });
    Ok(files.collect())
}

/// What the build said from its first error on, without the name of our folder.
fn words(said: &str, work: &WorkFolder) -> String {
    let start = said.find("error").unwrap_or_default();
    let start = said[..start].rfind('\n').map_or(0, |at| at + 1);
    let words = said[start..].trim().replace(&format!("{}/", work.sources().display()), "");
    words.chars().take(WORDS).collect()
}
