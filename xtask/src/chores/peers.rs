//! `cargo xtask bench peers [--runs N] [--json]`: a major bump by us and by others, as whole processes on one tree.

use std::{env, path::PathBuf};

use crate::{
    cargo::target,
    peers::{Bench, Place, contenders, table},
    steps::{ChoreResult, Failure},
};

/// Timed runs of each of the others; ours takes no time, so it gets more.
const RUNS: usize = 5;
const OURS_PER_RUN: usize = 4;

const RACE: table::Race = table::Race { title: "A major bump", counted: "files" };

/// What the command line says.
pub(super) struct Wanted {
    pub(super) runs: usize,
    pub(super) json: bool,
}

/// Measure, and print a table.
pub(crate) fn run(arguments: &[&str]) -> ChoreResult {
    let wanted = parse(arguments)?;
    let bench = prepare()?;
    let contenders = contenders::all(&bench)?;
    let mut measured: Vec<_> = contenders.iter().map(table::Measured::new).collect();
    // The first round warms the caches up and is not counted. Rounds, not one contender after the other: what else the machine
    // does meanwhile then falls on all of them.
    for round in 0..=wanted.runs {
        eprintln!("round {round} of {}{}", wanted.runs, if round == 0 { " (warm-up)" } else { "" });
        for (contender, measured) in contenders.iter().zip(&mut measured) {
            let times = if contender.place == Place::Bare && round > 0 { OURS_PER_RUN } else { 1 };
            for _ in 0..times {
                if measured.runs() {
                    measured.push(bench.time(contender), round > 0);
                }
            }
        }
    }
    if wanted.json {
        println!("{}", table::json(&bench, &measured));
    } else {
        print!("{}", table::text(&bench, RACE, &measured));
    }
    Ok(())
}

/// The tree of the clone that the environment names.
pub(super) fn prepare() -> ChoreResult<Bench> {
    let clone = env::var_os("STATIONMASTER_HISTORY").map(PathBuf::from).ok_or_else(|| {
        Failure::Found("set STATIONMASTER_HISTORY to a clone of bytecodealliance/wasmtime, bare or not".to_owned())
    })?;
    Bench::prepare(&clone, &target().join("peers"))
}

pub(super) fn parse(arguments: &[&str]) -> ChoreResult<Wanted> {
    let mut wanted = Wanted { runs: RUNS, json: false };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--json" => wanted.json = true,
            "--runs" => {
                let runs = rest.next().and_then(|text| text.parse().ok()).filter(|runs| *runs > 0);
                wanted.runs = runs.ok_or_else(|| Failure::Found("`--runs` needs a number above 0".to_owned()))?;
            }
            other => return Err(Failure::Found(format!("this bench knows no `{other}`: [--runs N] [--json]"))),
        }
    }
    Ok(wanted)
}
