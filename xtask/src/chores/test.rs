//! `cargo xtask test`: everything the project checks, with the tools for it.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{boundaries, schema};
use crate::{
    cargo::{cargo, program},
    steps::{ChoreResult, Steps, execute},
    system_programs,
    tools::{self, CARGO_DENY, KTRA, TYPOS},
    validators,
};

/// Where the known vulnerabilities are listed. cargo-deny reads its own copy of it.
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// How long the list of vulnerabilities may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Install what is missing, then run every check; stop at the first that fails.
pub(crate) fn run() -> ChoreResult {
    let mut steps = Steps::default();
    steps.step("machine", tools::preconditions)?;
    steps.step("toolchain", tools::components)?;
    let mut typos = None;
    steps.step("tool: typos", || TYPOS.ensure().map(|tool| typos.insert(tool).note.clone()))?;
    let mut deny = None;
    steps.step("tool: cargo-deny", || CARGO_DENY.ensure().map(|tool| deny.insert(tool).note.clone()))?;
    let mut judges = None;
    steps.step("tool: validators", || {
        let (found, note) = validators::ensure();
        judges = found;
        Ok(note)
    })?;
    let mut ktra = None;
    steps.step("tool: ktra", || {
        let (found, note) = KTRA.ensure_if_possible();
        ktra = found;
        Ok(note)
    })?;
    let servers = ktra.and_then(|tool| tool.program.parent().map(Path::to_owned));
    steps.step("tool: system", || Ok(system_programs::ensure()))?;
    let (typos, deny) = (typos.expect("the step came through"), deny.expect("the step came through"));

    steps.step("fmt", || checked(&mut cargo(&["fmt", "--all", "--check"])))?;
    steps.step("boundaries", || boundaries::run().map(|()| String::new()))?;
    steps.step("typos", || checked(&mut program(&typos.program)))?;
    steps.step("deny", || checked(program(&deny.program).args(["check", "bans", "licenses", "sources"])))?;
    steps.step("advisories", || advisories(program(&deny.program)))?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    steps.step("clippy", || checked(&mut cargo(&clippy)))?;
    steps.step("schema", || schema::run(schema::Mode::Check).map(|()| String::new()))?;
    steps.step("tests", || {
        let mut tests = cargo(&["test", "--workspace"]);
        checked(with_tools(&mut tests, judges.into_iter().chain(servers).collect()))?;
        Ok(match env::var("STATIONMASTER_HISTORY") {
            Ok(_) => "with the clone that STATIONMASTER_HISTORY names".to_owned(),
            Err(_) => "without a clone of Wasmtime: STATIONMASTER_HISTORY names none".to_owned(),
        })
    })?;
    steps.print();
    Ok(())
}

/// The tests find these tools first, then those that whoever runs them names.
fn with_tools(tests: &mut Command, ours: Vec<PathBuf>) -> &mut Command {
    let theirs = env::var_os("STATIONMASTER_TOOLS");
    let folders = ours.into_iter().chain(theirs.iter().flat_map(env::split_paths));
    match env::join_paths(folders) {
        Ok(folders) => tests.env("STATIONMASTER_TOOLS", folders),
        // A folder with a separator in its name can be in no list.
        Err(_) => tests,
    }
}

fn checked(command: &mut Command) -> ChoreResult<String> {
    execute(command).map(|()| String::new())
}

/// Known vulnerabilities among the dependencies, where their list can be reached.
fn advisories(mut deny: Command) -> ChoreResult<String> {
    if !reachable() {
        let note = format!("NOT CHECKED: {ADVISORIES} cannot be reached from here");
        println!("    {note}");
        return Ok(note);
    }
    checked(deny.args(["check", "advisories"]))
}

/// Asked through git, so that the user's proxies and certificates count.
fn reachable() -> bool {
    let mut command = program("git");
    command.args(["ls-remote", "--quiet", ADVISORIES, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return false };
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(50)),
            Err(_) => return false,
        }
    }
    // It may have ended just now; either way it did not answer in time.
    let _ = child.kill();
    let _ = child.wait();
    false
}
