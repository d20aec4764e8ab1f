//! The calendar as people and programs get it.

use jiff::civil::{Date, date};
use stationmaster_core::policy::{Policy, preset};

use super::*;

fn policy(name: &str) -> Policy {
    Policy::parse(preset(name).expect("a preset")).expect("a policy")
}

/// The chart without colors.
fn chart(policy: &Policy, at: Date, months: u16, width: usize) -> String {
    let shown = CalendarView::new(policy, at, months);
    let text = terminal::text(&Gantt::new(&shown.trains, at, shown.until), &shown, width);
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn the_chart_fits_a_narrow_terminal() {
    let text = chart(&policy("2024-lts"), date(2022, 12, 10), 6, 80);
    assert!(text.lines().all(|line| line.chars().count() <= 80));
    insta::assert_snapshot!(text);
}

#[test]
fn the_chart_uses_a_wide_terminal() {
    let text = chart(&policy("2021-merge"), date(2022, 6, 1), 6, 120);
    assert!(text.lines().all(|line| line.chars().count() <= 120));
    insta::assert_snapshot!(text);
}

#[test]
fn before_the_first_train_nothing_is_supported() {
    insta::assert_snapshot!(chart(&policy("2022-cut"), date(2021, 1, 1), 2, 80), @r"
    Example release trains on 2021-01-01
    Supported: none

    No train is supported, and none leaves until 2021-03-01.
    ");
}

#[test]
fn no_width_and_no_span_of_time_breaks_the_chart() {
    for name in ["2021-merge", "2022-cut", "2024-lts", "2026-candidates"] {
        let policy = policy(name);
        for (months, width) in [(0, 1), (0, 60), (1, 80), (60, 80), (240, 200)] {
            for at in [date(2021, 12, 5), date(2022, 1, 5), date(2024, 2, 29), date(2031, 8, 20)] {
                let text = chart(&policy, at, months, width);
                assert!(width < 60 || text.lines().all(|line| line.chars().count() <= width), "{name} {at}\n{text}");
            }
        }
    }
}

#[test]
fn the_table_is_markdown() {
    let policy = policy("2024-lts");
    insta::assert_snapshot!(markdown::text(&CalendarView::new(&policy, date(2023, 1, 10), 2)));
}

#[test]
fn the_json_has_lines_and_days_as_text() {
    let policy = policy("2024-lts");
    let json = serde_json::to_value(CalendarView::new(&policy, date(2023, 1, 10), 1)).expect("JSON");
    assert_eq!(json["supported"], serde_json::json!(["11.0", "12.0"]));
    assert_eq!(
        json["trains"][1],
        serde_json::json!({
            "version": "12.0.0", "line": "12.0", "cut": "2022-12-05", "nominal_release": "2022-12-20",
            "release": "2022-12-20", "on_merge": false, "end_of_life": "2024-12-20", "lts": true
        })
    );
}

#[test]
fn the_ics_file_is_what_rfc_5545_asks_for_and_the_same_each_time() {
    let policy = policy("2024-lts");
    let ics = icalendar::text(&CalendarView::new(&policy, date(2023, 1, 10), 12));
    assert_eq!(ics, icalendar::text(&CalendarView::new(&policy, date(2023, 1, 10), 12)));
    assert!(ics.split_inclusive('\n').all(|line| line.ends_with("\r\n") && line.len() <= 77));
    let count = |what: &str| ics.matches(what).count();
    assert!(count("BEGIN:VEVENT\r\n") > 20);
    for once_each in ["END:VEVENT\r\n", "UID:", "DTSTAMP:", "DTSTART;VALUE=DATE:", "DTEND;VALUE=DATE:", "SUMMARY:"] {
        assert_eq!(count(once_each), count("BEGIN:VEVENT\r\n"), "{once_each}");
    }
    let mut uids: Vec<&str> = ics.lines().filter(|line| line.starts_with("UID:")).collect();
    let all = uids.len();
    uids.sort_unstable();
    uids.dedup();
    assert_eq!(uids.len(), all, "a UID is an event's own");
    assert!(ics.contains("UID:example-12.0.0-release@stationmaster\r\n"));
}

#[test]
fn the_picture_has_a_row_per_train_and_escapes_the_projects_name() {
    let text = preset("2024-lts").expect("a preset").replace("\"Example\"", "\"A<B & C\"");
    let policy = Policy::parse(&text).expect("a policy");
    let shown = CalendarView::new(&policy, date(2023, 1, 10), 3);
    let title = format!("{} release trains", shown.project);
    let svg = gantt_svg(&Gantt::new(&shown.trains, shown.at, shown.until), &title);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("A&lt;B &amp; C") && !svg.contains("A<B"));
    for train in &shown.trains {
        assert!(svg.contains(&format!("<title>{}", train.version)));
    }
    assert_eq!(svg.matches("<g>").count(), svg.matches("</g>").count());
    assert!(
        !svg.contains("http://") || svg.matches("http://").count() == 1,
        "nothing from elsewhere but the namespace"
    );
}
