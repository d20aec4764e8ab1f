//! `stationmaster calendar`

use clap::Args;

use super::Scope;
use crate::diagnostics::{CommandResult, Ending, Failure};

/// Show trains, support windows and ends of life.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Run the command.
pub(crate) fn run(_scope: &Scope, _arguments: &Arguments) -> CommandResult {
    Err(Failure::new(Ending::Usage, "`calendar` is not built yet"))
}
