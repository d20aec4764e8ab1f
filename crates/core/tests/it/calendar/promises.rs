//! What holds under any policy.
//!
//! Rules: R2.

use jiff::{ToSpan, civil::Weekday};
use proptest::prelude::*;

use super::*;

fn train_rules() -> impl Strategy<Value = String> {
    let cadence = prop_oneof![
        (1i8..=14).prop_map(|day| format!("cadence = {{ monthly = {day} }}\nfirst = {{ version = \"1.0.0\", cut = 2024-03-{day:02} }}")),
        // 2024-03-07 is a Thursday.
        (1u32..=12).prop_map(|weeks| format!(
            "cadence = {{ every-weeks = {weeks}, weekday = \"thursday\" }}\nfirst = {{ version = \"0.7.0\", cut = 2024-03-07 }}"
        )),
    ];
    let release = prop_oneof![
        Just("\"on-merge\"".to_owned()),
        (1u32..=60).prop_map(|days| format!("{{ after-days = {days} }}")),
    ];
    let weekend = prop_oneof![Just("next"), Just("previous")];
    (cadence, release, weekend).prop_map(|(cadence, release, weekend)| {
        format!(
            "{cadence}\nrelease = {release}\nweekend = \"{weekend}\"\nholidays = [2024-12-24, 2024-12-25, 2024-12-26]"
        )
    })
}

fn support_rules() -> impl Strategy<Value = String> {
    let lts = (1u32..=12, 1u32..=30, proptest::option::of(1u32..=3)).prop_map(|(every, months, most)| {
        let most = most.map_or(String::new(), |most| format!(", at-most = {most}"));
        format!("{{ every = {every}, from = \"1.0.0\", months = {months}{most} }}")
    });
    let lts = prop_oneof![Just("\"never\"".to_owned()), lts];
    (1u32..=4, lts).prop_map(|(latest, lts)| format!("latest = {latest}\nlts = {lts}"))
}

/// A policy whose support changes on a day.
fn policies() -> impl Strategy<Value = Policy> {
    (train_rules(), support_rules(), support_rules()).prop_map(|(train, support, later)| {
        policy(&train, &format!("[support]\n{support}\n[[epoch]]\nfrom = 2025-06-15\n[epoch.support]\n{later}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn trains_rise_in_number_and_day_and_are_released_on_working_days(policy in policies()) {
        let trains = Calendar::new(&policy, date(2024, 1, 1), date(2027, 1, 1)).trains;
        prop_assert!(!trains.is_empty());
        for pair in trains.windows(2) {
            prop_assert!(pair[0].version < pair[1].version);
            prop_assert!(pair[0].cut < pair[1].cut);
            prop_assert!(pair[0].release <= pair[1].release);
        }
        for train in trains.iter().filter(|train| !train.on_merge) {
            prop_assert!(!matches!(train.release.weekday(), Weekday::Saturday | Weekday::Sunday));
            prop_assert!(!(date(2024, 12, 24)..=date(2024, 12, 26)).contains(&train.release));
            prop_assert!(train.cut.is_some_and(|cut| cut < train.release));
        }
    }

    #[test]
    fn a_line_is_supported_only_within_its_window_and_on_its_last_day(policy in policies(), days in prop::collection::vec(0i64..1000, 8)) {
        let trains = Calendar::new(&policy, date(2024, 1, 1), date(2027, 12, 1)).trains;
        for offset in days {
            let day = date(2024, 3, 1).checked_add(offset.days()).expect("a day");
            for line in supported(&policy, day) {
                let train = trains.iter().find(|train| train.line == line).expect("a supported line is in the calendar");
                prop_assert!(train.release <= day && train.end_of_life.is_none_or(|end| day <= end), "{} on {}", line, day);
            }
            let released: Vec<_> = trains.iter().filter(|train| train.release <= day).collect();
            if let Some(newest) = released.last() {
                prop_assert!(supported(&policy, day).contains(&newest.line), "the newest is always supported");
            }
        }
        for train in &trains {
            let Some(end) = train.end_of_life else { continue };
            prop_assert!(supported(&policy, end).contains(&train.line), "{} on its last day, {}", train.line, end);
            prop_assert!(!supported(&policy, end.tomorrow().expect("a day")).contains(&train.line));
        }
    }

    #[test]
    fn the_end_of_life_does_not_depend_on_how_far_one_looks(policy in policies(), months in 1i32..40) {
        let short = date(2025, 1, 1);
        let long = short.checked_add(months.months()).expect("a day");
        let near = Calendar::new(&policy, date(2024, 1, 1), short).trains;
        let far = Calendar::new(&policy, date(2024, 1, 1), long).trains;
        prop_assert_eq!(&far[..near.len()], &near[..]);
    }
}

#[test]
fn every_so_many_weeks_is_counted_from_the_first_cut() {
    let policy = policy(
        "cadence = { every-weeks = 6, weekday = \"thursday\" }\nrelease = { after-days = 42 }\nfirst = { version = \"1.0.0\", cut = 2025-08-07 }",
        "",
    );
    let trains = Calendar::new(&policy, date(2025, 1, 1), date(2025, 12, 31)).trains;
    let cuts: Vec<String> = trains.iter().filter_map(|train| train.cut).map(|cut| cut.to_string()).collect();
    assert_eq!(cuts, ["2025-08-07", "2025-09-18", "2025-10-30", "2025-12-11"]);
    assert!(trains.iter().all(|train| train.release.weekday() == Weekday::Thursday));
}

#[test]
fn a_new_cadence_goes_on_with_the_count_and_gives_a_month_no_second_train() {
    let policy = policy(
        "first = { version = \"1.0.0\", cut = 2025-01-05 }",
        "[[epoch]]\nfrom = 2025-03-06\ntrain.cadence = { monthly = 10 }\n\
         [[epoch]]\nfrom = 2025-06-01\ntrain.cadence = { every-weeks = 2, weekday = \"monday\" }",
    );
    let trains = Calendar::new(&policy, date(2025, 1, 1), date(2025, 6, 30)).trains;
    let found: Vec<String> =
        trains.iter().map(|train| format!("{} {}", train.version, train.cut.expect("a cut"))).collect();
    assert_eq!(
        found,
        [
            "1.0.0 2025-01-05",
            "2.0.0 2025-02-05",
            "3.0.0 2025-03-05",
            "4.0.0 2025-04-10",
            "5.0.0 2025-05-10",
            "6.0.0 2025-06-02",
            "7.0.0 2025-06-16",
            "8.0.0 2025-06-30"
        ]
    );
}

#[test]
fn a_listed_train_takes_the_days_of_its_number() {
    let policy = policy(
        "release = { day = 20 }\nfirst = { version = \"1.0.0\", cut = 2025-01-05 }\n\
         [[train.listed]]\nversion = \"2.0.0\"\nrelease = 2025-02-27",
        "",
    );
    let trains = Calendar::new(&policy, date(2025, 1, 1), date(2025, 3, 31)).trains;
    let days: Vec<String> = trains.iter().map(|train| format!("{} {}", train.version, train.release)).collect();
    assert_eq!(days, ["1.0.0 2025-01-20", "2.0.0 2025-02-27", "3.0.0 2025-03-20"]);
    assert_eq!(names(&supported(&policy, date(2025, 2, 26))), "1.0");
}

#[test]
fn a_bump_on_merge_keeps_its_weekend_and_a_release_gives_way_to_it() {
    let first = "first = { version = \"1.0.0\", cut = 2026-07-05 }";
    let one = |rules: &str| {
        let policy = policy(&format!("{first}\n{rules}"), "");
        Calendar::new(&policy, date(2026, 7, 1), date(2026, 7, 31)).trains.remove(0)
    };
    // 2026-07-05 is a Sunday, 2026-07-18 a Saturday.
    assert_eq!(one("release = \"on-merge\"").release, date(2026, 7, 5));
    assert!(one("release = \"on-merge\"").on_merge);
    assert_eq!(one("release = { day = 18 }").release, date(2026, 7, 20));
    assert_eq!(one("release = { day = 18 }").nominal_release, date(2026, 7, 18));
    assert_eq!(one("release = { day = 18 }\nweekend = \"previous\"").release, date(2026, 7, 17));
    assert_eq!(one("release = { day = 18 }\nweekend = \"keep\"").release, date(2026, 7, 18));
    assert_eq!(one("release = { day = 18 }\nholidays = [2026-07-20, 2026-07-21]").release, date(2026, 7, 22));
}

#[test]
fn a_shift_back_never_reaches_the_cut() {
    // The cut is on Thursday; Friday is a holiday, and the weekend follows.
    let policy = policy(
        "cadence = { every-weeks = 4, weekday = \"thursday\" }\nrelease = { after-days = 2 }\nweekend = \"previous\"\n\
         holidays = [2026-07-03]\nfirst = { version = \"1.0.0\", cut = 2026-07-02 }",
        "",
    );
    let trains = Calendar::new(&policy, date(2026, 7, 1), date(2026, 7, 31)).trains;
    assert_eq!(trains[0].release, date(2026, 7, 6));
}
