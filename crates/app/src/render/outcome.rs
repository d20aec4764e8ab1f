//! What came of steps.

use anstyle::{AnsiColor, Style};
use stationmaster_core::{
    check::Violation,
    model::{Outcome, StepResult},
};

use crate::diagnostics::{Ending, Failure};

/// One line per outcome.
pub(crate) fn print(outcomes: &[Outcome]) {
    for outcome in outcomes {
        let (color, word, detail) = match &outcome.result {
            StepResult::Done { evidence } => (AnsiColor::Green, "done", evidence.clone()),
            StepResult::Refused { found, .. } => (AnsiColor::Yellow, "refused", found.clone()),
            StepResult::Failed { error } => (AnsiColor::Red, "failed", error.clone()),
        };
        let style = Style::new().bold().fg_color(Some(color.into()));
        anstream::println!("{style}{word:>8}{style:#}  {}: {detail}", outcome.step);
    }
}

/// The exit code that outcomes ask for.
pub(crate) fn ending(outcomes: &[Outcome]) -> Ending {
    let any = |wanted: fn(&StepResult) -> bool| outcomes.iter().any(|outcome| wanted(&outcome.result));
    if any(|result| matches!(result, StepResult::Failed { .. })) {
        Ending::Outside
    } else if any(|result| matches!(result, StepResult::Refused { .. })) {
        Ending::Refused
    } else {
        Ending::Done
    }
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

/// A plan that breaks an invariant.
pub(crate) fn unsafe_plan(violations: &[Violation]) -> Failure {
    let mut message = String::from("the plan is not safe, and nothing of it was done");
    for violation in violations {
        message +=
            &format!("\n  {} ({}, {}): {}", violation.step, violation.invariant, violation.rule, violation.detail);
    }
    Failure::new(Ending::Refused, message).hint(
        "a saved plan may have been altered or be out of date: make a new one; else please report this as a defect",
    )
}
