//! `stationmaster run`

use std::{path::PathBuf, time::Duration};

use clap::Args;
use stationmaster_engine::{
    lease::Lease,
    progress::Silent,
    reconcile::{Reconciled, reconcile},
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    interrupt::unless_stopped,
    render,
    signatures::SigstoreInstance,
    wiring::{Opened, block_on},
};

/// Do what is due, until nothing is or a person must act.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Keep going: look again every minute, until stopped.
    #[arg(long)]
    watch: bool,
    /// Seconds between two looks with `--watch`.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "watch")]
    every: u64,
    /// The file of the secret key that releases are signed with, once all their archives are there. Its password is in
    /// STATIONMASTER_KEY_PASSWORD, or is asked for.
    #[arg(long, value_name = "FILE", env = "STATIONMASTER_KEY")]
    key: Option<PathBuf>,
    #[command(flatten)]
    instance: SigstoreInstance,
    /// Print what was done, and what waits, as JSON; one object a round.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let opened = Opened::open_signing(scope, arguments.key.as_deref(), &arguments.instance)?;
    block_on(async {
        let mut shown = None;
        loop {
            let round = one_round(&opened, arguments).await?;
            // A round in which nothing was done and nothing waits anew is not worth a line.
            if !round.outcomes.is_empty() || shown.as_ref() != Some(&round.plan.waits) {
                show(&opened, arguments, &round)?;
            }
            shown = Some(round.plan.waits.clone());
            if !arguments.watch {
                return Ok(ending(&round));
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(arguments.every)) => {}
                _ = tokio::signal::ctrl_c() => return Ok(ending(&round)),
            }
        }
    })
}

/// The lease is held for one round only, so that a person can merge or apply between two.
async fn one_round(opened: &Opened, arguments: &Arguments) -> Result<Reconciled, Failure> {
    let progress = render::progress::for_terminal(arguments.json);
    let world = opened.world(&*progress);
    // Bad input is an error, and not a train that waits: look before the lease writes a file.
    opened.look(&Silent).await?;
    let lease = Lease::take(&opened.lease)?;
    let reconciled = async { Ok(reconcile(&world, &opened.policy, &lease, opened.today()).await?) };
    let round = unless_stopped("all was done that is due", reconciled).await?;
    drop(lease);
    Ok(round)
}

fn show(opened: &Opened, arguments: &Arguments, round: &Reconciled) -> Result<(), Failure> {
    if arguments.json {
        super::print_json(&serde_json::json!({ "outcomes": round.outcomes, "waits": round.plan.waits }))?;
    } else {
        render::outcome::print(&round.outcomes);
        render::plan::print(&opened.policy, &round.seen, &round.plan);
    }
    Ok(())
}

fn ending(round: &Reconciled) -> Ending {
    match render::outcome::ending(&round.outcomes) {
        Ending::Done => super::waiting(&round.plan),
        failed => failed,
    }
}
