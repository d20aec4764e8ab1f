//! A plan for people: what, why, under which conditions; and what waits.

use std::fmt::Write as _;

use stationmaster_core::{
    model::Wait,
    policy::Policy,
    report::plan::{WaitGroups, overdue},
    step::{Plan, Step},
};

use super::{
    style::{BAD, CARE, DIM, GOOD, HEAD, counted, painted, width, wrapped},
    words,
};

/// Print it.
pub(crate) fn print(policy: &Policy, plan: &Plan) {
    crate::output::print!("{}", text(&policy.project.name, plan, width()));
}

fn text(project: &str, plan: &Plan, width: usize) -> String {
    let mut out = String::new();
    let is_unseen = plan.waits.iter().any(|wait| wait.reason.is_unknown());
    let due = match plan.steps.len() {
        // Nothing is due only for who has seen everything.
        0 if is_unseen => "nothing can be done before everything can be looked at".to_owned(),
        0 => "nothing is due".to_owned(),
        count => format!("{} due", counted(count, "step")),
    };
    write(&mut out, format_args!("{}  {}: {due}\n", painted(HEAD, project), plan.today));
    for (at, step) in plan.steps.iter().enumerate() {
        write(&mut out, format_args!("\n{}", due_step(at + 1, step, width)));
    }
    out + &waits(&WaitGroups::of(plan), width)
}

fn due_step(number: usize, step: &Step, width: usize) -> String {
    let mut out = String::new();
    let effect = wrapped(&words::effect(step), width, 4);
    write(&mut out, format_args!("{} {effect}\n", painted(GOOD, format_args!("{number:>2}."))));
    let why = wrapped(&step.reason, width, 10);
    write(&mut out, format_args!("    why   {why}\n"));
    if !step.preconditions.is_empty() {
        let only = wrapped(&words::conditions(&step.preconditions), width, 10);
        write(&mut out, format_args!("    {}\n", painted(DIM, format_args!("if    {only}"))));
    }
    out
}

/// What waits, by who ends it. Nothing for nothing.
pub(super) fn waits(groups: &WaitGroups, width: usize) -> String {
    let mut out = String::new();
    let sections = [
        ("A person must act", &groups.person),
        ("Could not be looked at", &groups.unknown),
        ("Under way", &groups.machine),
        ("Not before its day", &groups.date),
    ];
    for (title, waits) in sections {
        if !waits.is_empty() {
            write(&mut out, format_args!("\n{}\n", painted(HEAD, title)));
        }
        for wait in waits {
            write(&mut out, format_args!("{}", one_wait(wait, width)));
        }
    }
    out
}

fn one_wait(wait: &Wait, width: usize) -> String {
    let needs_person = wait.reason.needs_person();
    let style = match () {
        () if overdue(wait) => BAD,
        () if needs_person => CARE,
        () => DIM,
    };
    let line = format!("{}: {}", wait.step, words::waits(&wait.reason));
    let mut out = format!("  {} {}\n", painted(style, "-"), wrapped(&line, width, 4));
    if overdue(wait) {
        out = out.replacen("OVERDUE", &painted(BAD, "OVERDUE"), 1);
    }
    if needs_person {
        let next = wrapped(&words::help(&wait.reason), width, 10);
        write(&mut out, format_args!("    {} {next}\n", painted(DIM, "next:")));
    }
    out
}

/// Writing to a string cannot fail.
pub(super) fn write(out: &mut String, words: std::fmt::Arguments<'_>) {
    out.write_fmt(words).expect("a string takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use stationmaster_core::step::Plan;

    use super::{super::sample, text};

    #[test]
    fn a_plan_says_what_why_under_which_conditions_and_what_waits() {
        let shown = anstream::adapter::strip_str(&text("Demo", &sample::plan(), 100)).to_string();
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn a_plan_fits_a_narrow_terminal() {
        let shown = anstream::adapter::strip_str(&text("Demo", &sample::plan(), 60)).to_string();
        let longest = shown.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(60), "{longest:?} columns:\n{shown}");
    }

    #[test]
    fn where_nothing_is_due_the_plan_says_so() {
        let mut plan = Plan { steps: Vec::new(), ..sample::plan() };
        let shown = |plan: &Plan| anstream::adapter::strip_str(&text("Demo", plan, 100)).to_string();
        let unseen = shown(&plan);
        assert!(unseen.starts_with("Demo  2026-02-20: nothing can be done before everything"), "{unseen}");
        plan.waits.retain(|wait| !wait.reason.is_unknown());
        let seen = shown(&plan);
        assert!(seen.starts_with("Demo  2026-02-20: nothing is due\n"), "{seen}");
    }
}
