//! `cargo xtask bench publish [--generated] [--runs N] [--json]`: the crates of Wasmtime's head, or of a workspace with their
//! names, edges and sizes, to the embedded registry, by us and by cargo.

use crate::{
    cargo::target,
    peers::{Bench, publish, table},
    steps::ChoreResult,
};

use super::peers::{Wanted, parse, prepare};

const RACE: table::Race = table::Race { title: "A publish", counted: "crates" };

/// Measure, and print a table.
pub(crate) fn run(arguments: &[&str]) -> ChoreResult {
    let is_generated = arguments.contains(&"--generated");
    let rest: Vec<&str> = arguments.iter().copied().filter(|it| *it != "--generated").collect();
    let Wanted { runs, json } = parse(&rest)?;
    let bench = if is_generated { Bench::generate(&target().join("peers-generated"))? } else { prepare()? };
    let publishers = publish::all(&bench)?;
    let mut measured: Vec<_> = publishers.iter().map(|it| table::Measured::named(it.name)).collect();
    for round in 0..=runs {
        eprintln!("round {round} of {runs}{}", if round == 0 { " (warm-up)" } else { "" });
        for (publisher, measured) in publishers.iter().zip(&mut measured).filter(|(_, it)| it.runs()) {
            measured.push(publish::time(&bench, publisher), round > 0);
        }
    }
    if json {
        println!("{}", table::json(&bench, &measured));
    } else {
        print!("{}", table::text(&bench, RACE, &measured));
    }
    Ok(())
}
