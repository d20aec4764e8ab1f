//! Stationmaster runs a project's release trains.

mod cli;
mod diagnostics;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
