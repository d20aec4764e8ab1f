//! The days of each train, by the rules in force on the day of its cut (R2, X1).
//!
//! Rules: R1.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use semver::Version;

use super::shift::shifted;
use crate::policy::{Policy, ReleaseDay};

/// A train's days.
#[derive(Debug, Clone)]
pub(super) struct Departure {
    pub(super) version: Version,
    pub(super) cut: Option<Date>,
    pub(super) nominal: Date,
    pub(super) release: Date,
    pub(super) on_merge: bool,
}

impl Departure {
    /// As [`super::Train::begins`] says.
    pub(super) fn begins(&self) -> Date {
        self.cut.unwrap_or(self.release)
    }
}

/// How many trains, and days, beyond a day can still matter to the end of life of a train cut by then.
struct Reach {
    latest: u32,
    trains: u32,
    day: Date,
}

impl Reach {
    fn beyond(policy: &Policy, until: Date) -> Self {
        let supports = || policy.epochs().iter().map(|epoch| &epoch.rules.support);
        let latest = supports().map(|support| support.latest).max().unwrap_or(0);
        let lts = || supports().filter_map(|support| support.lts.as_ref());
        let ends_by_count = lts().map(|lts| lts.at_most.map_or(0, |most| most.saturating_mul(lts.every))).max();
        let months = lts().map(|lts| lts.months).max().unwrap_or(0);
        // A release is at most a year and a shift after its cut.
        let day = until.checked_add((i64::from(months) + 14).months()).unwrap_or(Date::MAX);
        Self { latest, trains: latest.max(ends_by_count.unwrap_or(0)), day }
    }

    fn is_passed(&self, beyond: u32, cut: Date) -> bool {
        beyond > self.trains || (beyond > self.latest && cut > self.day)
    }
}

/// All trains cut by a day, and as many after it as their ends of life depend on; by version, rising.
pub(super) fn departures(policy: &Policy, until: Date) -> Vec<Departure> {
    let reach = Reach::beyond(policy, until);
    let mut trains = BTreeMap::new();
    let mut beyond = 0;
    for (version, cut) in policy.counted() {
        beyond += u32::from(cut > until);
        if reach.is_passed(beyond, cut) {
            break;
        }
        trains.insert(version.clone(), departure(policy, version, cut));
    }
    for listed in &policy.listed {
        let counted_cut = trains.get(&listed.version).and_then(|train| train.cut);
        trains.insert(
            listed.version.clone(),
            Departure {
                version: listed.version.clone(),
                cut: listed.cut.or(counted_cut.filter(|cut| *cut <= listed.release)),
                nominal: listed.release,
                release: listed.release,
                on_merge: false,
            },
        );
    }
    trains.into_values().collect()
}

fn departure(policy: &Policy, version: Version, cut: Date) -> Departure {
    let train = &policy.on(cut).train;
    let (nominal, on_merge) = match train.release {
        ReleaseDay::OnMerge => (cut, true),
        ReleaseDay::DayOfMonth(day) => (day_after(cut, day), false),
        ReleaseDay::AfterDays(days) => (cut.checked_add(i64::from(days).days()).unwrap_or(Date::MAX), false),
    };
    // A bump is opened and merged by choice, not on a working day by rule.
    let release = if on_merge { nominal } else { shifted(nominal, cut, train) };
    Departure { version, cut: Some(cut), nominal, release, on_merge }
}

/// This day of the cut's month; of the next one where it is not after the cut, as a train that was cut by an older cadence.
fn day_after(cut: Date, day: i8) -> Date {
    let in_month = cut.with().day(day).build().unwrap_or(cut);
    if in_month > cut { in_month } else { in_month.checked_add(1.month()).unwrap_or(Date::MAX) }
}
