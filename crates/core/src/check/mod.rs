//! The independent checker: judges any plan by what must never happen, and knows nothing of how the plan was made.
//!
//! It fails closed: it knows every kind of step, asks of each the preconditions that make it safe, and takes what was not seen
//! for wrong. One file per kind of step. A violation is a defect of the planner (or of a plan that was saved and altered), so
//! nothing of the plan is done.

mod archives;
mod attestation;
mod case;
mod cut;
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
    model::{Action, Observation, Plan, Precondition, Rule, Step, StepId},
    policy::Policy,
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
    /// Preconditions without which it is not safe.
    needs: Vec<Precondition>,
    breaches: Vec<Breach>,
}

/// Judge a plan. Empty: it may be done.
pub fn check(policy: &Policy, seen: &Observation, plan: &Plan) -> Vec<Violation> {
    if plan.steps.is_empty() {
        return Vec::new();
    }
    let case = Case::new(policy, seen, plan);
    let mut violations = twice::judge(plan);
    for step in &plan.steps {
        let Judged { needs, breaches } = judge(&case, step);
        let breaches = of_another_day(&case)
            .into_iter()
            .chain(preconditions::missing(step, &needs))
            .chain(preconditions::not_as_seen(&case, step))
            .chain(breaches);
        violations.extend(breaches.map(|breach| violation(step, breach)));
    }
    violations
}

/// The one place that knows every kind of step: there is no arm for the rest, so that a new kind is judged before it is done.
fn judge(case: &Case<'_>, step: &Step) -> Judged {
    match &step.action {
        Action::CutBranch { branch, commit } => cut::judge(case, step, branch, commit),
        Action::OpenPullRequest(draft) => pull_request::open(case, step, draft),
        Action::RefreshPullRequest { number, draft } => pull_request::refresh(case, step, *number, draft),
        Action::Tag { tag, commit, message: _, identity, seconds } => {
            tag::judge(case, step, &tag::Made { tag, commit, identity, seconds: *seconds })
        }
        // How long it takes is for people alone.
        Action::Publish { tag, commit, crates, new, pace, expected_seconds: _ } => {
            publishing::judge(case, step, &publishing::Published { tag, commit, crates, new, pace: *pace })
        }
        Action::CreateForgeRelease(draft) => forge_release::create(case, step, draft),
        Action::MakeArchives { tag, commit, folder, jobs } => {
            archives::judge(case, step, &archives::Made { tag, commit, folder, jobs })
        }
        Action::Attest { tag, commit, files, project, jobs, key, identity } => {
            let said = attestation::Said { tag, commit, files, project, jobs, key: *key, identity: identity.as_ref() };
            attestation::judge(case, step, &said)
        }
        Action::ShowForgeRelease { tag, latest, files } => forge_release::show(case, step, tag, *latest, files),
        Action::MarkLatest { tag } => forge_release::mark_latest(case, step, tag),
        Action::Yank { crates, rate } => yank::judge(case, step, crates, *rate),
    }
}

/// What was true on one day need not be on another: the day is a precondition of every step.
fn of_another_day(case: &Case<'_>) -> Option<Breach> {
    let (planned, today) = (case.plan.today, case.seen.today);
    (planned != today).then(|| breach(Invariant::AnotherDay, format!("the plan is for {planned}, and it is {today}")))
}

fn breach(invariant: Invariant, detail: impl Into<String>) -> Breach {
    Breach { invariant, detail: detail.into() }
}

fn violation(step: &Step, Breach { invariant, detail }: Breach) -> Violation {
    Violation { step: step.id.clone(), invariant, rule: invariant.rule(), detail }
}
