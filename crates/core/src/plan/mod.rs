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
mod in_the_way;
mod leaving;
mod lines;
mod look;
mod patch;
mod publish;
mod release;
mod situation;
mod unfinished;
mod unseen;
mod words;

pub use archives::machines_of_interest;
pub use look::{commits_of_interest, crates_of_interest, packages_of_interest};
pub use unfinished::{Unfinished, unfinished};

use crate::{
    model::{Observation, Plan, Rule},
    policy::{Policy, ReleaseDay},
};
use lines::Lines;
use situation::Situation;

/// What is to be done on the observation's day, and what waits.
pub fn plan(policy: &Policy, seen: &Observation) -> Plan {
    let mut now = Situation::new(policy, seen);
    for train in now.trains() {
        match train.rules.train.release {
            ReleaseDay::OnMerge => release::on_merge(&mut now, &train),
            ReleaseDay::DayOfMonth(_) | ReleaseDay::AfterDays(_) => cut::from_main(&mut now, &train),
        }
    }
    unfinished::finish(&mut now);
    if let Some(reason) = lines::unknown_fixes(&now) {
        now.wait("carry fixes to the lines that need them", &lines::newest_of_all(&now), Rule::R7, reason);
    }
    if let Some(lines) = Lines::of(&now) {
        backport::carry(&mut now, &lines);
        patch::patches(&mut now, &lines);
    }
    publish::proposed(&mut now);
    publish::mark_latest(&mut now);
    unseen::all_named(&mut now);
    now.into_plan()
}
