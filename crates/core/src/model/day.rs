//! Days are days at UTC, wherever a machine stands.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The day of a moment.
pub fn day_of(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}
