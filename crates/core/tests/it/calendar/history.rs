//! Every row of the real schedule and of the real patch days.
//!
//! Rules: R7, X1, X4.

use std::{fs, path::PathBuf};

use semver::Version;

use super::*;

/// Rows of a table of facts as columns by name; none, said plainly, where the tables are not at hand.
fn table(name: &str) -> Vec<Vec<(String, String)>> {
    let folder = std::env::var("STATIONMASTER_FACTS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/history"));
    let path = folder.join(name);
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: no {}; set STATIONMASTER_FACTS to the folder that holds it", path.display());
        return Vec::new();
    };
    let mut lines = text.lines().map(fields);
    let heads = lines.next().expect("a heading");
    let rows: Vec<Vec<_>> = lines.map(|row| heads.iter().cloned().zip(row).collect()).collect();
    assert!(!rows.is_empty(), "{name} holds no rows");
    rows
}

/// One line of comma-separated values; quoted ones may hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().expect("never empty").push(c),
        }
    }
    fields
}

fn column<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    &row.iter().find(|(head, _)| head == name).unwrap_or_else(|| panic!("no column {name}")).1
}

#[test]
fn every_scheduled_major_has_its_nominal_and_its_shifted_day() {
    let policy = wasmtime();
    let trains = Calendar::new(&policy, date(2019, 1, 1), date(2030, 1, 1)).trains;
    for row in table("schedule.csv") {
        let version: Version = column(&row, "version").parse().expect("a version");
        let train = trains.iter().find(|train| train.version == version).unwrap_or_else(|| panic!("no {version}"));
        let day = |name| column(&row, name).parse::<Date>().expect("a date");
        assert_eq!(train.nominal_release, day("nominal_release"), "{version}");
        assert_eq!(train.release, day("expected_release_day"), "{version}");
        assert_eq!(train.cut, Some(train.nominal_release.with().day(5).build().expect("a 5th")), "{version}");
        assert!(!train.on_merge, "{version}");
    }
}

#[test]
fn every_patch_day_has_its_supported_lines() {
    let policy = wasmtime();
    for row in table("patch_days.csv") {
        let day: Date = column(&row, "date").parse().expect("a date");
        let lines = |name| -> Vec<String> {
            let lines = column(&row, name).split(' ').filter(|line| !line.is_empty());
            lines.map(|line| if line.contains('.') { line.to_owned() } else { format!("{line}.0") }).collect()
        };
        // Whose last day it is, is still supported on it.
        let trains = Calendar::new(&policy, day, day).trains.into_iter();
        let go_on = trains.filter(|train| train.is_supported_on(day) && train.end_of_life != Some(day));
        let found: Vec<String> = go_on.map(|train| train.line.to_string()).collect();
        assert_eq!(found, lines("supported_after_day"), "{day}");
        if column(&row, "major_same_day").is_empty() {
            continue;
        }
        let before: Vec<String> =
            supported(&policy, day.yesterday().expect("a day")).iter().map(ToString::to_string).collect();
        assert_eq!(before, lines("supported_before_day"), "the day before {day}");
    }
}

#[test]
fn every_major_of_the_past_is_in_the_calendar_with_its_number() {
    let trains = Calendar::new(&wasmtime(), date(2019, 1, 1), date(2025, 1, 31)).trains;
    let versions: Vec<String> = trains.iter().map(|train| train.version.to_string()).collect();
    let rows = table("releases.csv");
    let majors: Vec<&str> =
        rows.iter().filter(|row| column(row, "is_patch") == "no").map(|row| column(row, "version")).collect();
    if !majors.is_empty() {
        assert_eq!(versions, majors);
    }
}

#[test]
fn long_term_lines_end_with_their_months_whatever_came_since() {
    let policy = wasmtime();
    assert_eq!(names(&supported(&policy, date(2026, 8, 19))), "24.0 36.0 46.0 47.0");
    assert_eq!(names(&supported(&policy, date(2026, 8, 20))), "24.0 36.0 46.0 47.0 48.0", "24.0.13 left on this day");
    assert_eq!(names(&supported(&policy, date(2026, 8, 21))), "36.0 47.0 48.0");
    let trains = Calendar::new(&policy, date(2026, 8, 1), date(2026, 8, 31)).trains;
    let line = |name: &str| trains.iter().find(|train| train.line.to_string() == name).expect("a line");
    assert_eq!(line("24.0").end_of_life, Some(date(2026, 8, 20)));
    assert_eq!(line("36.0").end_of_life, Some(date(2027, 8, 20)));
    assert!(line("24.0").lts && line("36.0").lts && line("48.0").lts && !line("47.0").lts);
}
