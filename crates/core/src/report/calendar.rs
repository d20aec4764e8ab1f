//! The calendar of a span of time.

use jiff::{ToSpan, civil::Date};
use serde::Serialize;

use crate::{
    calendar::{Calendar, Train, supported},
    model::LineName,
    policy::Policy,
};

/// The lines supported on a day, and the trains from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarView<'p> {
    /// The day.
    pub at: Date,
    /// The last day that is looked at.
    pub until: Date,
    /// The project's name.
    pub project: &'p str,
    /// Lines supported on the day, oldest first.
    pub supported: Vec<LineName>,
    /// Trains whose line is not over on the day, and that leave by the last day.
    pub trains: Vec<Train>,
}

impl<'p> CalendarView<'p> {
    /// Of a day and so many months after it.
    pub fn new(policy: &'p Policy, at: Date, months: u16) -> Self {
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
