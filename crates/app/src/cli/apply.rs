//! `stationmaster apply`

use std::path::{Path, PathBuf};

use clap::Args;
use stationmaster_core::{check, step::Plan};
use stationmaster_engine::{
    answer, apply,
    lease::Lease,
    stopped::{Changed, Stopped},
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    interrupt::unless_stopped,
    policy_file, render,
    wiring::{Opened, block_on},
};

/// Apply a plan saved with `plan --json`.
///
/// The whole plan is refused, and nothing changes, if anything it depends on has changed since, if it is for another day, or if
/// it is unsafe.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The saved plan; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// Print the outcomes as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let plan = read(&arguments.plan)?;
    let opened = Opened::open(scope)?;
    let progress = render::progress::for_terminal(arguments.json);
    let outcomes = block_on(async {
        let world = opened.world(&*progress);
        let lease = Lease::take(&opened.lease).await?;
        let refused = apply::refusals(&world, &plan).await?;
        if !refused.is_empty() {
            return Err(render::outcome::moved(&refused));
        }
        let (seen, _) = answer::plan(&world, &opened.policy, opened.today()).await?;
        let violations = check::check(&opened.policy, &seen, &plan);
        if !violations.is_empty() {
            return Err(render::outcome::unsafe_plan(&violations, Changed::Nothing));
        }
        let applied = async {
            let applied = apply::apply(&world, &lease, &plan).await;
            Ok(applied.map_err(|error| Stopped { error, changed: Changed::Something })?)
        };
        unless_stopped("the whole plan was applied", applied).await
    })?;
    if arguments.json {
        super::print_json(&outcomes)?;
    } else {
        render::outcome::print(&outcomes);
    }
    Ok(render::outcome::ending(&outcomes))
}

fn read(path: &Path) -> Result<Plan, Failure> {
    let text = policy_file::read(path)?;
    serde_json::from_str(&text).map_err(|error| {
        let at = format!("{}:{}:{}", path.display(), error.line(), error.column());
        Failure::new(Ending::Usage, format!("{at}: this is not a saved plan: {error}"))
            .hint("make one with `stationmaster plan --json > FILE`")
    })
}
