//! Simulated time.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use stationmaster_engine::ports::Clock;

use crate::{event::Event, process::Process};

#[async_trait]
impl Clock for Process {
    fn now(&self) -> Timestamp {
        self.world().state().now
    }

    fn today(&self) -> Date {
        self.world().today()
    }

    async fn sleep_until(&self, until: Timestamp) {
        self.turn().await;
        if self.is_dead() {
            return;
        }
        let mut state = self.world().state();
        if until > state.now {
            state.advance(until);
            state.happened(&self.actor(), Event::Slept { until });
        }
    }
}
