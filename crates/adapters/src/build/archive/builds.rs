//! The builds, run.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use stationmaster_core::artifact::{BuildOrder, Linker, Machine, native_libraries};
use stationmaster_engine::ports::{PortError, PortResult};
use tokio::{process::Command, time::timeout};

use super::{observe::linker_variable, pack::Stamp, remap, work_folder::WorkFolder};
use crate::build::{
    broken,
    cargo::with_hint,
    environment,
    fault::{self, Ended},
};

/// No build takes so long; something hangs.
const PATIENCE: Duration = Duration::from_secs(6 * 3600);
/// No more of a build's words are shown, in characters.
const WORDS: usize = 4000;

/// What a build left.
pub(super) struct Built {
    /// Where the files are.
    pub(super) folder: PathBuf,
    /// Their paths in it.
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
    let own = program.contains('/').then(|| own_program(workspace, program)).transpose();
    let own = own.map_err(|why| PortError::Refused { what: what(), why })?;
    let mut command = environment::compiling(own.unwrap_or_else(|| program.into()), workspace);
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
        if let Some(hint) = fault::of_machine(Ended::of(&output, &said)) {
            return Err(PortError::Failed { what: what(), why: with_hint(&words(&said, &work.sources()), &hint) });
        }
        return Err(PortError::Refused { what: what(), why: words(&said, &work.sources()) });
    }
    let folder = work.target().join(&order.output);
    let files = names(&folder).map_err(|error| broken(&format!("{}: looking at {}", what(), order.output), &error))?;
    Ok(Built { folder, files, native: native_libraries(&said).map(str::to_owned) })
}

/// A program of the commit itself: no link and no `..` may lead out of its files.
fn own_program(workspace: &Path, program: &str) -> Result<PathBuf, String> {
    let path = workspace.join(program).canonicalize().map_err(|error| format!("`{program}` of the commit: {error}"))?;
    match workspace.canonicalize() {
        Ok(root) if path.starts_with(&root) => Ok(path),
        _ => Err(format!("`{program}` leads out of the commit")),
    }
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
        .env("CARGO_BUILD_BUILD_DIR", work.target())
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

/// What lies in the folder itself, and what build scripts left: `build/NAME-HASH/out/..`. All else is cargo's own.
fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    collect(
        folder,
        "",
        &|path| matches!(path.split('/').collect::<Vec<_>>()[..], ["build"] | ["build", _] | ["build", _, "out", ..]),
        &mut found,
    )?;
    Ok(found)
}

fn collect(
    folder: &Path,
    prefix: &str,
    may_hold: &dyn Fn(&str) -> bool,
    found: &mut BTreeSet<String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        let sort = entry.file_type()?;
        if sort.is_file() {
            found.insert(path);
        } else if sort.is_dir() && may_hold(&path) {
            collect(&entry.path(), &format!("{path}/"), may_hold, found)?;
        }
    }
    Ok(())
}

/// What the build said from its first error on, without the name of our folder; all of it where it names none.
fn words(said: &str, sources: &Path) -> String {
    let is_error = |line: &&str| line.starts_with("error:") || line.starts_with("error[");
    let start = said.lines().find(is_error).and_then(|line| said.find(&format!("\n{line}"))).unwrap_or_default();
    let words = said[start..].trim().replace(&format!("{}/", sources.display()), "");
    let words = words.strip_prefix("error: ").unwrap_or(&words);
    words.chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_quoted_from_its_first_error_on_without_our_folder() {
        let said = "  Downloaded thiserror v1.0.65\n   Compiling a\nerror[E0601]: `main` is not there\n --> /tmp/x/src/main.rs:1:1\n\nerror: no\n";
        let quoted = "error[E0601]: `main` is not there\n --> src/main.rs:1:1\n\nerror: no";
        assert_eq!(words(said, Path::new("/tmp/x")), quoted);
        assert_eq!(words("make: *** no rule\n", Path::new("/tmp/x")), "make: *** no rule");
        assert_eq!(words("error: a lock file is needed\n", Path::new("/tmp/x")), "a lock file is needed");
    }
}
