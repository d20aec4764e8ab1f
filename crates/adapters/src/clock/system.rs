//! The machine's clock.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use stationmaster_engine::ports::Clock;

/// The longest single sleep. A machine that was suspended, or whose clock was set, notices after this at the latest.
const NAP: Duration = Duration::from_secs(60);

/// The machine's clock, at UTC.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    async fn sleep_until(&self, until: Timestamp) {
        loop {
            let left = until.duration_since(self.now());
            let Ok(left) = Duration::try_from(left) else { return };
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(NAP)).await;
        }
    }
}
