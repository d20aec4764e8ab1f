//! What happens, as it happens: a moving line on a terminal, plain lines where it is piped, nothing beside JSON.
//! All of it goes to standard error, so that standard output holds the result alone.

use std::{io::IsTerminal as _, sync::Mutex, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use stationmaster_core::{model::StepResult, retry::AskedAgain};
use stationmaster_engine::progress::{Event, Progress, Silent};

use super::{
    style::{BAD, CARE, DIM, GOOD, Style, counted, duration, painted},
    words,
};
use crate::visible::visible;

/// Whoever is to watch: nobody with `--json`.
pub(crate) fn for_terminal(json: bool) -> Box<dyn Progress> {
    if json {
        return Box::new(Silent);
    }
    if std::io::stderr().is_terminal() {
        let bar = spinner();
        watched_by(Watcher::Moving(bar.clone()));
        return Box::new(Moving { bar, day: Mutex::default() });
    }
    watched_by(Watcher::Plain);
    Box::new(Plain { day: Mutex::default() })
}

/// Who watches the terminal, of which there is one for the whole process: whoever asks over the network knows nothing of the
/// command that he asks for.
static WATCHER: Mutex<Option<Watcher>> = Mutex::new(None);

#[derive(Clone)]
enum Watcher {
    Moving(ProgressBar),
    Plain,
}

/// Tell whoever watches that something will be asked again.
pub(crate) fn tell(again: &AskedAgain) {
    let watcher = WATCHER.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let line = format!("{} {}", painted(CARE, "-"), asked_again(again));
    match watcher {
        None => {}
        Some(Watcher::Plain) => crate::output::eprintln!("{line}"),
        Some(Watcher::Moving(bar)) => {
            bar.suspend(|| crate::output::eprintln!("{line}"));
            bar.set_message(asked_again(again));
        }
    }
}

fn asked_again(AskedAgain { whom, why, pause }: &AskedAgain) -> String {
    let seconds = (pause.as_millis() + 999) / 1000;
    format!("{whom} does not answer ({why}); asked again in {seconds} s")
}

fn watched_by(watcher: Watcher) {
    *WATCHER.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(watcher);
}

/// For whoever waits for files to be read: told each name before it is, on a terminal; nobody else.
pub(crate) fn reading(json: bool) -> impl FnMut(&str) {
    let bar = if json || !std::io::stderr().is_terminal() { ProgressBar::hidden() } else { spinner() };
    move |name| bar.set_message(visible(&format!("reading {name}")))
}

fn spinner() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {elapsed:>4} {wide_msg}").expect("the template is right");
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// One line that moves, and above it what has ended.
struct Moving {
    bar: ProgressBar,
    day: Mutex<Option<Date>>,
}

impl Progress for Moving {
    fn event(&self, event: &Event) {
        if let Some(line) = lasting(event, &self.day) {
            self.bar.suspend(|| crate::output::eprintln!("{line}"));
        }
        if let Some(line) = passing(event) {
            self.bar.set_message(visible(&line));
        }
    }
}

impl Drop for Moving {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A line for each thing that has ended.
struct Plain {
    day: Mutex<Option<Date>>,
}

impl Progress for Plain {
    fn event(&self, event: &Event) {
        if let Some(line) = lasting(event, &self.day) {
            crate::output::eprintln!("{line}");
        }
    }
}

/// What stays to be read, with the day before it.
fn lasting(event: &Event, day: &Mutex<Option<Date>>) -> Option<String> {
    // A poisoned day is still a day.
    let mut day = day.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (style, words): (Style, String) = match event {
        Event::Day(today) => {
            *day = Some(*today);
            return None;
        }
        Event::Merged { number, title } => (GOOD, format!("merged #{number} {title}")),
        Event::RateLimited { seconds } => (CARE, format!("the registry takes no more for {}", duration(*seconds))),
        Event::UploadUnclear { name, why } => (CARE, format!("{name}: {why}; asking the index")),
        Event::TokenLeft { why } => (CARE, format!("{why}; it ends by itself, within half an hour")),
        Event::StepEnded(outcome) => match &outcome.result {
            StepResult::Done { evidence } => (GOOD, format!("{}: {evidence}", outcome.step)),
            StepResult::Refused { found, .. } => (CARE, format!("{}: refused, {found}", outcome.step)),
            StepResult::Failed { error, .. } => (BAD, format!("{}: failed, {error}", outcome.step)),
        },
        Event::CrateBuilt { name, version } => (GOOD, format!("{name} {version} builds")),
        Event::ArchiveMade { name } => (GOOD, format!("made {name}")),
        Event::FileDelivered { name } => (GOOD, format!("put {name} beside the release")),
        Event::StepStarted(_)
        | Event::Packaging { .. }
        | Event::AskingOwners { .. }
        | Event::Building { .. }
        | Event::Reading { .. }
        | Event::BuildingCrate { .. }
        | Event::CratePublished { .. } => {
            return None;
        }
    };
    let day = day.map(|day| format!("{day}  ")).unwrap_or_default();
    Some(format!("{}{} {words}", painted(DIM, day), painted(style, "-")))
}

/// What goes on now.
fn passing(event: &Event) -> Option<String> {
    match event {
        Event::Day(day) => Some(format!("{day}")),
        Event::StepStarted(step) => Some(words::effect(step)),
        Event::Packaging { crates } => Some(format!("packaging {}", counted(*crates, "crate"))),
        Event::AskingOwners { asked, of } => Some(format!("asking who owns the crates: {asked} of {of}")),
        Event::Reading { name } => Some(format!("reading {name}")),
        Event::Building { archive } => Some(format!("building {archive}")),
        Event::BuildingCrate { name, version } => Some(format!("building {name} {version}")),
        Event::CratePublished { name, version } => Some(format!("published {name} {version}")),
        Event::RateLimited { seconds } => Some(format!("waiting {} for the registry", duration(*seconds))),
        Event::UploadUnclear { name, .. } => Some(format!("asking the index for {name}")),
        Event::TokenLeft { .. }
        | Event::StepEnded(_)
        | Event::Merged { .. }
        | Event::CrateBuilt { .. }
        | Event::ArchiveMade { .. }
        | Event::FileDelivered { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use stationmaster_core::{model::Outcome, step::Tag};

    use super::*;

    #[test]
    fn what_ends_is_a_line_with_its_day_and_what_begins_is_none() {
        let day = Mutex::default();
        let ended = Event::StepEnded(Outcome {
            step: Tag::named("v5.0.0"),
            result: StepResult::Failed { error: "no answer".to_owned(), help: None, outside: true },
        });
        let events = [
            Event::Merged { number: 1, title: "Release Demo 4.0.0".to_owned() },
            Event::Day(date(2026, 1, 5)),
            Event::Packaging { crates: 2 },
            ended,
        ];
        let lines: Vec<String> = events.iter().filter_map(|event| lasting(event, &day)).collect();
        let plain: Vec<String> = lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect();
        assert_eq!(plain, ["- merged #1 Release Demo 4.0.0", "2026-01-05  - tag v5.0.0: failed, no answer"]);
        assert_eq!(passing(&events[2]).as_deref(), Some("packaging 2 crates"));
    }

    #[test]
    fn who_does_not_answer_is_named_with_why_and_when_it_is_asked_again() {
        let again = AskedAgain {
            whom: "the index".to_owned(),
            why: "503 Service Unavailable".to_owned(),
            pause: jiff::SignedDuration::from_millis(1100),
        };
        let line = "the index does not answer (503 Service Unavailable); asked again in 2 s";
        assert_eq!(asked_again(&again), line);
    }
}
