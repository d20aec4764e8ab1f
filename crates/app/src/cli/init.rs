//! `stationmaster init`

use clap::Args;

use super::Scope;
use crate::diagnostics::{CommandResult, Ending, Failure};

/// Write a policy for the workspace at hand.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Run the command.
pub(crate) fn run(_scope: &Scope, _arguments: &Arguments) -> CommandResult {
    Err(Failure::new(Ending::Usage, "`init` is not built yet"))
}
