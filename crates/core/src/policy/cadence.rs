//! On which days trains are cut or bumped, and the number each gets (R1).

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use semver::Version;

use super::{Cadence, Day, FirstTrain, Policy};
use crate::model::{Bump, bump_version};

impl Policy {
    /// The trains that the cadence gives, oldest first, without end: number and day of the cut or bump.
    pub fn counted(&self) -> Counted<'_> {
        let mut anchors: Vec<&FirstTrain> = Vec::new();
        for epoch in &self.epochs {
            let first = &epoch.rules.train.first;
            if anchors.last() != Some(&first) {
                anchors.push(first);
            }
        }
        let next = anchors.first().map(|first| (first.version.clone(), first.cut));
        Counted { policy: self, anchors, at: 0, next }
    }

    /// The first day after another on which a train is cut. None at the end of the calendar.
    fn next_cut(&self, after: Date) -> Option<Date> {
        let start = self.epochs.partition_point(|epoch| epoch.from <= after).max(1) - 1;
        let held = self.epochs[start].rules.train.cadence;
        let mut unchanged = true;
        for (at, epoch) in self.epochs.iter().enumerate().skip(start) {
            let cadence = epoch.rules.train.cadence;
            unchanged &= cadence == held;
            let cut = if unchanged { following(cadence, after)? } else { earliest(cadence, after, epoch.from)? };
            if self.epochs.get(at + 1).is_none_or(|next| cut < next.from) {
                return Some(cut);
            }
        }
        None
    }
}

/// The next day of a cadence that holds on.
fn following(cadence: Cadence, after: Date) -> Option<Date> {
    match cadence {
        Cadence::Monthly { day } => in_next_month(after, day),
        Cadence::Weekly { weeks, .. } => after.checked_add(i64::from(weeks).weeks()).ok(),
    }
}

/// The first day of a cadence that is new from a day on. A month that has had its train gets no second one.
fn earliest(cadence: Cadence, after: Date, from: Date) -> Option<Date> {
    let from = from.max(after.tomorrow().ok()?);
    match cadence {
        Cadence::Monthly { day } => {
            let had_its_train = (after.year(), after.month()) == (from.year(), from.month());
            if had_its_train || from.day() > day { in_next_month(from, day) } else { from.with().day(day).build().ok() }
        }
        Cadence::Weekly { weekday: Day(weekday), .. } => on_or_after(from, weekday),
    }
}

fn in_next_month(date: Date, day: i8) -> Option<Date> {
    date.first_of_month().checked_add(1.month()).ok()?.with().day(day).build().ok()
}

fn on_or_after(date: Date, weekday: Weekday) -> Option<Date> {
    if date.weekday() == weekday { Some(date) } else { date.nth_weekday(1, weekday).ok() }
}

/// See [`Policy::counted`].
#[derive(Debug, Clone)]
pub struct Counted<'a> {
    policy: &'a Policy,
    anchors: Vec<&'a FirstTrain>,
    /// Index of the anchor the count goes from.
    at: usize,
    next: Option<(Version, Date)>,
}

impl Iterator for Counted<'_> {
    type Item = (Version, Date);

    fn next(&mut self) -> Option<(Version, Date)> {
        let (version, cut) = self.next.take()?;
        let following = self.policy.next_cut(cut);
        self.next = match (self.anchors.get(self.at + 1), following) {
            (Some(anchor), following) if following.is_none_or(|day| anchor.cut <= day) => {
                self.at += 1;
                Some((anchor.version.clone(), anchor.cut))
            }
            // After the last number there is no train.
            (_, Some(day)) => bump_version(&version, Bump::Major).ok().map(|next| (next, day)),
            (_, None) => None,
        };
        Some((version, cut))
    }
}
