//! Do the steps of a plan, in order, each once.
//!
//! For each step: the preconditions again, the intent to the journal, the effect, the outcome to the journal. A step whose
//! precondition does not hold ends the plan: the world has moved, and the caller looks again. A step that fails does not keep
//! the others from being done, for all steps of one plan are possible side by side.
//!
//! The process may be stopped anywhere in here. What was done is found in the world by the next look; the journal is not asked.

use stationmaster_core::{
    model::{JournalEvent, Outcome, Precondition, StepResult},
    step::{Plan, Step},
};

use crate::{
    effect,
    lease::Lease,
    ports::{PortError, PortResult, World},
    precondition,
    progress::Event,
    stopped::{Changed, Stopped},
};

/// Apply a plan.
///
/// # Errors
/// [`PortError::Crash`] from a pretend world, and a journal that cannot be written: without a record nothing is done. All
/// else is an [`Outcome`].
pub async fn apply(world: &World<'_>, _lease: &Lease, plan: &Plan) -> PortResult<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for step in &plan.steps {
        let outcome = Outcome { step: step.id.clone(), result: attempt(world, step).await?.result() };
        world.progress.event(&Event::StepEnded(outcome.clone()));
        let refused = matches!(outcome.result, StepResult::Refused { .. });
        outcomes.push(outcome);
        if refused {
            break;
        }
    }
    Ok(outcomes)
}

/// Whether every step of a plan could be done in the world as it is now: what a saved plan is asked first.
///
/// # Errors
/// The world cannot be asked.
pub async fn refusals(world: &World<'_>, plan: &Plan) -> PortResult<Vec<Outcome>> {
    let mut refused = Vec::new();
    for step in &plan.steps {
        if let Some((precondition, found)) = precondition::first_broken(world, &step.preconditions).await? {
            refused.push(Outcome { step: step.id.clone(), result: StepResult::Refused { precondition, found } });
        }
    }
    Ok(refused)
}

/// How one step ended.
pub(crate) enum Ended {
    /// Done: the evidence.
    Done(String),
    /// A precondition did not hold.
    Refused(Precondition, String),
    /// It could not be done, or not whole.
    Failed(Stopped),
}

impl Ended {
    fn result(&self) -> StepResult {
        match self {
            Self::Done(evidence) => StepResult::Done { evidence: evidence.clone() },
            Self::Refused(precondition, found) => {
                StepResult::Refused { precondition: precondition.clone(), found: found.clone() }
            }
            Self::Failed(Stopped { error, .. }) => StepResult::Failed {
                error: error.to_string(),
                help: error.help().map(str::to_owned),
                outside: matches!(error, PortError::Failed { .. }),
            },
        }
    }

    fn changed(&self) -> Changed {
        match self {
            Self::Done(_) => Changed::Something,
            Self::Refused(..) => Changed::Nothing,
            Self::Failed(stopped) => stopped.changed,
        }
    }
}

/// The door: every step goes through it, whoever asked.
pub(crate) async fn attempt(world: &World<'_>, step: &Step) -> Result<Ended, Stopped> {
    let ended = match precondition::first_broken(world, &step.preconditions).await {
        Ok(None) => None,
        Ok(Some((precondition, found))) => Some(Ended::Refused(precondition, found)),
        Err(PortError::Crash) => return Err(PortError::Crash.into()),
        Err(error) => Some(Ended::Failed(error.into())),
    };
    let ended = match ended {
        Some(ended) => ended,
        None => intended(world, step).await?,
    };
    let outcome = Outcome { step: step.id.clone(), result: ended.result() };
    record(world, JournalEvent::Outcome(outcome)).await.map_err(|error| ended.changed().stopped(error))?;
    Ok(ended)
}

/// The intent to the journal, and the effect.
async fn intended(world: &World<'_>, step: &Step) -> Result<Ended, Stopped> {
    world.progress.event(&Event::StepStarted(Box::new(step.clone())));
    record(world, JournalEvent::Intent { step: step.id.clone(), reason: step.reason.clone() }).await?;
    match effect::of(world, step).await {
        Ok(evidence) => Ok(Ended::Done(evidence)),
        Err(Stopped { error: PortError::Crash, changed }) => Err(changed.stopped(PortError::Crash)),
        Err(stopped) => Ok(Ended::Failed(stopped)),
    }
}

/// Add something to the journal, at the clock's time, by whoever acts.
///
/// # Errors
/// The journal cannot be written.
pub async fn record(world: &World<'_>, event: JournalEvent) -> PortResult<()> {
    world.journal.append(world.clock.now(), world.who, event).await.map(|_| ())
}
