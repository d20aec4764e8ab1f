//! The independent checker: judges any plan by what must never happen, and knows nothing of how the plan was made.
//!
//! It fails closed: it knows every kind of step, asks of each the preconditions that make it safe, and takes what was not seen
//! for wrong. One file per kind of step. A violation is a defect of the planner (or of a plan that was saved and altered), so
//! nothing of the plan is done.

mod archives;
mod attestation;
mod case;
mod cut;
mod deliver;
mod forge_release;
mod groups;
mod invariant;
mod lines;
mod preconditions;
mod publishing;
mod pull_request;
mod tag;
#[cfg(test)]
mod tests;
mod twice;
mod yank;

use serde::{Deserialize, Serialize};

use crate::{
    facts::Facts,
    model::{Condition, RepositoryId, Rule, StepId},
    policy::Policy,
    step::{Action, Plan, Step},
};
use case::Case;
pub use invariant::Invariant;

/// A step that must not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The step.
    pub step: StepId,
    /// Which invariant it breaks.
    pub invariant: Invariant,
    /// The rule behind that.
    pub rule: Rule,
    /// What is wrong, with names and numbers.
    pub detail: String,
}

/// An invariant that a step breaks, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Breach {
    invariant: Invariant,
    detail: String,
}

/// What there is to say of one step.
#[derive(Debug, Default)]
struct Judged {
    /// What it changes, in words that name it: no other step of the plan may change the same.
    changes: Vec<String>,
    /// Preconditions without which it is not safe.
    needs: Vec<Condition>,
    breaches: Vec<Breach>,
}

/// Judge a plan. Empty: it may be done.
pub fn check(policy: &Policy, seen: &Facts, plan: &Plan) -> Vec<Violation> {
    if plan.steps.is_empty() {
        return Vec::new();
    }
    let case = Case::new(policy, seen, plan);
    let mut violations = Vec::new();
    let mut changed = twice::Changed::default();
    for step in &plan.steps {
        let Judged { changes, needs, breaches } = judge(&case, step);
        let breaches = of_another_day(&case)
            .into_iter()
            .chain(in_another_repository(step))
            .chain(changed.again(step, changes))
            .chain(preconditions::missing(step, &needs))
            .chain(preconditions::not_as_seen(&case, step))
            .chain(breaches);
        violations.extend(breaches.map(|breach| violation(step, breach)));
    }
    violations
}

/// Judge what a person asked for, whose name is in the journal: when it is done, and that the policy would have it otherwise, is
/// for that person to say. Empty: it may be done.
pub fn check_asked(policy: &Policy, seen: &Facts, plan: &Plan) -> Vec<Violation> {
    let mut violations = check(policy, seen, plan);
    violations.retain(|violation| violation.invariant.binds_people());
    violations
}

/// The one place that knows every kind of step: there is no arm for the rest, so that a new kind is judged before it is done.
fn judge(case: &Case<'_>, step: &Step) -> Judged {
    match &step.action {
        Action::CutBranch(it) => cut::judge(case, step, it),
        Action::OpenPullRequest(it) => pull_request::open(case, step, it),
        Action::RefreshPullRequest(it) => pull_request::refresh(case, step, it),
        Action::Tag(it) => tag::judge(case, step, it),
        Action::Publish(it) => publishing::judge(case, step, it),
        Action::CreateForgeRelease(it) => forge_release::create(case, step, it),
        Action::MakeArchives(it) => archives::judge(case, step, it),
        Action::Attest(it) => attestation::judge(case, step, it),
        Action::ShowForgeRelease(it) => forge_release::show(case, step, it),
        Action::MarkLatest(it) => forge_release::mark_latest(case, step, it),
        Action::Yank(it) => yank::judge(case, step, it),
        Action::Deliver(it) => deliver::judge(case, step, it),
    }
}

/// What was true on one day need not be on another: the day is a precondition of every step.
fn of_another_day(case: &Case<'_>) -> Option<Breach> {
    let (planned, today) = (case.plan.today, case.seen.today);
    (planned != today).then(|| breach(Invariant::AnotherDay, format!("the plan is for {planned}, and it is {today}")))
}

/// The facts that a step is judged by are those of the project's own repository.
fn in_another_repository(step: &Step) -> Option<Breach> {
    let RepositoryId::Other(name) = &step.repository else { return None };
    Some(breach(Invariant::InAnotherRepository, format!("the policy names no repository `{name}`")))
}

fn breach(invariant: Invariant, detail: impl Into<String>) -> Breach {
    Breach { invariant, detail: detail.into() }
}

fn violation(step: &Step, Breach { invariant, detail }: Breach) -> Violation {
    Violation { step: step.id.clone(), invariant, rule: invariant.rule(), detail }
}
