//! When trains are cut and released.

use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};
use semver::Version;

use super::Train;
use crate::{
    model::{Bump, LineName, bump_version},
    policy::{Cadence, Epoch, FirstTrain, Policy, ReleaseDay, Shift, Train as Rules},
};

/// Every train that is cut or released up to a day, oldest first, without support windows.
pub(super) fn trains(policy: &Policy, until: Date) -> Vec<Train> {
    let mut trains: Vec<Train> = policy
        .listed
        .iter()
        .map(|listed| Train {
            version: listed.version.clone(),
            line: LineName::of(&listed.version),
            cut: listed.cut,
            nominal_release: listed.release,
            release: listed.release,
            on_merge: false,
            end_of_life: None,
            lts: false,
        })
        .collect();
    let mut last: Option<Version> = None;
    let mut anchor: Option<&FirstTrain> = None;
    for (at, epoch) in policy.epochs().iter().enumerate() {
        let end = policy.epochs().get(at + 1).map(|next| next.from);
        for cut in cuts(epoch, end, until) {
            let rules = &epoch.rules.train;
            let version = match &last {
                Some(last) if cut < rules.first.cut || anchor == Some(&rules.first) => bump_version(last, Bump::Major),
                None if cut < rules.first.cut => continue,
                _ => {
                    anchor = Some(&rules.first);
                    rules.first.version.clone()
                }
            };
            last = Some(version.clone());
            if !trains.iter().any(|listed| listed.version == version) {
                trains.push(train(version, cut, rules));
            }
        }
    }
    trains.sort_by(|a, b| a.version.cmp(&b.version));
    trains
}

/// The cut days of an epoch, up to a day.
fn cuts(epoch: &Epoch, end: Option<Date>, until: Date) -> impl Iterator<Item = Date> {
    let rules = &epoch.rules.train;
    let cadence = rules.cadence;
    let start = rules.first.cut;
    let from = epoch.from;
    (0i64..)
        .map_while(move |step| nth_cut(start, cadence, step))
        .take_while(move |day| *day <= until && end.is_none_or(|end| *day < end))
        .filter(move |day| *day >= from)
}

/// The n-th cut from the first one on. None where time ends.
fn nth_cut(first: Date, cadence: Cadence, step: i64) -> Option<Date> {
    match cadence {
        Cadence::Monthly { day } => {
            let month = first.first_of_month().checked_add(step.months()).ok()?;
            month.with().day(day).build().ok().map(|cut| if step == 0 { first } else { cut })
        }
        Cadence::Weekly { weeks, .. } => first.checked_add((step * i64::from(weeks)).weeks()).ok(),
    }
}

fn train(version: Version, cut: Date, rules: &Rules) -> Train {
    let (nominal, on_merge) = match rules.release {
        ReleaseDay::OnMerge => (cut, true),
        ReleaseDay::DayOfMonth(day) => (cut.with().day(day).build().unwrap_or(cut.last_of_month()), false),
        ReleaseDay::AfterDays(days) => (cut.saturating_add(Span::new().days(i64::from(days))), false),
    };
    Train {
        line: LineName::of(&version),
        version,
        cut: Some(cut),
        nominal_release: nominal,
        // A bump is proposed on its day whatever the weekday: people merge it when they are there (R2).
        release: if on_merge { nominal } else { shifted(nominal, rules) },
        on_merge,
        end_of_life: None,
        lts: false,
    }
}

/// The working day that stands for a day.
fn shifted(day: Date, rules: &Rules) -> Date {
    let free =
        |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || rules.holidays.contains(day);
    let step = match rules.weekend {
        Shift::Keep => return day,
        Shift::Next => 1.days(),
        Shift::Previous => (-1).days(),
    };
    day.series(step).find(|day| !free(day)).unwrap_or(day)
}
