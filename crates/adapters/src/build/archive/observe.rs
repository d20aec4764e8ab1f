//! What can be built here: looked up, not tried.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use stationmaster_core::artifact::{Job, Linker, Machine, Rustc, linkers};
use stationmaster_engine::ports::PortResult;

use super::toolchain_file;
use crate::{
    build::{broken, environment},
    registry::{cargo_config::CargoConfig, cargo_home},
};

/// Look at the compiler that is in use for the files in a folder, its libraries, and the linkers. Nothing that lies there is run;
/// a toolchain that is missing is installed if `installs`, and if the user lets rustup do so.
pub(super) async fn machine(folder: &Path, jobs: &[Job], installs: bool) -> PortResult<Machine> {
    fs::create_dir_all(folder).map_err(|error| broken("making a folder to look around in", &error))?;
    let targets = || jobs.iter().filter_map(|job| job.target.as_deref());
    let orders = jobs.iter().filter_map(|job| job.order(job.target.as_deref()?));
    let programs = orders.filter_map(|order| order.command.into_iter().next());
    // One with a folder in its name is the commit's own.
    let programs = programs.filter(|program| program.contains('/') || environment::is_on_path(program)).collect();
    let Some(rustc) = rustc(folder, installs).await else { return Ok(Machine { programs, ..Machine::default() }) };
    let sysroot = rustc.sysroot.as_ref().map(PathBuf::from);
    let wanted: BTreeSet<&str> = targets().chain([rustc.host.as_str()]).collect();
    let is_there = |target: &&&str| {
        let library = |root: &PathBuf| root.join("lib/rustlib").join(target).join("lib").is_dir();
        sysroot.as_ref().is_some_and(library)
    };
    let config = CargoConfig::read(Some(folder), cargo_home().as_deref()).unwrap_or_default();
    let linker = |target: &&str| Some(((*target).to_owned(), linker(target, &rustc.host, &config)?));
    Ok(Machine {
        libraries: wanted.iter().filter(is_there).map(|target| (*target).to_owned()).collect(),
        linkers: wanted.iter().filter_map(linker).collect::<BTreeMap<_, _>>(),
        programs,
        rustc: Some(rustc),
        is_ci: false,
    })
}

async fn rustc(folder: &Path, installs: bool) -> Option<Rustc> {
    let toolchain = toolchain_file::wanted(folder).ok()?;
    let said = |arguments: &'static [&'static str]| said(toolchain.as_deref(), installs, arguments);
    let version = said(&["-vV"]).await?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "))?.to_owned();
    let sysroot = said(&["--print", "sysroot"]).await.map(|text| text.trim().to_owned());
    Some(Rustc { host, version, sysroot })
}

/// Run the compiler of a toolchain; none: the user's own. Not among the commit's files, where rustup would read more than its name.
async fn said(toolchain: Option<&str>, installs: bool, arguments: &[&str]) -> Option<String> {
    let mut command = environment::compiling("rustc", &environment::neutral_folder());
    if let Some(toolchain) = toolchain {
        command.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    if !installs {
        command.env("RUSTUP_AUTO_INSTALL", "0");
    }
    let output = command.args(arguments).output().await.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The linker that is configured for a target, else the first of the usual ones that is there.
fn linker(target: &str, host: &str, config: &CargoConfig) -> Option<Linker> {
    let variable = linker_variable(target);
    let keys = ["target", target, "linker"];
    if env::var_os(variable).is_some() || config.each(&keys).next().is_some() {
        return Some(Linker::Known);
    }
    let Some(usual) = linkers(target, host) else { return Some(Linker::Known) };
    let found = usual.into_iter().find(|program| environment::is_on_path(program))?;
    // The compiler calls that one by itself.
    Some(if found == "cc" { Linker::Known } else { Linker::Named(found) })
}

/// The variable by which cargo is told of a linker.
pub(super) fn linker_variable(target: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", target.to_ascii_uppercase().replace(['-', '.'], "_"))
}
