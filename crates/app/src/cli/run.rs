//! `stationmaster run`

use clap::Args;

use super::Scope;
use crate::diagnostics::{CommandResult, Ending, Failure};

/// Do what is due, until nothing is or a person must act.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Run the command.
pub(crate) fn run(_scope: &Scope, _arguments: &Arguments) -> CommandResult {
    Err(Failure::new(Ending::Usage, "`run` is not built yet"))
}
