//! How long publishing will take: the same queue, driven through time that costs nothing.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::Queue;
use crate::model::{CrateRelease, Pace};

/// What the world is taken to need for one crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// From the start of an upload to its answer.
    pub upload: SignedDuration,
    /// From the answer to the index showing it.
    pub index: SignedDuration,
}

impl Conditions {
    /// As crates.io is on most days: an answer within two seconds, the index a few seconds later.
    pub const USUAL: Self = Self { upload: SignedDuration::from_secs(2), index: SignedDuration::from_secs(4) };
}

#[derive(Debug, Clone, Copy)]
enum Happening {
    Answer,
    Shown,
}

/// The time from the first upload until the index shows the last of these crates. `new` are those that the registry has never
/// seen. Zero where there are none; crates in a circle are left out.
pub fn forecast(crates: &[CrateRelease], new: &BTreeSet<String>, pace: Pace, conditions: Conditions) -> SignedDuration {
    let start = Timestamp::UNIX_EPOCH;
    let (mut queue, mut now) = (Queue::new(crates, new, pace), start);
    let mut ahead: Vec<(Timestamp, usize, Happening)> = Vec::new();
    loop {
        while let Some(at) = queue.start(now) {
            ahead.push((now + conditions.upload, at, Happening::Answer));
        }
        let soonest = ahead.iter().map(|(when, ..)| *when).chain(queue.next_start(now)).min();
        let Some(next) = soonest else { return start.duration_until(now) };
        now = next;
        let (due, rest): (Vec<_>, Vec<_>) = ahead.into_iter().partition(|(when, ..)| *when <= now);
        ahead = rest;
        for (_, at, what) in due {
            match what {
                Happening::Answer => {
                    queue.accepted(at, now);
                    ahead.push((now + conditions.index, at, Happening::Shown));
                }
                Happening::Shown => queue.confirmed(at),
            }
        }
    }
}
