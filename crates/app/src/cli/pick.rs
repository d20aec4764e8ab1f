//! `stationmaster pick`

use clap::Args;
use stationmaster_adapters::git::Picked;

use super::Scope;
use crate::{diagnostics::CommandResult, diagnostics::Ending, wiring};

/// Make the change of commits on another commit, as objects: no checkout, and no ref is moved.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The commits.
    #[arg(value_name = "REV", required = true)]
    revisions: Vec<String>,
    /// The commit to make the changes on.
    #[arg(long, value_name = "REV")]
    onto: String,
    /// Print what was made as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let repository = wiring::open_repository(scope)?;
    let onto = wiring::resolve(&repository, &arguments.onto)?;
    let change = wiring::resolve(&repository, &arguments.revisions[0])?;
    let picked = repository.pick(&change, None, &onto, &|_| None)?;
    let value = match &picked {
        Picked::Clean { tree, .. } => serde_json::json!({"status": "clean", "tree": tree, "conflicts": []}),
        Picked::Empty => serde_json::json!({"status": "empty", "conflicts": []}),
        Picked::Present => serde_json::json!({"status": "present", "conflicts": []}),
        Picked::Conflict(files) => {
            let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
            serde_json::json!({"status": "conflict", "conflicts": paths})
        }
    };
    super::print_json(&value)?;
    Ok(if matches!(picked, Picked::Conflict(_)) { Ending::Findings } else { Ending::Done })
}
