//! Why is nothing happening to a train?

use stationmaster_core::{
    model::TrainState,
    report::{plan::overdue, train::TrainView},
};

use super::{
    plan::write,
    style::{BAD, CARE, DIM, GOOD, HEAD, painted, width, wrapped},
    words,
};

/// Print it.
pub(crate) fn print(view: &TrainView<'_>) {
    crate::output::print!("{}", text(view, width()));
}

fn text(view: &TrainView<'_>, width: usize) -> String {
    let mut out = String::new();
    let state = view.train.map_or("not on the schedule", |train| words::state(train.state));
    write(&mut out, format_args!("{}: {state}\n", painted(HEAD, &view.version)));
    if let Some(train) = view.train {
        write(&mut out, format_args!("  {}\n", painted(DIM, words::days(train))));
    }
    for step in &view.due {
        write(&mut out, format_args!("\n  {} {}\n", painted(GOOD, "due now:"), words::effect(step)));
        write(&mut out, format_args!("    because  {}\n", wrapped(&step.reason, width, 13)));
    }
    if !view.due.is_empty() {
        write(&mut out, format_args!("    next     `stationmaster run` does it\n"));
    }
    for wait in &view.waits {
        let style = match () {
            () if overdue(wait) => BAD,
            () if wait.reason.needs_person() => CARE,
            () => DIM,
        };
        let missing = wrapped(&words::waits(&wait.reason), width, 13);
        let next = wrapped(&words::help(&wait.reason), width, 13);
        write(&mut out, format_args!("\n  {} {}\n", painted(style, "not done:"), wait.step));
        write(&mut out, format_args!("    rule     {}\n    {missing}\n    next     {next}\n", wait.rule.says()));
    }
    let released = view.train.is_some_and(|train| train.state == TrainState::Released);
    if view.due.is_empty() && view.waits.is_empty() {
        let words = if released { "everything that it needs is done" } else { "nothing is to be done for it today" };
        write(&mut out, format_args!("\n  {words}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use semver::Version;
    use stationmaster_core::report::train::{Asked, TrainView};

    use super::{super::sample, text};

    fn explained(asked: Asked) -> String {
        let (seen, plan) = (sample::observation(), sample::plan());
        let view = TrainView::find(&asked, &seen, &plan).expect("the sample has it");
        anstream::adapter::strip_str(&text(&view, 100)).to_string()
    }

    #[test]
    fn a_train_that_waits_says_for_what_and_what_to_do_next() {
        insta::assert_snapshot!(explained(Asked::Line("6.0".parse().expect("line"))));
    }

    #[test]
    fn a_train_that_is_released_says_so() {
        insta::assert_snapshot!(explained(Asked::Version(Version::new(4, 0, 0))));
    }

    #[test]
    fn the_next_train_is_the_oldest_that_has_not_left() {
        let shown = explained(Asked::Next);
        assert!(shown.starts_with("5.0.0: leaving\n"), "{shown}");
    }

    #[test]
    fn a_version_that_nobody_knows_gives_nothing() {
        let (seen, plan) = (sample::observation(), sample::plan());
        assert_eq!(TrainView::find(&Asked::Version(Version::new(99, 0, 0)), &seen, &plan), None);
    }
}
