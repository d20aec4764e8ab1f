//! What one account may do in a while, as crates.io counts it: so many at once, then one more every so often.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use stationmaster_core::model::Rate;

/// Limits for each account. What is none is without limit. They are counted from the start of the registry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rates {
    /// New versions of crates that it has.
    pub updates: Option<Rate>,
    /// Crates that it has not.
    pub new_crates: Option<Rate>,
    /// Versions withdrawn, or that taken back.
    pub yanks: Option<Rate>,
    /// How it says when to come back.
    pub retry_after: RetryAfter,
}

/// The two forms of the header `Retry-After` (RFC 9110, 10.2.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RetryAfter {
    /// A date, as crates.io has it.
    #[default]
    Date,
    /// Seconds from now.
    Seconds,
}

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Update,
    NewCrate,
    Yank,
}

/// There is nothing left until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted {
    pub(super) kind: Kind,
    pub(super) until: Timestamp,
    form: RetryAfter,
}

/// The limits, and what was used of them.
#[derive(Debug)]
pub(super) struct Allowances {
    rates: Rates,
    used: Mutex<BTreeMap<(String, Kind), Used>>,
}

/// One account's bucket: what is in it, the one that is being taken among it, and since when it fills.
#[derive(Debug, Clone, Copy)]
struct Used {
    left: i64,
    since: Timestamp,
}

impl Rates {
    /// What crates.io allows.
    pub fn crates_io() -> Self {
        let rate = |burst, every_seconds| Some(Rate { burst, every_seconds });
        let (updates, new_crates, yanks) = (rate(30, 60), rate(5, 600), rate(100, 60));
        Self { updates, new_crates, yanks, retry_after: RetryAfter::Date }
    }

    fn of(&self, kind: Kind) -> Option<Rate> {
        match kind {
            Kind::Update => self.updates,
            Kind::NewCrate => self.new_crates,
            Kind::Yank => self.yanks,
        }
    }
}

impl Allowances {
    pub(super) fn new(rates: Rates) -> Self {
        Self { rates, used: Mutex::default() }
    }

    /// Take one, or say when there is one again.
    pub(super) fn take(&self, account: &str, kind: Kind, now: Timestamp) -> Result<(), Exhausted> {
        let Some(rate) = self.rates.of(kind) else { return Ok(()) };
        let every = SignedDuration::from_secs(i64::from(rate.every_seconds.max(1)));
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = used.entry((account.to_owned(), kind));
        // The bucket is full at its first use; after that, the one taken last is gone.
        let bucket = entry.and_modify(|it| it.left = (it.left - 1).max(0));
        let bucket = bucket.or_insert(Used { left: i64::from(rate.burst), since: now });
        let steps = i64::try_from(now.duration_since(bucket.since).as_millis() / every.as_millis()).unwrap_or_default();
        bucket.left = bucket.left.saturating_add(steps).min(i64::from(rate.burst));
        bucket.since = later(bucket.since, every, steps);
        if bucket.left > 0 {
            return Ok(());
        }
        Err(Exhausted { kind, until: later(bucket.since, every, 1), form: self.rates.retry_after })
    }
}

impl Exhausted {
    /// The header's value, never before the moment itself: both forms are whole seconds.
    pub(super) fn header(&self, now: Timestamp) -> String {
        match self.form {
            RetryAfter::Seconds => whole_seconds(self.until.duration_since(now)).to_string(),
            RetryAfter::Date => self.date(),
        }
    }

    /// The moment as a date.
    pub(super) fn date(&self) -> String {
        let second = whole_seconds(self.until.duration_since(Timestamp::UNIX_EPOCH));
        let at = Timestamp::from_second(second).unwrap_or(self.until);
        at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

fn whole_seconds(duration: SignedDuration) -> i64 {
    duration.as_secs() + i64::from(duration.subsec_nanos() > 0)
}

fn later(from: Timestamp, every: SignedDuration, steps: i64) -> Timestamp {
    let by = i32::try_from(steps).ok().and_then(|steps| every.checked_mul(steps));
    by.and_then(|by| from.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).expect("timestamp")
    }

    #[test]
    fn an_account_has_its_burst_and_then_one_at_a_time() {
        let rate = Some(Rate { burst: 3, every_seconds: 60 });
        let allowances = Allowances::new(Rates { updates: rate, ..Rates::default() });
        let take = |account: &str, seconds| {
            allowances.take(account, Kind::Update, at(seconds)).map_err(|it| it.until.duration_since(at(0)).as_secs())
        };
        assert_eq!(
            [take("alice", 0), take("alice", 1), take("alice", 2), take("alice", 3)],
            [Ok(()), Ok(()), Ok(()), Err(60)]
        );
        assert_eq!(take("bob", 3), Ok(()));
        assert_eq!([take("alice", 59), take("alice", 60), take("alice", 61)], [Err(60), Ok(()), Err(120)]);
        // After a long pause the burst is there again, and no more than that.
        assert_eq!([take("alice", 6000), take("alice", 6000), take("alice", 6000)], [Ok(()), Ok(()), Ok(())]);
        assert_eq!(take("alice", 6001), Err(6060));
        assert_eq!(allowances.take("alice", Kind::Yank, at(0)), Ok(()), "without a limit");
    }

    #[test]
    fn the_header_names_no_moment_before_the_allowance_is_there() {
        let until = at(60).checked_add(SignedDuration::from_millis(1)).expect("timestamp");
        let exhausted = |form| Exhausted { kind: Kind::Update, until, form };
        assert_eq!(exhausted(RetryAfter::Seconds).header(at(0)), "61");
        assert_eq!(exhausted(RetryAfter::Date).header(at(0)), "Tue, 14 Nov 2023 22:14:21 GMT");
    }
}
