//! When trains leave and how long their lines are supported (R1, R2, R7, X1, X4).
//!
//! Pure: a policy and days in, trains out. `departures` gives each train its days by the rules in force on the day of its
//! cut; `windows` gives each line its support by the rules in force on each day since.

mod departures;
mod shift;
mod windows;

use jiff::{civil::Date, tz::TimeZone};
use semver::Version;
use serde::Serialize;

use crate::{
    model::LineName,
    policy::{Policy, Rules},
};
use departures::departures;
use windows::Windows;

/// The trains that concern a span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Calendar {
    /// By version, rising.
    pub trains: Vec<Train>,
}

/// One scheduled major release, from cut to end of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Train {
    /// Its number.
    pub version: Version,
    /// The line it opens.
    pub line: LineName,
    /// Day of the cut (X1) or of the bump (R2). None for a listed train without one.
    pub cut: Option<Date>,
    /// Day of the release before weekends and holidays are looked at.
    pub nominal_release: Date,
    /// Day of the release; with `on_merge` the earliest.
    pub release: Date,
    /// Merging the bump makes the release (R2), so that the real day is a person's to choose.
    pub on_merge: bool,
    /// The last day on which the line is supported. None: not before the calendar's own end.
    pub end_of_life: Option<Date>,
    /// Long-term support (X4) at some time.
    pub lts: bool,
}

impl Train {
    /// The day on which it begins: that of its cut or bump; for one that had neither, of its release.
    pub fn begins(&self) -> Date {
        self.cut.unwrap_or(self.release)
    }

    /// The rules that it and its whole line leave by: those of the day on which it began, since its packages and files are as they
    /// were then.
    pub fn rules<'p>(&self, policy: &'p Policy) -> &'p Rules {
        policy.on(self.begins())
    }
}

impl Calendar {
    /// All trains that have been cut, or released, by `until`, and whose line is not over on `from`.
    pub fn new(policy: &Policy, from: Date, until: Date) -> Self {
        let departures = departures(policy, until);
        let windows = Windows::new(policy, &departures);
        let begun = departures.iter().enumerate().filter(|(_, train)| train.begins() <= until);
        let trains = begun.map(|(at, departure)| {
            let window = windows.of(at);
            Train {
                line: LineName::of(&departure.version),
                version: departure.version.clone(),
                cut: departure.cut,
                nominal_release: departure.nominal,
                release: departure.release,
                on_merge: departure.on_merge,
                end_of_life: window.end,
                lts: window.lts,
            }
        });
        Self { trains: trains.filter(|train| !is_over(train.end_of_life, from)).collect() }
    }
}

impl Train {
    /// Whether its line is supported on a day: from its release through its end of life.
    pub fn is_supported_on(&self, day: Date) -> bool {
        self.release <= day && !is_over(self.end_of_life, day)
    }
}

/// Whether an end of life is past on a day. The end of life is the last day of support, so that it is not past on that day.
pub fn is_over(end_of_life: Option<Date>, day: Date) -> bool {
    end_of_life.is_some_and(|last| last < day)
}

/// The lines supported on a day, oldest first (R7, X4).
pub fn supported(policy: &Policy, at: Date) -> Vec<LineName> {
    let trains = Calendar::new(policy, at, at).trains.into_iter();
    trains.filter(|train| train.is_supported_on(at)).map(|train| train.line).collect()
}

/// The rules that a line leaves by, as [`Train::rules`] says. None: no train of the policy opened it by `until`.
pub fn rules_of(policy: &Policy, line: LineName, until: Date) -> Option<&Rules> {
    let train = departures(policy, until).into_iter().find(|train| LineName::of(&train.version) == line)?;
    (train.begins() <= until).then(|| policy.on(train.begins()))
}

/// Seconds since 1970 at the start of a day: the time of our commits, so that the same day always makes the same ones.
pub fn seconds_of(day: Date) -> i64 {
    day.to_zoned(TimeZone::UTC).map_or(0, |start| start.timestamp().as_second())
}
