//! The dashboard.

use std::collections::BTreeMap;

use semver::Version;
use stationmaster_core::{
    model::{TrainReport, TrainState},
    report::status::{LineStatus, Status},
};

use super::{
    plan::{waits, write},
    style::{BAD, CARE, DIM, GOOD, HEAD, painted, width, wrapped},
    words,
};

/// Print it.
pub(crate) fn print(status: &Status) {
    crate::output::print!("{}", text(status, width()));
}

fn text(status: &Status, width: usize) -> String {
    let mut out = String::new();
    write(&mut out, format_args!("{}  {}\n", painted(HEAD, &status.project), status.today));
    let main = &status.main;
    let carries = match &main.commit {
        None => painted(BAD, "no such branch"),
        Some(commit) => format!("{}  {}", commit.short(), groups(&main.groups)),
    };
    write(&mut out, format_args!("  {}  {carries}\n", main.branch));

    write(&mut out, format_args!("\n{}\n", painted(HEAD, "Supported")));
    if status.supported.is_empty() {
        out += "  no line is supported on this day\n";
    }
    for line in &status.supported {
        write(&mut out, format_args!("{}", supported(line)));
    }

    write(&mut out, format_args!("\n{}\n", painted(HEAD, "Trains")));
    if status.trains.is_empty() {
        out += "  none on the way\n";
    }
    for train in &status.trains {
        write(&mut out, format_args!("{}", one_train(train)));
    }

    write(&mut out, format_args!("\n{}\n", painted(HEAD, "Due now")));
    if status.due.is_empty() {
        out += "  nothing\n";
    }
    for due in &status.due {
        let line = format!("{}: {}", due.step, due.reason);
        write(&mut out, format_args!("  {} {}\n", painted(GOOD, ">"), wrapped(&line, width, 4)));
    }
    out += &waits(&status.waits, width);
    if !status.unknown.is_empty() {
        write(&mut out, format_args!("\n{}\n", painted(HEAD, "Unknown")));
    }
    for unknown in &status.unknown {
        let line = wrapped(&format!("{}: {}", unknown.what, unknown.why), width, 4);
        write(&mut out, format_args!("  {} {line}\n", painted(CARE, "?")));
    }
    out
}

fn groups(groups: &BTreeMap<String, Version>) -> String {
    let parts: Vec<String> = groups.iter().map(|(name, version)| format!("{name} {version}")).collect();
    parts.join(", ")
}

fn supported(line: &LineStatus) -> String {
    let newest = match &line.newest {
        Some(version) => painted(GOOD, format_args!("{:<10}", version.to_string())),
        None => painted(BAD, "no release"),
    };
    let until = line.end_of_life.map(|day| format!("until {day}")).unwrap_or_default();
    let lts = if line.lts { "  long-term" } else { "" };
    let rest = format!("{until:<16}{lts:<11}  {}", groups(&line.groups));
    format!("  {:<7} {newest}  {}\n", line.line.to_string(), rest.trim_end()).replace("  \n", "\n")
}

fn one_train(train: &TrainReport) -> String {
    let style = match train.state {
        TrainState::Scheduled => DIM,
        TrainState::Boarding | TrainState::Leaving => CARE,
        TrainState::Released => GOOD,
    };
    let state = painted(style, format_args!("{:<9}", words::state(train.state)));
    format!("  {:<10} {state}  {}\n", train.version.to_string(), words::days(train))
}

#[cfg(test)]
mod tests {
    use super::{super::sample, text};

    #[test]
    fn the_dashboard_shows_lines_trains_what_is_due_and_what_waits() {
        let shown = anstream::adapter::strip_str(&text(&sample::status(), 100)).to_string();
        insta::assert_snapshot!(shown);
    }
}
