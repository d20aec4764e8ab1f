//! `stationmaster notes`

mod add;
mod check;
mod collect;
mod project;
mod show;

use clap::{Args, Subcommand};
use semver::Version;

use self::project::Project;
use super::Scope;
use crate::diagnostics::CommandResult;

/// Show, extend and check release notes.
///
/// Without a subcommand, prints the notes of a version and its major breaking changes.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    show: show::Wanted,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(add::Arguments),
    Check(check::Arguments),
    Collect(collect::Arguments),
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    match &arguments.command {
        None => show::run(scope, &arguments.show),
        Some(Command::Add(arguments)) => add::run(scope, arguments),
        Some(Command::Check(arguments)) => check::run(scope, arguments),
        Some(Command::Collect(arguments)) => collect::run(scope, arguments),
    }
}

/// The line of a version, as its branch is named.
fn line_start(version: &Version) -> Version {
    stationmaster_core::model::LineName::of(version).first_version()
}
