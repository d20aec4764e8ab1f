//! Repositories of somebody who means harm: commands that only read, and those that package, run none of their programs, take no
//! file of this machine, and say no secret.

use std::{
    fs, io,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Round,
    ground::{commit, git, run as run_command},
};
use crate::steps::{ChoreResult, Failure};

/// What is in a file of this machine, and what no crate may hold.
const CANARY: &str = "canary-1f0e4c8b";
/// What is in the environment as a token, and what nobody may see.
const TOKEN: &str = "cio-canary-7d2a-token";

/// One way to mean harm.
struct Trap {
    name: &'static str,
    /// Makes it in a copy of the demo. Programs in it leave a mark; files out of it hold the canary.
    set: fn(&Path, &Machine) -> io::Result<()>,
}

/// What a trap is about.
struct Machine {
    /// A program that leaves a mark.
    program: PathBuf,
    /// A file that is nobody's business.
    secret: PathBuf,
}

const TRAPS: &[Trap] = &[
    Trap {
        name: "build.rustc",
        set: |demo, machine| cargo_config(demo, &format!("[build]\nrustc = {:?}\n", machine.program)),
    },
    Trap {
        name: "build.rustc-wrapper",
        set: |demo, machine| cargo_config(demo, &format!("[build]\nrustc-wrapper = {:?}\n", machine.program)),
    },
    Trap {
        name: "build.rustc-workspace-wrapper",
        set: |demo, machine| cargo_config(demo, &format!("[build]\nrustc-workspace-wrapper = {:?}\n", machine.program)),
    },
    Trap {
        name: "registry.global-credential-providers",
        set: |demo, machine| {
            cargo_config(demo, &format!("[registry]\nglobal-credential-providers = [{:?}]\n", machine.program))
        },
    },
    Trap {
        name: "registry.credential-provider",
        set: |demo, machine| {
            cargo_config(demo, &format!("[registry]\ncredential-provider = [{:?}]\n", machine.program))
        },
    },
    Trap {
        name: "credential-alias",
        set: |demo, machine| {
            let alias = format!(
                "[credential-alias]\nmine = [{:?}]\n[registry]\ncredential-provider = \"mine\"\n",
                machine.program
            );
            cargo_config(demo, &alias)
        },
    },
    Trap {
        name: "config in a member",
        set: |demo, machine| {
            fs::create_dir_all(demo.join("crates/cli/.cargo"))?;
            let text = format!("[build]\nrustc = {:?}\n", machine.program);
            fs::write(demo.join("crates/cli/.cargo/config.toml"), text)
        },
    },
    Trap {
        name: "an alias of cargo",
        set: |demo, machine| cargo_config(demo, &format!("[alias]\npackage = [\"run\", {:?}]\n", machine.program)),
    },
    Trap {
        name: "a toolchain in the repository",
        set: |demo, machine| {
            fs::create_dir_all(demo.join("toolchain/bin"))?;
            fs::copy(&machine.program, demo.join("toolchain/bin/rustc"))?;
            fs::copy(&machine.program, demo.join("toolchain/bin/cargo"))?;
            fs::write(demo.join("rust-toolchain.toml"), "[toolchain]\npath = \"toolchain\"\n")
        },
    },
    Trap {
        name: "a build script",
        set: |demo, machine| {
            let run = format!("fn main() {{ std::process::Command::new({:?}).status().ok(); }}\n", machine.program);
            fs::write(demo.join("crates/cli/build.rs"), run)
        },
    },
    Trap {
        name: "a link to a file",
        set: |demo, machine| symlink(&machine.secret, demo.join("crates/cli/src/secret.rs")),
    },
    Trap {
        name: "a link up and out",
        set: |demo, machine| {
            let up = "../".repeat(30);
            let path = machine.secret.display().to_string();
            symlink(format!("{up}{}", path.trim_start_matches('/')), demo.join("crates/cli/src/secret.rs"))
        },
    },
    Trap {
        name: "a link to a folder",
        set: |demo, machine| {
            symlink(machine.secret.parent().unwrap_or(Path::new("/")), demo.join("crates/cli/src/secret"))
        },
    },
    Trap {
        name: "a link to a link",
        set: |demo, machine| {
            symlink(&machine.secret, demo.join("outside"))?;
            symlink("../../../outside", demo.join("crates/cli/src/secret.rs"))
        },
    },
    Trap {
        name: "a readme out of the repository",
        set: |demo, machine| {
            fs::remove_file(demo.join("crates/cli/README.md")).or_else(absent)?;
            symlink(&machine.secret, demo.join("crates/cli/README.md"))
        },
    },
    Trap {
        name: "git's own programs",
        set: |demo, machine| {
            let program = machine.program.display();
            let more = format!(
                "[core]\n\tfsmonitor = {program}\n\tsshCommand = {program}\n\tpager = {program}\n\teditor = {program}\n\thooksPath = {}\n[diff]\n\texternal = {program}\n[filter \"x\"]\n\tsmudge = {program}\n\tclean = {program}\n\trequired = true\n[gpg]\n\tprogram = {program}\n",
                machine.program.parent().unwrap_or(Path::new("/")).display()
            );
            let config = demo.join(".git/config");
            let text = fs::read_to_string(&config)?;
            fs::write(config, text + &more)
        },
    },
];

fn absent(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn cargo_config(demo: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(demo.join(".cargo"))?;
    fs::write(demo.join(".cargo/config.toml"), text)
}

/// What nobody expects to run anything.
const COMMANDS: &[&[&str]] = &[
    &["plan"],
    &["status"],
    &["check", "versions"],
    &["audit"],
    &["notes", "check"],
    &["backport", "status"],
    &["preflight"],
    &["stage", "--rev", "main"],
    &["explain", "next"],
];

/// Set each trap, and run the commands.
pub(crate) fn run(round: &mut Round<'_>) -> ChoreResult {
    let outside = round.ground.fresh("outside")?;
    let mark = outside.join("mark");
    let machine = Machine { program: outside.join("program"), secret: outside.join("secret/file") };
    prepare(&machine, &mark).map_err(|error| Failure::File { path: outside.display().to_string(), error })?;
    for trap in TRAPS {
        let demo = round.ground.demo("hostile")?;
        let in_trap = |error| Failure::File { path: format!("trap `{}`", trap.name), error };
        // What changes git's own configuration comes last, or our own commit would run it.
        let is_of_git = trap.name.starts_with("git");
        if !is_of_git {
            (trap.set)(&demo, &machine).map_err(in_trap)?;
            commit(&demo, "A change")?;
        } else {
            git(&demo, &["status", "--short"])?;
            (trap.set)(&demo, &machine).map_err(in_trap)?;
        }
        for command in COMMANDS {
            judge(round, trap, command, &demo, &mark)?;
        }
        round.done += 1;
    }
    Ok(())
}

fn judge(round: &mut Round<'_>, trap: &Trap, words: &[&str], demo: &Path, mark: &Path) -> ChoreResult {
    let mut command = round.ground.command(words);
    command.args(["--offline", "--at", "2026-12-05", "--repo"]).arg(demo).env("CARGO_REGISTRY_TOKEN", TOKEN);
    let ended = run_command(&mut command)?;
    let told = format!("`{}` in `{}`", words.join(" "), trap.name);
    if let Some(fault) = ended.fault() {
        round.finding(format!("{told}: {fault}"));
    }
    if let Ok(who) = fs::read_to_string(mark) {
        round.finding(format!("{told} ran a program of the repository: {}", who.trim()));
        fs::remove_file(mark).or_else(absent).map_err(|error| Failure::File { path: "the mark".into(), error })?;
    }
    let said = format!("{}{}", ended.out, ended.err);
    if said.contains(CANARY) || said.contains(TOKEN) {
        round.finding(format!("{told} prints what is nobody's business"));
    }
    let staging = demo.join(".git/stationmaster/staging/crates");
    for entry in fs::read_dir(staging).into_iter().flatten().flatten() {
        let mut unpacked = Command::new("tar");
        unpacked.args(["--extract", "--gzip", "--to-stdout", "--file"]).arg(entry.path());
        if crate::steps::asked(&mut unpacked).is_some_and(|content| content.contains(CANARY)) {
            round.finding(format!("{told} put a file of this machine into {}", entry.file_name().display()));
        }
    }
    Ok(())
}

fn prepare(machine: &Machine, mark: &Path) -> io::Result<()> {
    let script = format!("#!/bin/sh\necho \"$0 $*\" | head -c 200 >>'{}'\nexit 1\n", mark.display());
    fs::write(&machine.program, script)?;
    fs::set_permissions(&machine.program, fs::Permissions::from_mode(0o755))?;
    for hook in ["post-checkout", "reference-transaction", "pre-push", "post-index-change", "fsmonitor-watchman"] {
        fs::copy(&machine.program, machine.program.with_file_name(hook))?;
    }
    fs::create_dir_all(machine.secret.parent().unwrap_or(Path::new("/")))?;
    fs::write(&machine.secret, format!("// {CANARY}\n"))
}
