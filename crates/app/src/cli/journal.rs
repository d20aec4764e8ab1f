//! `stationmaster journal`

use clap::Args;

use super::Scope;
use crate::diagnostics::{CommandResult, Ending, Failure};

/// Show what was meant, done and by whom.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Run the command.
pub(crate) fn run(_scope: &Scope, _arguments: &Arguments) -> CommandResult {
    Err(Failure::new(Ending::Usage, "`journal` is not built yet"))
}
