//! `stationmaster schema`

use std::io::Write;

use clap::Args;
use stationmaster_core::policy;

use super::Scope;
use crate::diagnostics::{CommandResult, Ending, Failure};

/// Print the JSON Schema of the policy.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Run the command.
pub(crate) fn run(_scope: &Scope, _arguments: &Arguments) -> CommandResult {
    let schema = serde_json::to_string_pretty(&policy::schema()).expect("a schema is JSON");
    match writeln!(anstream::stdout(), "{schema}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Ending::Outside, format!("cannot write the schema: {error}")))
        }
        _ => Ok(Ending::Done),
    }
}
