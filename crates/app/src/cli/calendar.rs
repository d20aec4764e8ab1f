//! `stationmaster calendar`

mod icalendar;
mod markdown;
mod terminal;

use clap::Args;
use jiff::{ToSpan, civil::Date};
use serde::Serialize;
use stationmaster_core::{
    calendar::{Calendar, Train, supported},
    model::LineName,
    policy::Policy,
    report::gantt::Gantt,
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending},
    policy_file,
    render::gantt::gantt_svg,
    visible::in_json,
};

/// Show trains, support windows and end-of-life dates.
///
/// Lists the release lines supported on the day given by `--at`, the current train, and those to come.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many months ahead to show.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(0..=1200))]
    months: u16,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Args)]
#[group(multiple = false)]
struct Format {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print an iCalendar file to subscribe to.
    #[arg(long)]
    ics: bool,
    /// Print an SVG chart.
    #[arg(long)]
    svg: bool,
    /// Print a Markdown table.
    #[arg(long)]
    markdown: bool,
}

/// What is shown, whatever the format.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    at: Date,
    until: Date,
    project: &'a str,
    supported: Vec<LineName>,
    trains: Vec<Train>,
}

impl<'a> Shown<'a> {
    /// The lines supported on a day, and the trains from then on.
    fn on(policy: &'a Policy, at: Date, months: u16) -> Self {
        let until = at.checked_add(i32::from(months).months()).unwrap_or(Date::MAX);
        Self {
            at,
            until,
            project: &policy.project.name,
            supported: supported(policy, at),
            trains: Calendar::new(policy, at, until).trains,
        }
    }
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let policy = policy_file::load(scope, None)?;
    let at = scope.day();
    let shown = Shown::on(&policy, at, arguments.months);
    let format = arguments.format;
    let text = if format.json {
        let json = serde_json::to_string_pretty(&shown).expect("dates, texts and switches are always JSON");
        format!("{}\n", in_json(&json))
    } else if format.ics {
        icalendar::text(&shown)
    } else if format.markdown {
        markdown::text(&shown)
    } else {
        let chart = Gantt::new(&shown.trains, at, shown.until);
        let title = format!("{} release trains on {at}", shown.project);
        if format.svg { gantt_svg(&chart, &title) } else { terminal::text(&chart, &shown, terminal::width()) }
    };
    crate::output::print!("{text}");
    Ok(Ending::Done)
}

#[cfg(test)]
mod tests;
