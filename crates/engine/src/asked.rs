//! A step that a person asked for: a plan of one step, checked, and done through the same door as any other.

use stationmaster_core::{
    check::{self, Violation},
    facts::Facts,
    model::StepId,
    policy::Policy,
    step::{Plan, Step},
};
use thiserror::Error;

use crate::{
    apply::{Ended, attempt},
    lease::Lease,
    ports::World,
    stopped::Stopped,
};

/// Why a step that a person asked for was not done, or not whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AskedError {
    /// The checker found it unsafe, whoever asks. Nothing was done.
    #[error("it breaks {} invariants", .0.len())]
    Unsafe(Vec<Violation>),
    /// The world is not as it was seen. Nothing was done.
    #[error("{step}: {found}")]
    Moved {
        /// The step.
        step: StepId,
        /// How it is instead.
        found: String,
    },
    /// It was stopped.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Check a step by what was seen, and do it. Says what came out, as the journal has it.
///
/// # Errors
/// See [`AskedError`].
pub async fn asked(
    world: &World<'_>,
    _lease: &Lease,
    (policy, seen): (&Policy, &Facts),
    step: Step,
) -> Result<String, AskedError> {
    let plan = Plan { today: seen.today, steps: vec![step.clone()], waits: Vec::new(), trains: Vec::new() };
    let violations = check::check_asked(policy, seen, &plan);
    if !violations.is_empty() {
        return Err(AskedError::Unsafe(violations));
    }
    match attempt(world, &step).await? {
        Ended::Done(evidence) => Ok(evidence),
        Ended::Failed(stopped) => Err(stopped.into()),
        Ended::Refused(_, found) => Err(AskedError::Moved { step: step.id, found }),
    }
}
