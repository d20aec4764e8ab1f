//! `stationmaster audit`

use clap::Args;
use jiff::civil::Date;
use stationmaster_core::audit;

use super::Scope;
use crate::{
    diagnostics::CommandResult,
    history, policy_file,
    render::{findings, style::counted},
    wiring::{self, block_on},
};

/// Judge a project's whole history by its policy: what left late, was skipped, tagged wrongly or not patched.
///
/// Everything is read from the repository's objects, tags and branches. What the history cannot say is a note, and no finding.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Leave out what was before this day, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let repository = wiring::open_repository(scope)?;
    let policy = policy_file::load(scope, Some(&repository))?;
    let until = scope.at.unwrap_or_else(super::today);
    let history = block_on(async { history::read(&repository, &policy, until).await })?;
    let mut found = audit::findings(&policy, &history);
    found.retain(|finding| finding.date.is_none_or(|day| arguments.since.is_none_or(|since| day >= since)));
    if arguments.json {
        super::print_json(&findings::Report { findings: &found })?;
    } else {
        let looked_at = format!(
            "{} and {}",
            counted(history.releases.len(), "release"),
            counted(history.lines.len(), "release branch")
        );
        findings::print(&found, &looked_at, "all as the policy says");
    }
    Ok(findings::ending(&found))
}
