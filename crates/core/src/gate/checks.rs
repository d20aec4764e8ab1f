//! Checks of the forge: those that the policy requires have passed; where it requires none, those that were reported.

use jiff::civil::Date;

use super::{Asked, Gate, Hold};
use crate::{
    model::{CheckState, PullRequest, Rule, WaitReason},
    policy::Policy,
};

pub(super) struct Checks;

impl Gate for Checks {
    fn rule(&self) -> Rule {
        Rule::R2
    }

    fn holds(&self, asked: &Asked<'_>) -> Vec<Hold> {
        asked.by_record(hold)
    }
}

pub(super) fn hold(policy: &Policy, pull: &PullRequest, today: Date) -> Option<WaitReason> {
    match policy.checks_of(pull, today) {
        CheckState::Green => None,
        CheckState::Pending => Some(WaitReason::Checks { number: pull.number, failed: false }),
        CheckState::Failed => Some(WaitReason::Checks { number: pull.number, failed: true }),
    }
}
