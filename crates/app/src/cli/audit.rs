//! `stationmaster audit`

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use stationmaster_core::{audit, calendar::Calendar, report::findings::Findings};
use stationmaster_engine::{observe::observe, progress::Silent};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    history, policy_file,
    render::{self, findings, style::counted},
    repository,
    wiring::{Opened, block_on},
};

/// Check the project's whole history against its policy: late or skipped releases, wrong tags, missing patches.
///
/// Reads the repository's commits, tags and branches, and asks the forge for unfinished releases. What the history cannot show
/// is a note, not a finding.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Ignore everything before this day (YYYY-MM-DD).
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    /// Write the findings to a self-contained HTML page with a timeline of releases.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let repository = repository::open(scope)?;
    let policy = policy_file::load(scope, Some(&repository))?;
    let repository = repository.with_workspace_in(policy.project.workspace.as_deref());
    let until = scope.day();
    let opened = Opened::assemble(scope, repository, policy, None)?;
    let (history, seen) = block_on(async {
        let history = history::read(&opened.repository, &opened.policy, until).await?;
        Ok((history, observe(&opened.world(&Silent), until).await?))
    })?;
    let policy = &opened.policy;
    let mut found = audit::findings(policy, &history);
    found.extend(audit::unfinished(policy, &seen));
    found.retain(|finding| finding.date.is_none_or(|day| arguments.since.is_none_or(|since| day >= since)));
    if let Some(path) = &arguments.html {
        let calendar = Calendar::new(policy, Date::MIN, until);
        let page = render::audit_page::page(&policy.project.name, &history, &calendar, &found);
        std::fs::write(path, page).map_err(|error| {
            Failure::new(Ending::Outside, format!("{} could not be written: {error}", path.display()))
        })?;
    }
    if arguments.json {
        super::print_json(&Findings { findings: &found })?;
    } else {
        let looked_at = format!(
            "{} and {}",
            counted(history.releases.len(), "release"),
            counted(history.lines.len(), "release line")
        );
        findings::print(&found, &looked_at, "all as the policy says");
    }
    Ok(findings::ending(&found))
}
