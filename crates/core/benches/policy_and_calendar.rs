//! How long a policy takes to read, and a calendar of twenty years to make: medians, and for the reading a ratio to the TOML
//! reader alone on the same text in the same run.

#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a benchmark looks at the clock and prints")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use jiff::civil::date;
use stationmaster_core::{
    calendar::{Calendar, supported},
    policy::Policy,
};

const POLICY: &str = include_str!("../policies/wasmtime.toml");

fn main() {
    let alone = median(|| toml_edit::Document::parse(POLICY).expect("TOML").iter().count());
    let parse = median(|| Policy::parse(POLICY).expect("a policy"));
    println!(
        "policy parse, wasmtime.toml     {parse:>10.1?}   {:.1} x toml_edit alone ({alone:.1?})",
        ratio(parse, alone)
    );

    let policy = Policy::parse(POLICY).expect("a policy");
    let years = median(|| Calendar::new(&policy, date(2021, 12, 5), date(2041, 12, 5)));
    println!("calendar of 20 years            {years:>10.1?}   {} trains", trains(&policy));
    let day = median(|| supported(&policy, date(2026, 8, 20)));
    println!("supported on a day              {day:>10.1?}");
}

fn trains(policy: &Policy) -> usize {
    Calendar::new(policy, date(2021, 12, 5), date(2041, 12, 5)).trains.len()
}

/// Of 201 runs, after 20 that warm up.
fn median<T>(mut run: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..221)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .skip(20)
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
