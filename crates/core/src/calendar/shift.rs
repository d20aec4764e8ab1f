//! What becomes of a release day on a weekend or holiday (X1).

use jiff::civil::{Date, Weekday};

use crate::policy::{Shift, Train};

/// The working day on which a train is released that should be on `nominal`. A shift back does not reach the day of the cut:
/// then it goes forward. The day itself where the policy keeps it, or the calendar ends first.
pub(super) fn shifted(nominal: Date, cut: Date, train: &Train) -> Date {
    let free = |day: &Date| {
        matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || train.holidays.binary_search(day).is_ok()
    };
    let next = || working(nominal, free, Date::tomorrow);
    match train.weekend {
        Shift::Keep => Some(nominal),
        Shift::Next => next(),
        Shift::Previous => working(nominal, free, Date::yesterday).filter(|day| *day > cut).or_else(next),
    }
    .unwrap_or(nominal)
}

fn working(from: Date, free: impl Fn(&Date) -> bool, step: impl Fn(Date) -> Result<Date, jiff::Error>) -> Option<Date> {
    let mut day = from;
    while free(&day) {
        day = step(day).ok()?;
    }
    Some(day)
}
