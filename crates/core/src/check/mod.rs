//! The independent checker: judges any plan by what must never happen, and knows nothing of how the plan was made.
//!
//! One function per invariant. A violation is a defect of the planner (or of a plan that was saved and altered), so nothing
//! of the plan is done.

mod archives;
mod attestation;
mod branches;
mod groups;
mod lines;
mod publishing;
pub mod registry_rules;
pub mod requirements;
mod tags;
pub mod versions;

use serde::{Deserialize, Serialize};

use crate::{
    model::{Observation, Plan, Rule, StepId},
    policy::Policy,
};

/// A step that must not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The step.
    pub step: StepId,
    /// Which invariant, kebab-case.
    pub invariant: String,
    /// The rule behind it.
    pub rule: Rule,
    /// What is wrong, with names and numbers.
    pub detail: String,
}

/// What every invariant looks at.
struct Case<'a> {
    policy: &'a Policy,
    seen: &'a Observation,
    plan: &'a Plan,
}

/// Judge a plan. Empty: it may be done.
pub fn check(policy: &Policy, seen: &Observation, plan: &Plan) -> Vec<Violation> {
    let case = Case { policy, seen, plan };
    let mut violations = tags::one_release_of_a_number(&case);
    violations.extend(tags::versions_rise_on_a_line(&case));
    violations.extend(tags::tag_only_what_is_merged_and_green(&case));
    violations.extend(publishing::publish_only_what_is_tagged(&case));
    violations.extend(publishing::never_twice(&case));
    violations.extend(publishing::dependencies_first(&case));
    violations.extend(publishing::newest_is_latest(&case));
    violations.extend(publishing::files_before_the_release(&case));
    violations.extend(archives::archives_of_a_hidden_release(&case));
    violations.extend(attestation::attested_as_it_lies_there(&case));
    violations.extend(branches::heads_as_expected(&case));
    violations.extend(branches::cut_from_a_known_place(&case));
    violations.extend(groups::coupled_groups_move_together(&case));
    violations.extend(lines::all_lines_or_none(&case));
    violations
}

fn violation(step: &StepId, invariant: &str, rule: Rule, detail: String) -> Violation {
    Violation { step: step.clone(), invariant: invariant.to_owned(), rule, detail }
}
