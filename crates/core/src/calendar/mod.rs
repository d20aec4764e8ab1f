//! Trains, support windows and ends of life. Pure: a policy and dates in, values out.
//!
//! A train's days follow the rules in force on its cut day; who is supported on a day follows the rules of that day, applied
//! to every train that has left by then (R7, X4).

mod schedule;
mod support;

use jiff::civil::Date;
use semver::Version;
use serde::Serialize;

pub use support::supported;

use crate::{model::LineName, policy::Policy};

/// Trains of a span of time, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Calendar {
    /// Every train whose time, from cut to end of life, touches the span.
    pub trains: Vec<Train>,
}

/// One scheduled major, from cut to end of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Train {
    /// Its version.
    pub version: Version,
    /// Its line.
    pub line: LineName,
    /// The day of the cut (X1) or of the bump (R2). None for a listed train without one.
    pub cut: Option<Date>,
    /// The release day, before weekends and holidays are minded.
    pub nominal_release: Date,
    /// The release day.
    pub release: Date,
    /// Merging the bump makes the release (R2): `release` is the earliest day.
    pub on_merge: bool,
    /// The first day on which the line is no longer supported. None: not within the time that the calendar looks at.
    pub end_of_life: Option<Date>,
    /// Long-term support (X4).
    pub lts: bool,
}

impl Calendar {
    /// The trains of a span, both days included.
    pub fn new(policy: &Policy, from: Date, until: Date) -> Self {
        let mut trains = support::with_windows(policy, until);
        trains.retain(|train| {
            train.cut.unwrap_or(train.release).min(train.release) <= until
                && train.end_of_life.is_none_or(|end| end > from)
        });
        Self { trains }
    }
}
