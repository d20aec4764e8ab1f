//! Who publishes the crates of the tree to the embedded registry, which is new for each run.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{Bench, Place, emptied, file, tree};
use crate::{
    cargo::{cargo, program, root, target},
    steps::{ChoreResult, Failure, execute},
};

/// Members of the tree that nobody publishes, as the policy says.
const SKIPPED: [&str; 2] = ["embedding", "min-platform-host"];

/// One program that publishes.
pub(crate) struct Publisher {
    pub(crate) name: &'static str,
    place: Place,
    /// Told the address of the index.
    command: fn(&Bench, &str) -> Command,
}

/// A registry that runs until this is dropped.
struct Serving {
    process: Child,
    index: String,
    token: String,
    folder: PathBuf,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = (self.process.kill(), self.process.wait());
    }
}

/// Ours first.
pub(crate) fn all(bench: &Bench) -> ChoreResult<[Publisher; 2]> {
    eprintln!("building stationmaster");
    execute(&mut cargo(&["build", "--quiet", "--profile", "dist", "--package", "stationmaster"]))?;
    tree::fresh(&bench.pristine(), &bench.place(Place::Checkout))?;
    Ok([
        Publisher { name: "stationmaster publish", place: Place::Bare, command: ours },
        Publisher { name: "cargo publish --workspace --no-verify", place: Place::Checkout, command: cargos },
    ])
}

fn ours(bench: &Bench, index: &str) -> Command {
    let mut command = program(stationmaster());
    command.args(["publish", "--rev", "main", "--json", "--registry", index, "--repo"]).arg(bench.place(Place::Bare));
    command.arg("--policy").arg(root().join("policies/wasmtime.toml"));
    command
}

fn cargos(bench: &Bench, index: &str) -> Command {
    let mut command = cargo(&["publish", "--workspace", "--no-verify", "--allow-dirty", "--registry", "station"]);
    for name in SKIPPED {
        command.args(["--exclude", name]);
    }
    command.args(["--config", "source.crates-io.replace-with=\"station\""]);
    command.arg("--config").arg(format!("source.station.registry=\"{index}\""));
    command.env("CARGO_REGISTRIES_STATION_INDEX", index).current_dir(bench.place(Place::Checkout));
    command
}

fn stationmaster() -> PathBuf {
    target().join("dist/stationmaster")
}

/// One run with a new registry. The wall time of its process and the number of crates in the index, or how it failed.
pub(crate) fn time(bench: &Bench, publisher: &Publisher) -> Result<(Duration, usize), String> {
    let words = |failure: Failure| failure.to_string();
    let place = bench.place(publisher.place);
    match publisher.place {
        Place::Bare => emptied(&place.join("stationmaster")),
        Place::Checkout => tree::fresh(&bench.pristine(), &place),
    }
    .map_err(words)?;
    let serving = serve(&bench.folder.join("registry")).map_err(words)?;
    let mut command = (publisher.command)(bench, &serving.index);
    command.env("CARGO_REGISTRY_TOKEN", &serving.token).env("CARGO_REGISTRIES_STATION_TOKEN", &serving.token);
    command.env_remove("CARGO_TARGET_DIR").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let began = Instant::now();
    let output = command.output().map_err(|error| format!("could not be started: {error}"))?;
    let took = began.elapsed();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().lines().last().unwrap_or_default().to_owned();
        return Err(format!("ended with {}: {said}", output.status));
    }
    Ok((took, files(&serving.folder.join("index"))))
}

fn serve(folder: &Path) -> ChoreResult<Serving> {
    emptied(folder)?;
    let token = folder.join("token");
    let mut command = program(stationmaster());
    // What the tree needs from crates.io is in cargo's cache: nobody's time is the network's.
    command.args(["registry", "serve", "--offline", "--dir"]).arg(folder).arg("--token-file").arg(&token);
    let start = |error| Failure::Start { command: "stationmaster registry serve".to_owned(), error };
    let mut process = command.stdout(Stdio::piped()).spawn().map_err(start)?;
    let said = process.stdout.take().map(BufReader::new).and_then(|said| said.lines().next());
    let said = said.and_then(Result::ok).unwrap_or_default();
    let index = said.rsplit(' ').next().unwrap_or_default().to_owned();
    let token = fs::read_to_string(&token).map_err(|error| file(&token, error))?.trim().to_owned();
    Ok(Serving { process, index, token, folder: folder.to_owned() })
}

/// Files below a folder.
fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}
