//! The project's chores: `cargo xtask CHORE`. One file per chore.

mod attack;
mod boundaries;
mod cargo;
mod chores;
mod peers;
mod steps;
mod system_programs;
mod tools;
mod validators;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask CHORE

  test             install what the tests need, then run every check and all tests
  attack [NAME] [--seed N] [--rounds N]
                   kill it, fill its disk, let the registry fail, set traps, garble files: minutes, bounded
  boundaries       check who may use whom, file lengths and file names
  bench [NAME]     run the benchmarks whose name holds NAME
  bench peers [--runs N] [--json]
                   measure a major bump by us and by others; STATIONMASTER_HISTORY names a clone of Wasmtime
  bench publish [--generated] [--runs N] [--json]
                   measure a publish to the embedded registry by us and by cargo, of the same clone or of a
                   workspace that is made with the names, edges and sizes of its crates
  rules [RULE]     show where each rule of the process is decided and tested
  schema [--check] write docs/stationmaster.schema.json, or check that it is up to date";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match arguments.as_slice() {
        ["test"] => chores::test::run(),
        ["attack", rest @ ..] => chores::attack::run(rest),
        ["boundaries"] => chores::boundaries::run(),
        ["bench"] => chores::bench::run(None),
        ["bench", "peers", rest @ ..] => chores::peers::run(rest),
        ["bench", "publish", rest @ ..] => chores::publishing::run(rest),
        ["bench", name] => chores::bench::run(Some(name)),
        ["rules"] => chores::rules::run(None),
        ["rules", rule] => chores::rules::run(Some(rule)),
        ["schema"] => chores::schema::run(chores::schema::Mode::Write),
        ["schema", "--check"] => chores::schema::run(chores::schema::Mode::Check),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
