//! From the policy and the world to what is to be done, and to why nothing more is.
//!
//! One file per kind of decision. Each gets the same [`Situation`] and adds steps, or the typed reason why it adds none.
//! All steps of one plan are possible in the world as it was seen; what follows from them is found by looking again.

mod archives;
mod attestation;
mod backport;
mod candidate;
mod cut;
mod draft;
#[cfg(test)]
pub(crate) mod examples;
mod in_the_way;
mod leaving;
mod lines;
mod patch;
mod publish;
mod release;
mod situation;
#[cfg(test)]
mod tests;
mod unfinished;
mod unseen;
mod words;

pub use unfinished::{Unfinished, unfinished};
pub use words::{HEAD_PREFIX, PullRequestKind};

use crate::{
    facts::{Ask, Facts, Questions},
    model::{Plan, Rule},
    policy::{Policy, ReleaseDay},
};
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
    let mut now = Situation::new(policy, ask);
    for train in now.trains() {
        match train.rules.train.release {
            ReleaseDay::OnMerge => release::on_merge(&mut now, &train),
            ReleaseDay::DayOfMonth(_) | ReleaseDay::AfterDays(_) => cut::from_main(&mut now, &train),
        }
    }
    unfinished::finish(&mut now);
    match Lines::of(&now) {
        Err(hold) => {
            now.wait("carry fixes to the lines that need them", &lines::newest_of_all(&now), Rule::R7, hold);
        }
        Ok(None) => {}
        Ok(Some(lines)) => {
            backport::carry(&mut now, &lines);
            patch::patches(&mut now, &lines);
        }
    }
    publish::proposed(&mut now);
    publish::mark_latest(&mut now);
    unseen::all_named(&mut now);
    now.into_plan()
}
