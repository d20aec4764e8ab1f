//! Observe, plan, check, apply, and observe again, until nothing is due or a person must act.

use std::collections::BTreeSet;

use jiff::civil::Date;
use stationmaster_core::{
    check::{self, Violation},
    facts::Facts,
    model::{Outcome, StepId, StepResult},
    policy::Policy,
    step::Plan,
};
use thiserror::Error;

use crate::{
    answer,
    apply::apply,
    lease::Lease,
    ports::{PortError, World},
};

/// How a round ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// The world at the end.
    pub seen: Facts,
    /// What waits, and for what. Its steps, if any, are those that failed in this round.
    pub plan: Plan,
    /// What was done, in order.
    pub outcomes: Vec<Outcome>,
}

impl Reconciled {
    /// Steps that were tried and failed.
    pub fn failures(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| matches!(outcome.result, StepResult::Failed { .. }))
    }
}

/// A round that could not be ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct Unended {
    /// Why.
    pub why: ReconcileError,
    /// What was done in it before, in order.
    pub outcomes: Vec<Outcome>,
}

/// Why a round could not be ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReconcileError {
    /// The repository cannot be read, or the journal cannot be written.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The checker found the plan unsafe. Nothing of that plan was done.
    #[error("the plan breaks {} of its own invariants", .0.len())]
    Unsafe(Vec<Violation>),
}

/// Go round until nothing is left to do on this day. A step that failed, was refused, or was done without effect is not tried
/// twice in a row.
///
/// # Errors
/// See [`ReconcileError`]; with what was done before.
pub async fn reconcile(world: &World<'_>, policy: &Policy, lease: &Lease, today: Date) -> Result<Reconciled, Unended> {
    match answer::plan(world, policy, today).await {
        Ok(looked) => go_on(world, policy, lease, looked).await,
        Err(error) => Err(Unended { why: error.into(), outcomes: Vec::new() }),
    }
}

/// The same from a look that was made before, perhaps before the lease was taken: a step is done only if what it rests on still
/// holds, and else one looks again.
///
/// # Errors
/// As [`reconcile`].
pub async fn go_on(
    world: &World<'_>,
    policy: &Policy,
    lease: &Lease,
    looked: (Facts, Plan),
) -> Result<Reconciled, Unended> {
    let mut outcomes = Vec::new();
    match go_round(world, policy, lease, looked, &mut outcomes).await {
        Ok((seen, plan)) => Ok(Reconciled { seen, plan, outcomes }),
        Err(why) => Err(Unended { why, outcomes }),
    }
}

async fn go_round(
    world: &World<'_>,
    policy: &Policy,
    lease: &Lease,
    (mut seen, mut whole): (Facts, Plan),
    outcomes: &mut Vec<Outcome>,
) -> Result<(Facts, Plan), ReconcileError> {
    let mut given_up: BTreeSet<StepId> = BTreeSet::new();
    let mut done = Vec::new();
    loop {
        let violations = check::check(policy, &seen, &whole);
        if !violations.is_empty() {
            return Err(ReconcileError::Unsafe(violations));
        }
        given_up.extend(whole.steps.iter().filter(|step| done.contains(*step)).map(|step| step.id.clone()));
        let mut next = whole.clone();
        next.steps.retain(|step| !given_up.contains(&step.id));
        if next.steps.is_empty() {
            return Ok((seen, whole));
        }
        for outcome in apply(world, lease, &next).await? {
            match &outcome.result {
                StepResult::Done { .. } => {
                    done.extend(next.steps.iter().filter(|step| step.id == outcome.step).cloned());
                }
                StepResult::Failed { .. } => {
                    given_up.insert(outcome.step.clone());
                }
                // The world moved: look again, but not for ever.
                StepResult::Refused { .. } if refused_before(outcomes, &outcome.step) => {
                    given_up.insert(outcome.step.clone());
                }
                StepResult::Refused { .. } => {}
            }
            outcomes.push(outcome);
        }
        (seen, whole) = answer::plan(world, policy, whole.today).await?;
    }
}

fn refused_before(outcomes: &[Outcome], step: &StepId) -> bool {
    outcomes.iter().any(|old| old.step == *step && matches!(old.result, StepResult::Refused { .. }))
}
