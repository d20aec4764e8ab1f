//! `stationmaster status`

use clap::Args;

use super::Scope;
use crate::diagnostics::{CommandResult, Ending, Failure};

/// Show where every train stands.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Run the command.
pub(crate) fn run(_scope: &Scope, _arguments: &Arguments) -> CommandResult {
    Err(Failure::new(Ending::Usage, "`status` is not built yet"))
}
