//! The machine's clock, moved to another day.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use stationmaster_engine::ports::Clock;

use super::SystemClock;

/// Runs as fast as the machine's clock, from another day on: for `--at`.
#[derive(Debug, Clone, Copy)]
pub struct ShiftedClock {
    ahead: SignedDuration,
}

impl ShiftedClock {
    /// A clock on which it is now the same time of that day, at UTC.
    pub fn on(day: Date) -> Self {
        Self { ahead: day.duration_since(SystemClock.today()) }
    }
}

#[async_trait]
impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().saturating_add(self.ahead).unwrap_or(Timestamp::MAX)
    }

    fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    async fn sleep_until(&self, until: Timestamp) {
        SystemClock.sleep_until(until.saturating_sub(self.ahead).unwrap_or(until)).await;
    }
}
