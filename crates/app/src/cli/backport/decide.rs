//! `stationmaster backport withdraw` and `waive`

use clap::Args;
use stationmaster_core::model::{FixDecision, LineName};

use super::scene::Scene;
use crate::{
    cli::Scope,
    diagnostics::{CommandResult, Ending},
    wiring::block_on,
};

/// Withdraw a nomination: the change is not a fix. Nothing already done is undone.
#[derive(Debug, Args)]
pub(super) struct WithdrawArguments {
    /// The commit on main.
    #[arg(value_name = "REV")]
    revision: String,
    /// The reason. It is recorded in the journal.
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Who decides this [default: git's user].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// Waive a fix for some lines. Other lines no longer wait for them.
#[derive(Debug, Args)]
pub(super) struct WaiveArguments {
    /// The commit on main.
    #[arg(value_name = "REV")]
    revision: String,
    /// Release lines, such as 36.0.
    #[arg(value_name = "LINE", required = true)]
    lines: Vec<LineName>,
    /// The reason. It is recorded in the journal.
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Who decides this [default: git's user].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// Run `withdraw`.
pub(super) fn withdraw(scope: &Scope, arguments: &WithdrawArguments) -> CommandResult {
    block_on(async {
        let scene = Scene::open(scope).await?;
        let change = scene.on_main(&arguments.revision)?;
        let decision = FixDecision::Withdraw { change: change.clone(), why: arguments.why.clone() };
        scene.decide(decision, arguments.by.as_deref()).await?;
        crate::output::println!("{} is no fix", change.short());
        Ok(Ending::Done)
    })
}

/// Run `waive`.
pub(super) fn waive(scope: &Scope, arguments: &WaiveArguments) -> CommandResult {
    block_on(async {
        let scene = Scene::open(scope).await?;
        let change = scene.on_main(&arguments.revision)?;
        for line in &arguments.lines {
            scene.line(*line)?;
        }
        for line in &arguments.lines {
            let decision = FixDecision::Waive { change: change.clone(), line: *line, why: arguments.why.clone() };
            scene.decide(decision, arguments.by.as_deref()).await?;
            crate::output::println!("{line} does without {}", change.short());
        }
        Ok(Ending::Done)
    })
}
