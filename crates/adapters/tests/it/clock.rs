//! Clocks.

use jiff::Timestamp;
use stationmaster_adapters::clock::{SimulatedClock, SimulatedClockError, SystemClock};
use stationmaster_engine::ports::Clock;

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

#[tokio::test]
async fn a_simulated_clock_stands_where_it_was_put_and_never_goes_back() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("state/clock");
    let (start, later) = (time("2025-01-05T09:00:00Z"), time("2025-01-20T00:00:00Z"));
    let clock = SimulatedClock::open(&file, start).expect("opened");
    assert_eq!(clock.now(), start);
    clock.sleep_until(later).await;
    clock.advance_to(start).expect("nothing to write");
    assert_eq!(clock.now(), later);
    assert_eq!(clock.today().to_string(), "2025-01-20");
    let again = SimulatedClock::open(&file, start).expect("opened");
    assert_eq!(again.now(), later);
}

#[test]
fn a_clock_file_that_holds_no_time_is_an_error() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("clock");
    std::fs::write(&file, "yesterday").expect("write");
    let result = SimulatedClock::open(&file, time("2025-01-05T09:00:00Z"));
    assert!(matches!(result, Err(SimulatedClockError::Content { .. })));
}

#[tokio::test]
async fn the_machines_clock_does_not_wait_for_what_is_past() {
    SystemClock.sleep_until(time("2001-01-01T00:00:00Z")).await;
    assert!(SystemClock.now() > time("2025-01-01T00:00:00Z"));
}
