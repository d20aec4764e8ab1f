//! Who is measured, and how each is told to bump.

use std::{ffi::OsString, path::PathBuf, process::Command};

use super::{Bench, Place, file, install, tree};
use crate::{
    cargo::{cargo, program, root, target},
    steps::{ChoreResult, execute},
};

/// One program that bumps.
pub(crate) struct Contender {
    /// What it is, with its version where it has one.
    pub(crate) name: String,
    pub(crate) place: Place,
    /// The program and what it is told; or why it cannot be had.
    told: Result<(PathBuf, Vec<OsString>), String>,
}

impl Contender {
    /// What runs in a fresh place.
    pub(super) fn command(&self, bench: &Bench) -> Command {
        let (path, arguments) = self.told.as_ref().expect("only those that can be had are run");
        let mut command = program(path);
        command.args(arguments).current_dir(bench.place(self.place));
        // All that is needed has been fetched: nobody's time is the network's.
        command.env("CARGO_NET_OFFLINE", "true").env_remove("CARGO_TARGET_DIR");
        // Who commits, on a machine where git does not know it.
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Bench").env(format!("GIT_{role}_EMAIL"), "bench@example.com");
        }
        command
    }

    /// Why it cannot be had.
    pub(crate) fn missing(&self) -> Option<&str> {
        self.told.as_ref().err().map(String::as_str)
    }
}

/// All contenders, ours first. Those that cannot be had say why.
pub(crate) fn all(bench: &Bench) -> ChoreResult<Vec<Contender>> {
    let mut contenders = vec![ours(bench)?];
    contenders.extend(theirs(bench));
    let release = ["release", "version", "major", "--workspace", "-x", "--no-confirm"];
    contenders.push(installed(bench, "cargo-release", &release));
    // As it comes, with its commit, which ours makes as well; there is no remote, and a tag is a release's.
    let workspaces = "workspaces version major --all --force * --yes --allow-branch * --no-git-push --no-git-tag";
    let workspaces: Vec<&str> = workspaces.split(' ').collect();
    contenders.push(installed(bench, "cargo-workspaces", &workspaces));
    Ok(contenders)
}

fn ours(bench: &Bench) -> ChoreResult<Contender> {
    eprintln!("building stationmaster");
    execute(&mut cargo(&["build", "--quiet", "--profile", "dist", "--package", "stationmaster"]))?;
    let policy = root().join("policies/wasmtime.toml");
    let (bare, day) = (bench.place(Place::Bare), bench.day.clone());
    let told: [OsString; 11] = [
        "bump".into(),
        "major".into(),
        "--json".into(),
        "--repo".into(),
        bare.into(),
        "--base".into(),
        "main".into(),
        "--policy".into(),
        policy.into(),
        "--date".into(),
        day.into(),
    ];
    let told = Ok((target().join("dist/stationmaster"), told.into()));
    Ok(Contender { name: "stationmaster bump major".to_owned(), place: Place::Bare, told })
}

/// How many files our own output names.
pub(super) fn files_in(json: &[u8]) -> usize {
    let value: serde_json::Value = serde_json::from_slice(json).unwrap_or_default();
    value["files"].as_array().map_or(0, Vec::len)
}

/// Wasmtime's own tool at this commit: as it is documented, and its program alone.
fn theirs(bench: &Bench) -> Vec<Contender> {
    let built = bench.folder.join("publish");
    let contender = |name: &str, told| Contender { name: name.to_owned(), place: Place::Checkout, told };
    if bench.pristine().join("crates/misc/publish/Cargo.toml").exists() {
        let shared = ["--package", "wasmtime-publish", "--ignore-rust-version", "--quiet", "--target-dir"];
        let build = |release: bool| {
            let run = bench.place(Place::Checkout);
            tree::fresh(&bench.pristine(), &run).map_err(|failure| failure.to_string())?;
            let mut build = cargo(&["build"]);
            build.current_dir(run).args(shared).arg(&built).args(release.then_some("--release"));
            execute(&mut build).map_err(|failure| failure.to_string())
        };
        eprintln!("building Wasmtime's publish tool");
        let documented = build(false).map(|()| {
            let told = ["run"].into_iter().chain(shared).map(OsString::from);
            let told = told.chain([built.clone().into(), "bump-major".into()]).collect();
            (std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()).into(), told)
        });
        let alone = build(true).map(|()| (built.join("release/wasmtime-publish"), vec!["bump-major".into()]));
        return vec![
            contender("cargo run -p wasmtime-publish bump-major", documented),
            contender("wasmtime-publish bump-major, built with --release", alone),
        ];
    }
    let compile = || {
        std::fs::create_dir_all(&built).map_err(|error| file(&built, error).to_string())?;
        let (source, program) = (bench.pristine().join("scripts/publish.rs"), built.join("publish"));
        let compiled = execute(self::program("rustc").arg("-O").arg(source).arg("-o").arg(&program));
        compiled.map(|()| (program, vec!["bump".into()])).map_err(|failure| failure.to_string())
    };
    vec![contender("./publish bump, built with rustc -O", compile())]
}

fn installed(bench: &Bench, package: &str, arguments: &[&str]) -> Contender {
    let shown = arguments.join(" ");
    match install::ensure(&bench.folder, package) {
        Ok(peer) => Contender {
            name: format!("cargo {shown} ({})", peer.version),
            place: Place::Checkout,
            told: Ok((peer.program, arguments.iter().map(Into::into).collect())),
        },
        Err(why) => Contender { name: format!("cargo {shown}"), place: Place::Checkout, told: Err(why) },
    }
}
