//! What came of steps.

use stationmaster_core::{
    check::Violation,
    model::{Outcome, StepId, StepResult},
};
use stationmaster_engine::{
    asked::AskedError,
    ports::PortError,
    reconcile::{ReconcileError, Unended},
    stopped::{Changed, Stopped},
};

use crate::{
    diagnostics::{Cause, Ending, Failure},
    visible::Style,
};

/// One line per outcome.
pub(crate) fn print(outcomes: &[Outcome]) {
    for outcome in outcomes {
        let (style, word, detail) = match &outcome.result {
            StepResult::Done { evidence } => (Style::BOLD_GREEN, "done", evidence.clone()),
            StepResult::Refused { found, .. } => (Style::BOLD_YELLOW, "refused", found.clone()),
            StepResult::Failed { error, .. } => (Style::BOLD_RED, "failed", error.clone()),
        };
        crate::output::println!("{style}{word:>8}{style:#}  {}: {detail}", outcome.step);
        if let StepResult::Failed { help: Some(help), .. } = &outcome.result {
            crate::output::println!("          hint: {help}");
        }
    }
}

/// The exit code that outcomes ask for. A step that was refused and done after another look is done.
pub(crate) fn ending(outcomes: &[Outcome]) -> Ending {
    let is_done = |result: &StepResult| matches!(result, StepResult::Done { .. });
    let done_later = |step: &StepId| outcomes.iter().any(|it| it.step == *step && is_done(&it.result));
    let cause = |outcome: &Outcome| match &outcome.result {
        StepResult::Done { .. } => None,
        StepResult::Refused { .. } => (!done_later(&outcome.step)).then_some(Cause::SaidNo),
        StepResult::Failed { help: Some(_), .. } => Some(Cause::Person),
        StepResult::Failed { help: None, .. } => Some(Cause::Failed),
    };
    let worst = outcomes.iter().filter_map(cause).max();
    worst.map_or(Ending::Done, |cause| Ending::stopped(cause, changed(outcomes)))
}

/// Whether anything was changed by steps that ended so. One that failed may have done a part.
pub(crate) fn changed(outcomes: &[Outcome]) -> Changed {
    Changed::if_so(outcomes.iter().any(|outcome| !matches!(outcome.result, StepResult::Refused { .. })))
}

/// A saved plan does not fit the world any more.
pub(crate) fn moved(refused: &[Outcome]) -> Failure {
    let mut message = String::from("the world has moved since this plan was made, and nothing was changed");
    for outcome in refused {
        if let StepResult::Refused { found, .. } = &outcome.result {
            message += &format!("\n  {}: {found}", outcome.step);
        }
    }
    Failure::new(Ending::Refused, message).hint("make a new plan with `stationmaster plan --json`, and look it over")
}

/// A plan that breaks an invariant, after what was done before it was made.
pub(crate) fn unsafe_plan(violations: &[Violation], changed: Changed) -> Failure {
    let message = format!("the plan is not safe, and nothing of it was done{}", listed(violations));
    Failure::new(Ending::stopped(Cause::Unsafe, changed), message).hint(
        "a saved plan may have been altered or be out of date: make a new one; else please report this as a defect",
    )
}

/// A step that somebody asked for and that breaks an invariant.
pub(crate) fn unsafe_step(violations: &[Violation]) -> Failure {
    let message = format!("this would not be safe, and nothing was changed{}", listed(violations));
    Failure::new(Ending::Refused, message).hint("if it should be safe, please report this as a defect")
}

fn listed(violations: &[Violation]) -> String {
    let line = |it: &Violation| format!("\n  {} ({}): {}", it.step, it.invariant, it.detail);
    violations.iter().map(line).collect()
}

impl From<AskedError> for Failure {
    fn from(error: AskedError) -> Self {
        match error {
            AskedError::Unsafe(violations) => unsafe_step(&violations),
            AskedError::Moved { step, found } => PortError::Moved { what: step.to_string(), found }.into(),
            AskedError::Stopped(stopped) => stopped.into(),
        }
    }
}

impl From<Unended> for Failure {
    fn from(Unended { why, outcomes }: Unended) -> Self {
        unended(why, changed(&outcomes))
    }
}

/// A round that could not be ended, after what was done before.
pub(crate) fn unended(why: ReconcileError, changed: Changed) -> Failure {
    match why {
        ReconcileError::Port(error) => Stopped { error, changed }.into(),
        ReconcileError::Unsafe(violations) => unsafe_plan(&violations, changed),
    }
}

#[cfg(test)]
mod tests {
    use stationmaster_core::{
        model::Condition,
        step::{Publish, Tag},
    };

    use super::*;

    fn failed(help: Option<&str>) -> Outcome {
        let (error, help) = ("upload of a 1.0.0 was refused for this token".to_owned(), help.map(str::to_owned));
        Outcome { step: Publish::named("v1.0.0"), result: StepResult::Failed { error, help, outside: false } }
    }

    #[test]
    fn what_only_a_person_can_fix_has_another_exit_code_than_what_may_help_to_try_again() {
        let (person, world) = (failed(Some("get another token")), failed(None));
        assert_eq!(ending(std::slice::from_ref(&person)), Ending::Waiting);
        assert_eq!(ending(&[person, world]), Ending::Outside);
    }
    fn outcome(step: &str, result: StepResult) -> Outcome {
        Outcome { step: Tag::named(step), result }
    }

    #[test]
    fn a_plan_that_is_not_safe_is_refused_unless_something_was_done_before_it() {
        assert_eq!(unsafe_plan(&[], Changed::Nothing).ending, Ending::Refused);
        assert_eq!(unsafe_plan(&[], Changed::Something).ending, Ending::Findings);
    }

    #[test]
    fn refused_is_said_only_where_nothing_was_changed() {
        let done = || StepResult::Done { evidence: String::new() };
        let refused = || StepResult::Refused {
            precondition: Condition::TagAbsent { tag: "v1.0.0".to_owned() }.into(),
            found: "tag `v1.0.0` exists".to_owned(),
        };
        assert_eq!(ending(&[outcome("tag", refused()), outcome("tag", refused())]), Ending::Refused);
        assert_eq!(ending(&[outcome("tag", refused()), outcome("tag", done())]), Ending::Done);
        assert_eq!(ending(&[outcome("tag", done()), outcome("publish", refused())]), Ending::Outside);
        assert_eq!(ending(&[outcome("tag", refused()), failed(None)]), Ending::Outside);
    }
}
