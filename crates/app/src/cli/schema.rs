//! `stationmaster schema`

use clap::Args;
use stationmaster_core::policy;

use super::Scope;
use crate::diagnostics::{CommandResult, Ending};

/// Print the JSON Schema of the policy.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Run the command.
pub(crate) fn run(_scope: &Scope, _arguments: &Arguments) -> CommandResult {
    let schema = serde_json::to_string_pretty(&policy::schema()).expect("a schema is JSON");
    crate::output::println!("{schema}");
    Ok(Ending::Done)
}
