//! `stationmaster run`

use std::{path::PathBuf, time::Duration};

use clap::Args;
use stationmaster_engine::{
    lease::Lease,
    reconcile::{Reconciled, Unended, go_on},
    stopped::Changed,
};

use super::Scope;
use crate::{
    diagnostics::{Cause, CommandResult, Ending, Failure},
    interrupt::{Stop, stopped},
    output, render,
    signatures::SigstoreInstance,
    wiring::{Opened, block_on, give_up},
};

/// Do everything that is due, until nothing is left or a person must act.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Keep running and look again every minute, until stopped.
    #[arg(long)]
    watch: bool,
    /// Seconds between looks with `--watch`.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "watch")]
    every: u64,
    /// The secret key file to sign releases with. The password comes from STATIONMASTER_KEY_PASSWORD or a prompt.
    #[arg(long, value_name = "FILE", env = "STATIONMASTER_KEY")]
    key: Option<PathBuf>,
    #[command(flatten)]
    instance: SigstoreInstance,
    /// Print what was done and what is waiting as JSON, one object per round.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let opened = Opened::open_signing(scope, arguments.key.as_deref(), &arguments.instance)?;
    block_on(async {
        let mut stop = Stop::listen();
        if arguments.watch {
            return watch(&opened, arguments, &mut stop).await;
        }
        match one_round(&opened, arguments, &mut stop).await {
            Round::Stopped(failure) | Round::Broken(failure, _) => Err(failure),
            Round::Ended(round) => {
                show(&opened, arguments, &round)?;
                Ok(ending(&round))
            }
        }
    })
}

/// Round after round, until told to stop. A round that cannot be done, because another process applies, a person put something
/// bad on main, or the network is away, is said, once, and tried again: all of these pass.
async fn watch(opened: &Opened, arguments: &Arguments, stop: &mut Stop) -> CommandResult {
    let (mut shown, mut said, mut changed) = (None, None, Changed::Nothing);
    loop {
        let ended = match one_round(opened, arguments, stop).await {
            Round::Stopped(failure) => return Err(failure),
            Round::Ended(round) => {
                // A round in which nothing was done and nothing waits anew is not worth a line.
                if said.take().is_some() || !round.outcomes.is_empty() || shown.as_ref() != Some(&round.plan.waits) {
                    show(opened, arguments, &round)?;
                }
                shown = Some(round.plan.waits.clone());
                changed = changed.max(render::outcome::changed(&round.outcomes));
                ending(&round)
            }
            Round::Broken(failure, done) => {
                // What was done in rounds before this one stays done.
                changed = changed.max(done);
                let ended = match failure.ending {
                    Ending::Refused => Ending::stopped(Cause::SaidNo, changed),
                    other => other,
                };
                if said.as_ref() != Some(&failure) {
                    failure.print();
                    said = Some(failure);
                }
                ended
            }
        };
        // Who reads this is gone, and will not see what is done.
        if output::is_closed() {
            return Ok(Ending::Outside);
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(arguments.every)) => {}
            () = stop.told() => return Ok(ended),
        }
    }
}

/// How a round ended.
enum Round {
    Ended(Box<Reconciled>),
    /// It was told to stop on the way.
    Stopped(Failure),
    /// It could not be done to its end; and whether anything was done in it.
    Broken(Failure, Changed),
}

/// The lease is held for one round only, so that a person can merge or apply between two.
async fn one_round(opened: &Opened, arguments: &Arguments, stop: &mut Stop) -> Round {
    let progress = render::progress::for_terminal(arguments.json);
    let world = opened.world(&*progress);
    let begin = async {
        // Bad input is an error, and not a train that waits: look before the lease writes a file.
        let looked = opened.look(&*progress).await?;
        Ok::<_, Failure>((Lease::take(&opened.lease).await?, looked))
    };
    let round = async {
        let (lease, looked) = match begin.await {
            Ok(begun) => begun,
            Err(failure) => return Round::Broken(failure, Changed::Nothing),
        };
        match go_on(&world, &opened.policy, &lease, looked).await {
            Ok(round) => Round::Ended(Box::new(round)),
            Err(unended) => broken(unended, arguments.json),
        }
    };
    tokio::select! {
        round = round => round,
        () = stop.told() => Round::Stopped(give_up(&world, stopped("all was done that is due")).await),
    }
}

/// What was done in a round that could not be ended is said before why.
fn broken(unended: Unended, json: bool) -> Round {
    if !json {
        render::outcome::print(&unended.outcomes);
    }
    let changed = render::outcome::changed(&unended.outcomes);
    Round::Broken(unended.into(), changed)
}

fn show(opened: &Opened, arguments: &Arguments, round: &Reconciled) -> Result<(), Failure> {
    if arguments.json {
        super::print_json(&serde_json::json!({ "outcomes": round.outcomes, "waits": round.plan.waits }))?;
    } else {
        render::outcome::print(&round.outcomes);
        render::plan::print(&opened.policy, &round.plan);
    }
    Ok(())
}

fn ending(round: &Reconciled) -> Ending {
    match (render::outcome::ending(&round.outcomes), super::waiting(&round.plan)) {
        (Ending::Done, waiting) | (_, waiting @ Ending::Outside) => waiting,
        (failed, _) => failed,
    }
}
