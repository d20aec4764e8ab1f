//! Stationmaster runs a project's release trains.

mod checkout;
mod cli;
mod diagnostics;
mod facts_file;
mod history;
mod inference;
mod interrupt;
mod keys;
mod output;
mod policy_file;
mod rehearse;
mod release_files;
mod render;
mod repository;
mod scope;
mod signatures;
mod soundness;
mod visible;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
