//! Programs that others wrote, and that judge what we write.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A program in the folder that `STATIONMASTER_TOOLS` names, or on the path.
fn find(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("STATIONMASTER_TOOLS").into_iter().chain(env::var_os("PATH"));
    let places: Vec<PathBuf> = folders.flat_map(|folders| env::split_paths(&folders).collect::<Vec<_>>()).collect();
    places.into_iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// minisign, or a word why the test is skipped.
pub(crate) fn minisign() -> Option<Command> {
    program("minisign", "minisign")
}

/// A program, or a word why the test is skipped; `package` is Debian's that has it.
pub(crate) fn program(name: &str, package: &str) -> Option<Command> {
    let found = find(name);
    if found.is_none() {
        eprintln!("skipped: no {name} in STATIONMASTER_TOOLS or on the path (Debian: `apt-get install {package}`)");
    }
    found.map(Command::new)
}

/// ktra, a registry server, or a word why the test is skipped.
pub(crate) fn ktra() -> Option<PathBuf> {
    let found = find("ktra");
    if found.is_none() {
        eprintln!("skipped: no ktra in STATIONMASTER_TOOLS or on the path (`cargo install --locked ktra`)");
    }
    found
}

/// python3 with a module, running one of the scripts beside the tests, or a word why the test is skipped.
pub(crate) fn script(name: &str, module: &str) -> Option<Command> {
    let mut command = python(module)?;
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/provenance").join(name));
    Some(command)
}

/// python3 running a module that is a program, or a word why the test is skipped.
pub(crate) fn module(name: &str) -> Option<Command> {
    let mut command = python(name)?;
    command.args(["-m", name]);
    Some(command)
}

fn python(module: &str) -> Option<Command> {
    let has_module = |python: &PathBuf| {
        let mut command = Command::new(python);
        command.args(["-c", &format!("import {module}")]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found = find("python3").filter(has_module);
    if found.is_none() {
        eprintln!(
            "skipped: no python3 with {module} in STATIONMASTER_TOOLS or on the path; `cargo xtask test` gets it"
        );
    }
    found.map(Command::new)
}
