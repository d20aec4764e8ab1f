//! `stationmaster journal`

use clap::Args;
use stationmaster_adapters::journal::SqliteJournal;
use stationmaster_core::model::verify_kept;
use stationmaster_engine::ports::Journal;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render, repository,
    wiring::block_on,
};

/// Show what was done, when, why and by whom.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Verify that no entry was changed or removed.
    #[arg(long)]
    verify: bool,
    /// Show only this many of the newest entries.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
}

/// Run the command. It needs no policy: the record can be read whatever became of the rules.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let repository = repository::open(scope)?;
    let journal = SqliteJournal::open(&repository.state_dir());
    let verified = if arguments.verify { Some(verified(&journal)?) } else { None };
    let entries = block_on(async { Ok(journal.entries().await?) })?;
    let shown = arguments.limit.unwrap_or(usize::MAX).min(entries.len());
    let newest = &entries[entries.len() - shown..];
    if arguments.json {
        super::print_json(&newest)?;
    } else {
        crate::output::print!("{}", render::journal::lines(newest));
    }
    if let Some(words) = verified {
        crate::output::eprintln!("{words}");
    }
    Ok(Ending::Done)
}

/// Check what is stored, to the byte, before any of it is read.
fn verified(journal: &SqliteJournal) -> Result<String, Failure> {
    let kept = block_on(async { Ok(journal.kept().await?) })?;
    verify_kept(&kept.entries, &kept.heads).map_err(|broken| {
        Failure::new(Ending::Findings, format!("the journal is not what was written: {broken}"))
            .hint("compare it with an earlier copy; the repository and the registry hold the real state")
    })?;
    let last = kept.entries.last().map(|entry| format!("; the last has hash {}", entry.hash)).unwrap_or_default();
    Ok(format!("{}, all as they were written{last}", counted(kept.entries.len(), "entry", "entries")))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
