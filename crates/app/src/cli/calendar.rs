//! `stationmaster calendar`

mod icalendar;
mod markdown;
mod terminal;

use clap::Args;
use stationmaster_core::report::{calendar::CalendarView, gantt::Gantt};

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

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let policy = policy_file::load(scope, None)?;
    let at = scope.day();
    let shown = CalendarView::new(&policy, at, arguments.months);
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
