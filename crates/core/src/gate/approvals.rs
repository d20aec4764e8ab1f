//! Approvals of a proposal. Once it is merged, the merge was the approval (R2).

use jiff::civil::Date;

use super::{Asked, Gate, Hold};
use crate::{
    model::{PullRequest, PullRequestState, Rule, WaitReason},
    policy::Policy,
};

pub(super) struct Approvals;

impl Gate for Approvals {
    fn rule(&self) -> Rule {
        Rule::R2
    }

    fn holds(&self, asked: &Asked<'_>) -> Vec<Hold> {
        asked.by_record(hold)
    }
}

pub(super) fn hold(policy: &Policy, pull: &PullRequest, today: Date) -> Option<WaitReason> {
    let given = u32::try_from(pull.approvals.len()).unwrap_or(u32::MAX);
    let missing = policy.on(today).gates.approvals.saturating_sub(given);
    let is_open = pull.state == PullRequestState::Open;
    (is_open && missing > 0).then_some(WaitReason::Approval { number: pull.number, missing })
}
