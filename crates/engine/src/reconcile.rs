//! Observe, plan, check, apply, and observe again, until nothing is due or a person must act.

use std::collections::BTreeSet;

use jiff::civil::Date;
use stationmaster_core::{
    check::{self, Violation},
    model::{Observation, Outcome, Plan, StepId, StepResult},
    policy::Policy,
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
    pub seen: Observation,
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

/// Why a round could not be ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReconcileError {
    /// The repository cannot be read, or the journal cannot be written.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The checker found the plan unsafe. Nothing of it was done.
    #[error("the plan breaks {} of its own invariants", .0.len())]
    Unsafe(Vec<Violation>),
}

/// Go round until nothing is left to do on this day. A step that failed, was refused, or was done without effect is not tried
/// twice in a row.
///
/// # Errors
/// See [`ReconcileError`].
pub async fn reconcile(
    world: &World<'_>,
    policy: &Policy,
    lease: &Lease,
    today: Date,
) -> Result<Reconciled, ReconcileError> {
    let mut outcomes = Vec::new();
    let mut given_up: BTreeSet<StepId> = BTreeSet::new();
    let mut done = Vec::new();
    loop {
        let (seen, whole) = answer::plan(world, policy, today).await?;
        let violations = check::check(policy, &seen, &whole);
        if !violations.is_empty() {
            return Err(ReconcileError::Unsafe(violations));
        }
        given_up.extend(whole.steps.iter().filter(|step| done.contains(*step)).map(|step| step.id.clone()));
        let mut next = whole.clone();
        next.steps.retain(|step| !given_up.contains(&step.id));
        if next.steps.is_empty() {
            return Ok(Reconciled { seen, plan: whole, outcomes });
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
                StepResult::Refused { .. } if refused_before(&outcomes, &outcome.step) => {
                    given_up.insert(outcome.step.clone());
                }
                StepResult::Refused { .. } => {}
            }
            outcomes.push(outcome);
        }
    }
}

fn refused_before(outcomes: &[Outcome], step: &StepId) -> bool {
    outcomes.iter().any(|old| old.step == *step && matches!(old.result, StepResult::Refused { .. }))
}
