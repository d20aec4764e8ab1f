//! `stationmaster status`

use clap::Args;
use stationmaster_core::{facts::Ask, plan, report::status::Status};
use stationmaster_engine::progress::Silent;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending},
    render,
    wiring::{Opened, block_on},
};

/// Show the state of every train and release line.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command. Looking is done, whatever there is to see: a person who must act shows in `plan`'s exit code. What could
/// not be seen, and was not left out by `--offline`, is a failure.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let opened = Opened::open(scope)?;
    let policy = &opened.policy;
    let look = |ask: &Ask<'_>| {
        let plan = plan::decide(policy, ask);
        (Status::new(policy, ask, &plan), plan)
    };
    let (_, (status, plan)) = block_on(async { opened.look_for(&Silent, look).await })?;
    if arguments.json {
        super::print_json(&status)?;
    } else {
        render::status::print(&status);
    }
    let unseen = !scope.offline && !status.unknown.is_empty();
    let in_the_way = plan.waits.iter().any(|wait| wait.reason.is_unknown());
    Ok(if unseen || in_the_way { Ending::Outside } else { Ending::Done })
}
