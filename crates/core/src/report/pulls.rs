//! Pull requests, and what comes next for each by the plan: nobody who shows or merges one has an opinion of its own.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    model::{CheckState, PullRequest, PullRequestState, StepId, WaitReason},
    policy::Policy,
    step::{OpenPullRequest, Plan},
};

/// A pull request, and what comes next for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullView {
    /// The pull request.
    #[serde(flatten)]
    pub pull: PullRequest,
    /// What its checks come to, by the policy of its day. None: none is required, and none was reported.
    pub check_state: Option<CheckState>,
    /// What it waits for; a merge, if nothing holds it. Nothing: it is not open, or the plan is not about it.
    pub waits: Vec<WaitReason>,
    /// The step that writes it anew, because it conflicts with its base.
    pub refresh: Option<StepId>,
}

impl PullView {
    /// Of a pull request, by a plan.
    pub fn new(policy: &Policy, plan: &Plan, pull: PullRequest) -> Self {
        let step = OpenPullRequest::named(&pull.head);
        let is_open = pull.state == PullRequestState::Open;
        let waits = plan.waits.iter().filter(|wait| is_open && wait.step == step);
        Self {
            check_state: check_state(policy, &pull, plan.today),
            waits: waits.map(|wait| wait.reason.clone()).collect(),
            refresh: plan.steps.iter().map(|it| &it.id).find(|id| is_open && **id == step).cloned(),
            pull,
        }
    }

    /// Nothing that is known holds it.
    pub fn may_be_merged(&self) -> bool {
        let is_held = |reason: &WaitReason| !matches!(reason, WaitReason::Merge { .. });
        self.pull.state == PullRequestState::Open && self.refresh.is_none() && !self.waits.iter().any(is_held)
    }
}

fn check_state(policy: &Policy, pull: &PullRequest, today: Date) -> Option<CheckState> {
    let none = policy.required_checks(pull, today).is_empty() && pull.checks.is_empty();
    (!none).then(|| policy.checks_of(pull, today))
}
