//! `stationmaster plan`

use clap::Args;
use stationmaster_engine::progress::Silent;

use super::Scope;
use crate::{
    diagnostics::CommandResult,
    render,
    wiring::{Opened, block_on},
};

/// Show what would happen now, and why.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the plan as JSON; `apply --plan` executes it.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let opened = Opened::open(scope)?;
    let (seen, plan) = block_on(async { opened.look(&Silent).await })?;
    if arguments.json {
        super::print_json(&plan)?;
    } else {
        render::plan::print(&opened.policy, &seen, &plan);
    }
    Ok(super::waiting(&plan))
}
