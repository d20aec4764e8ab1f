//! From the policy and the world to what is to be done, and to why nothing more is.
//!
//! One file per kind of decision. Each gets the same [`Situation`] and returns what it decided: done, a step, or the typed reason
//! why there is none. All steps of one plan are possible in the world as it was seen; what follows from them is found by looking again.

mod archives;
mod attestation;
mod backport;
mod candidate;
mod cut;
mod decision;
mod draft;
#[cfg(test)]
pub(crate) mod examples;
mod in_the_way;
mod leaving;
mod lines;
mod merged;
mod patch;
mod publish;
mod release;
mod resume;
mod situation;
#[cfg(test)]
mod tests;
mod unfinished;
mod unseen;
mod words;

pub use unfinished::{Unfinished, unfinished};

use std::collections::BTreeSet;

use crate::{
    facts::{Ask, Facts, Questions},
    model::{Rule, WaitReason},
    policy::{Policy, ReleaseDay},
    step::{Intention, Plan},
};
use decision::{Decision, OnTrain};
use lines::Lines;
use situation::Situation;

/// What is to be done on the day of these facts, and what waits.
///
/// # Errors
/// The questions that must be answered first. All of a round, so that they can be answered at once.
pub fn plan(policy: &Policy, facts: &Facts) -> Result<Plan, Questions> {
    let ask = Ask::of(facts);
    let plan = decide(policy, &ask);
    ask.end(plan)
}

/// The same, as one of several decisions that ask. What it gives is thrown away if anything was lacking.
pub fn decide(policy: &Policy, ask: &Ask<'_>) -> Plan {
    let now = Situation::new(policy, ask);
    let mut plan = Plan { today: now.today(), steps: Vec::new(), waits: Vec::new(), trains: Vec::new() };
    let mut decided = BTreeSet::new();
    for train in now.trains() {
        let day_is_named = plan.waits.iter().any(|wait| matches!(wait.reason, WaitReason::Date { .. }));
        let OnTrain { state, decision, candidate } = match train.rules.train.release {
            ReleaseDay::OnMerge => release::on_merge(&now, &train, day_is_named),
            ReleaseDay::DayOfMonth(_) | ReleaseDay::AfterDays(_) => cut::from_main(&now, &train, day_is_named),
        };
        decision.add_to(&mut plan);
        plan.trains.push(train.report(state));
        decided.extend(candidate);
        decided.insert(train.version().clone());
    }
    let (rest, reports) = resume::finish(&now, &decided);
    rest.add_to(&mut plan);
    plan.trains.extend(reports);
    on_lines(&now).add_to(&mut plan);
    publish::mark_latest(&now, &plan.steps).add_to(&mut plan);
    unseen::all_named(&now, &plan.waits).add_to(&mut plan);
    plan
}

/// Fixes to the lines that need them, and patches with them.
fn on_lines(now: &Situation<'_>) -> Decision {
    match Lines::of(now) {
        Err(hold) => now.wait(Intention::CarryFixes, &lines::newest_of_all(now), Rule::R7, hold),
        Ok(None) => Decision::Done,
        Ok(Some(lines)) => [backport::carry(now, &lines), patch::patches(now, &lines)].into_iter().collect(),
    }
}
