//! Who is supported, from when, until when (R7, X4).

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};

use super::{Train, schedule};
use crate::{
    model::{Bump, LineName, bump_version},
    policy::{Lts, Policy},
};

/// Lines supported on a day, oldest first. A train released on a day is supported from that day on.
pub fn supported(policy: &Policy, at: Date) -> Vec<LineName> {
    supported_of(policy, &schedule::trains(policy, at), at)
}

fn supported_of(policy: &Policy, trains: &[Train], at: Date) -> Vec<LineName> {
    let rules = &policy.on(at).support;
    let released: Vec<&Train> = trains.iter().filter(|train| train.release <= at).collect();
    let latest = released.iter().rev().take(rules.latest as usize);
    let mut lines: BTreeSet<LineName> = latest.map(|train| train.line).collect();
    if let Some(lts) = &rules.lts {
        let within =
            |train: &&&Train| is_lts(lts, train) && at < train.release.saturating_add(i64::from(lts.months).months());
        let at_most = lts.at_most.map_or(usize::MAX, |most| most as usize);
        lines.extend(released.iter().rev().filter(within).take(at_most).map(|train| train.line));
    }
    lines.into_iter().collect()
}

/// Whether a train is one of every so many from the first LTS on (X4).
fn is_lts(lts: &Lts, train: &Train) -> bool {
    let mut version = lts.from.clone();
    while version < train.version {
        for _ in 0..lts.every.max(1) {
            version = bump_version(&version, Bump::Major);
        }
    }
    version == train.version
}

/// Every train that is cut or released up to a day, with its support window.
pub(super) fn with_windows(policy: &Policy, until: Date) -> Vec<Train> {
    let longest =
        policy.epochs().iter().filter_map(|epoch| epoch.rules.support.lts.as_ref()).map(|lts| lts.months).max();
    // A window may end after the span: trains that end it must be known.
    let beyond = until.saturating_add(i64::from(longest.unwrap_or(0)).months()).saturating_add(3.years());
    let trains = schedule::trains(policy, beyond);
    let events = support_may_change(policy, &trains);
    let mut open: Vec<Train> = Vec::new();
    for day in events {
        let lines: BTreeSet<LineName> = supported_of(policy, &trains, day).into_iter().collect();
        for train in open.iter_mut().filter(|train| train.end_of_life.is_none() && train.release <= day) {
            if !lines.contains(&train.line) {
                train.end_of_life = Some(day);
            }
        }
        let new = trains.iter().filter(|train| train.release == day);
        open.extend(new.map(|train| Train { lts: lts_at(policy, train, day), ..train.clone() }));
    }
    open.retain(|train| train.cut.unwrap_or(train.release).min(train.release) <= until);
    open.sort_by(|a, b| a.version.cmp(&b.version));
    open
}

fn lts_at(policy: &Policy, train: &Train, day: Date) -> bool {
    policy.on(day).support.lts.as_ref().is_some_and(|lts| is_lts(lts, train))
}

/// Every day on which a line may begin or end: releases, ends of long-term support, new rules.
fn support_may_change(policy: &Policy, trains: &[Train]) -> BTreeSet<Date> {
    let mut days: BTreeSet<Date> = trains.iter().map(|train| train.release).collect();
    days.extend(policy.epochs().iter().map(|epoch| epoch.from).filter(|from| *from > Date::MIN));
    for epoch in policy.epochs() {
        let Some(lts) = &epoch.rules.support.lts else { continue };
        let windows = trains.iter().filter(|train| is_lts(lts, train));
        days.extend(windows.map(|train| train.release.saturating_add(i64::from(lts.months).months())));
    }
    days
}
