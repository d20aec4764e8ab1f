//! The rate limit as we keep it ourselves, so that the registry need not remind us.

use jiff::{Timestamp, ToSpan};

use crate::model::Rate;

/// Uploads that a rate still allows. It is refilled by one every so often, up to its burst.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    rate: Option<Rate>,
    left: u32,
    /// The moment from which refills are counted; none while it is full.
    since: Option<Timestamp>,
}

impl Bucket {
    /// A full one; one that never empties where there is no rate.
    pub fn full(rate: Option<Rate>) -> Self {
        Self { rate, left: rate.map_or(u32::MAX, |rate| rate.burst), since: None }
    }

    /// Whether it ever empties.
    pub fn is_limited(&self) -> bool {
        self.rate.is_some()
    }

    /// When the next may be taken if so many are to be left then, or as many as there can be: now, or later.
    pub fn ready(&self, now: Timestamp, left: usize) -> Timestamp {
        let filled = self.filled(now);
        let (Some(rate), Some(since)) = (filled.rate, filled.since) else { return now };
        let wanted = u32::try_from(left).unwrap_or(u32::MAX).saturating_add(1).min(rate.burst);
        let missing = wanted.saturating_sub(filled.left);
        if missing == 0 { now } else { later(since, i64::from(missing) * i64::from(rate.every_seconds)).max(now) }
    }

    /// Take one. Only when one is ready.
    pub fn take(&mut self, now: Timestamp) {
        *self = self.filled(now);
        if self.rate.is_some() {
            self.left = self.left.saturating_sub(1);
            self.since.get_or_insert(now);
        }
    }

    /// The registry says that there is none before this moment.
    pub fn empty_until(&mut self, until: Timestamp) {
        let Some(rate) = self.rate else { return };
        self.left = 0;
        self.since = Some(later(until, -i64::from(rate.every_seconds)));
    }

    fn filled(&self, now: Timestamp) -> Self {
        let (Some(rate), Some(since)) = (self.rate, self.since) else { return self.clone() };
        let every = i64::from(rate.every_seconds.max(1));
        let steps = ((now.as_second() - since.as_second()) / every).max(0);
        let left = i64::from(self.left).saturating_add(steps).min(i64::from(rate.burst));
        let left = u32::try_from(left).unwrap_or(rate.burst);
        let since = (left < rate.burst).then(|| later(since, steps * every));
        Self { rate: self.rate, left, since }
    }
}

fn later(from: Timestamp, seconds: i64) -> Timestamp {
    from.checked_add(seconds.seconds()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("timestamp")
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_one_at_a_time() {
        let mut bucket = Bucket::full(Some(Rate { burst: 3, every_seconds: 60 }));
        for _ in 0..3 {
            assert_eq!(bucket.ready(at(0), 0), at(0));
            bucket.take(at(0));
        }
        assert_eq!(bucket.ready(at(5), 0), at(60));
        bucket.take(at(60));
        assert_eq!(bucket.ready(at(61), 0), at(120));
        assert_eq!(bucket.ready(at(1000), 0), at(1000));
        (0..3).for_each(|_| bucket.take(at(1000)));
        assert_eq!(bucket.ready(at(1000), 0), at(1060));
    }

    #[test]
    fn the_registrys_word_is_better_than_our_count() {
        let mut bucket = Bucket::full(Some(Rate { burst: 30, every_seconds: 60 }));
        bucket.take(at(0));
        bucket.empty_until(at(45));
        assert_eq!(bucket.ready(at(1), 0), at(45));
        bucket.take(at(45));
        assert_eq!(bucket.ready(at(45), 0), at(105));
    }

    #[test]
    fn without_a_rate_nothing_is_held_back() {
        let mut bucket = Bucket::full(None);
        (0..100).for_each(|_| bucket.take(at(0)));
        assert_eq!(bucket.ready(at(0), 0), at(0));
    }
}
