//! Support windows, by the rules in force on each day (R7, X4).
//!
//! Within one epoch a line's support is one stretch of days: from its release (or the epoch's first day) through the day on
//! which enough newer majors are out, or its long-term months are over. A window is the hull of these stretches. Every last
//! day belongs to the window: a fix that is published beside the release that ends a line still goes to that line.

use jiff::{ToSpan, civil::Date};
use semver::Version;

use super::departures::Departure;
use crate::policy::{Epoch, Lts, Policy};

/// Support of every train.
pub(super) struct Windows<'a> {
    epochs: &'a [Epoch],
    trains: &'a [Departure],
    /// Earliest release of this train and all higher ones.
    earliest_from: Vec<Date>,
}

/// A line's support.
pub(super) struct Window {
    /// The last day with support; the day of release if there is no later one.
    pub(super) end: Option<Date>,
    /// It has, or had, long-term support.
    pub(super) lts: bool,
}

/// The support that ends on a day, that day included; `Date::MAX` is no end.
struct Stretch {
    end: Date,
    lts: bool,
}

impl<'a> Windows<'a> {
    pub(super) fn new(policy: &'a Policy, trains: &'a [Departure]) -> Self {
        let mut earliest_from: Vec<Date> = trains.iter().map(|train| train.release).collect();
        for at in (1..trains.len()).rev() {
            earliest_from[at - 1] = earliest_from[at - 1].min(earliest_from[at]);
        }
        Self { epochs: policy.epochs(), trains, earliest_from }
    }

    /// The whole window of a train.
    pub(super) fn of(&self, at: usize) -> Window {
        let stretches = (0..self.epochs.len()).filter_map(|epoch| self.stretch(at, epoch));
        let release = self.trains[at].release;
        let (end, lts) =
            stretches.fold((release, false), |(end, lts), stretch| (end.max(stretch.end), lts || stretch.lts));
        Window { end: (end != Date::MAX).then_some(end), lts }
    }

    /// A train's support within one epoch.
    fn stretch(&self, at: usize, epoch: usize) -> Option<Stretch> {
        let next = self.epochs.get(epoch + 1).map(|next| next.from);
        let until = next.map_or(Date::MAX, |next| next.yesterday().unwrap_or(next));
        let start = self.trains[at].release.max(self.epochs[epoch].from);
        if start > until {
            return None;
        }
        let support = &self.epochs[epoch].rules.support;
        let among_latest = self.nth_newer(at, support.latest, |_| true);
        let long_term = support.lts.as_ref().and_then(|lts| self.long_term_end(at, lts));
        let end = among_latest.max(long_term.unwrap_or(Date::MIN)).min(until);
        (start <= end).then_some(Stretch { end, lts: long_term.is_some() })
    }

    /// X4: the last day on which a long-term line is one. None for other lines.
    fn long_term_end(&self, at: usize, lts: &Lts) -> Option<Date> {
        let train = &self.trains[at];
        if !is_long_term(lts, &train.version) {
            return None;
        }
        let by_months = train.release.checked_add(i64::from(lts.months).months()).unwrap_or(Date::MAX);
        let by_number =
            lts.at_most.map_or(Date::MAX, |most| self.nth_newer(at, most, |version| is_long_term(lts, version)));
        Some(by_months.min(by_number))
    }

    /// The day on which the n-th of the higher trains of a kind is out.
    fn nth_newer(&self, at: usize, n: u32, kind: impl Fn(&Version) -> bool) -> Date {
        let n = n as usize;
        let mut out: Vec<Date> = Vec::with_capacity(n + 1);
        for next in at + 1..self.trains.len() {
            // Releases nearly always rise with the versions; only then may the walk stop early.
            if out.len() == n && out.last().is_some_and(|last| *last <= self.earliest_from[next]) {
                break;
            }
            if kind(&self.trains[next].version) {
                let day = self.trains[next].release;
                out.insert(out.partition_point(|other| *other <= day), day);
                out.truncate(n);
            }
        }
        if out.len() == n { out.last().copied().unwrap_or(Date::MIN) } else { Date::MAX }
    }
}

/// Every k-th semver-major step from the first one on. A count that starts at 0.x ends there.
fn is_long_term(lts: &Lts, version: &Version) -> bool {
    let step = |version: &Version| if version.major == 0 { version.minor } else { version.major };
    let same_count = (lts.from.major == 0) == (version.major == 0);
    same_count && *version >= lts.from && (step(version) - step(&lts.from)).is_multiple_of(u64::from(lts.every))
}
