//! `stationmaster backport`

pub(crate) mod carry;
mod decide;
pub(crate) mod nominate;
pub(crate) mod predict;
mod scene;
mod status;

use clap::{Args, Subcommand};

pub(super) use scene::Scene;

use super::Scope;
use crate::diagnostics::CommandResult;

/// Backport changes from main, and track which release line needs which fix.
///
/// Given revisions, cherry-picks them onto each line without a checkout and without moving any ref. After a fix is nominated,
/// `run` opens a backport pull request for every line that needs it.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    carry: carry::CarryArguments,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Nominate(nominate::Arguments),
    Withdraw(decide::WithdrawArguments),
    Waive(decide::WaiveArguments),
    Predict(predict::Arguments),
    Status(status::Arguments),
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    match &arguments.verb {
        None => carry::run(scope, &arguments.carry),
        Some(Verb::Nominate(arguments)) => nominate::run(scope, arguments),
        Some(Verb::Withdraw(arguments)) => decide::withdraw(scope, arguments),
        Some(Verb::Waive(arguments)) => decide::waive(scope, arguments),
        Some(Verb::Predict(arguments)) => predict::run(scope, arguments),
        Some(Verb::Status(arguments)) => status::run(scope, arguments),
    }
}
