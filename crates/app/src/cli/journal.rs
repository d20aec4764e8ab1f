//! `stationmaster journal`

use clap::Args;
use stationmaster_adapters::journal::SqliteJournal;
use stationmaster_core::model::verify_chain;
use stationmaster_engine::ports::Journal;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render,
    wiring::{block_on, open_repository},
};

/// Show what was meant, done and by whom.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Check that no entry was changed or taken out.
    #[arg(long)]
    verify: bool,
    /// Show only the newest entries.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
}

/// Run the command. It needs no policy: the record can be read whatever became of the rules.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let repository = open_repository(scope)?;
    let entries = block_on(async { Ok(SqliteJournal::open(&repository.state_dir()).entries().await?) })?;
    if arguments.verify {
        verify_chain(&entries).map_err(|broken| {
            Failure::new(Ending::Findings, format!("the journal is not what was written: {broken}"))
                .hint("compare it with a copy from before; what is true is in the repository and the registry")
        })?;
    }
    let shown = arguments.limit.unwrap_or(usize::MAX).min(entries.len());
    let newest = &entries[entries.len() - shown..];
    if arguments.json {
        super::print_json(&newest)?;
    } else {
        crate::output::print!("{}", render::journal::lines(newest));
    }
    if arguments.verify {
        crate::output::eprintln!("{} entries, all as they were written", entries.len());
    }
    Ok(Ending::Done)
}
