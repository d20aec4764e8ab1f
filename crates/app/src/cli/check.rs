//! `stationmaster check`

mod requirements;
mod versions;

use clap::{Args, Subcommand};
use stationmaster_core::{model::Finding, report::findings::Findings};

use super::Scope;
use super::revision::{Of, Revision};
use crate::{diagnostics::CommandResult, render::findings};

/// Check any revision for problems before release day. Needs no checkout and changes nothing.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check how packages depend on each other: caret requirements for public packages, `=` for internal ones, at their current
    /// versions.
    Requirements(Of),
    /// Check that groups, requirements, Cargo.lock and version files agree on the versions.
    Versions(Of),
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    match &arguments.command {
        Command::Requirements(of) => requirements::run(scope, of),
        Command::Versions(of) => versions::run(scope, of),
    }
}

/// Show what was found, and end by it.
fn conclude(of: &Of, mut found: Vec<Finding>, looked_at: &str) -> CommandResult {
    findings::sort(&mut found);
    if of.json {
        super::print_json(&Findings { findings: &found })?;
    } else {
        findings::print(&found, looked_at, "all as the policy says");
    }
    Ok(findings::ending(&found))
}
