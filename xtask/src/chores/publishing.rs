//! `cargo xtask bench publish [--runs N] [--json]`: the crates of Wasmtime's head to the embedded registry, by us and by cargo.

use crate::{
    peers::{publish, table},
    steps::ChoreResult,
};

use super::peers::{Wanted, parse, prepare};

const RACE: table::Race = table::Race { title: "A publish", counted: "crates" };

/// Measure, and print a table.
pub(crate) fn run(arguments: &[&str]) -> ChoreResult {
    let Wanted { runs, json } = parse(arguments)?;
    let bench = prepare()?;
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
