//! `[train]`: when trains leave (R1, R2, X1, X11).

use jiff::civil::Weekday;
use semver::Prerelease;

use super::checks::{amount, date, major_start, optional, required};
use crate::policy::{
    Cadence, Day, FirstTrain, ListedTrain, ReleaseDay, Shift, Train,
    error::{Fault, Problem},
    raw::{
        Amount, At, RawCadence, RawFirst, RawListed, RawRelease, RawReleaseTable, RawTrain, RawWeekday, ReleaseWord,
        Span,
    },
};

/// How a first train is written.
pub(super) const FIRST_EXAMPLE: &str = "first = { version = \"1.0.0\", cut = 2026-01-05 }";

/// The rules of the trains.
pub(super) fn train(raw: &RawTrain) -> Result<Train, Fault> {
    let cadence_at = required(raw.cadence.as_ref(), None, "train.cadence", "cadence = { monthly = 5 }")?;
    let release_at = required(raw.release.as_ref(), None, "train.release", "release = \"on-merge\"")?;
    let cadence = cadence(cadence_at)?;
    let release = release(release_at)?;
    release_after_cut(cadence, release, later(cadence_at.span, release_at.span))?;
    let mut holidays = raw.holidays.iter().flatten().map(date).collect::<Result<Vec<_>, _>>()?;
    holidays.sort_unstable();
    holidays.dedup();
    let patience = raw.patience_days.as_ref().map(|days| amount(days, "train.patience-days", 0, 366));
    let (development, candidates) = suffixes(raw, release, release_at.span)?;
    Ok(Train {
        cadence,
        release,
        weekend: raw.weekend.as_ref().map_or(Shift::Next, |shift| shift.value),
        holidays,
        first: first(required(raw.first.as_ref(), None, "train.first", FIRST_EXAMPLE)?)?,
        development,
        candidates,
        patience_days: patience.transpose()?.unwrap_or(7),
    })
}

/// Of two places, the one further down: what was said last made them disagree.
fn later(one: Option<Span>, other: Option<Span>) -> Option<Span> {
    one.max(other)
}

fn cadence(written: &At<RawCadence>) -> Result<Cadence, Fault> {
    let raw = &written.value;
    match (&raw.monthly, &raw.every_weeks, &raw.weekday) {
        (Some(day), None, None) => Ok(Cadence::Monthly { day: day_of_month(day, "train.cadence.monthly", 1)? }),
        (Some(_), None, Some(weekday)) => Err(Fault::new(weekday.span, Problem::WeekdayWithMonthly)),
        (None, Some(weeks), Some(weekday)) => Ok(Cadence::Weekly {
            weeks: amount(weeks, "train.cadence.every-weeks", 1, 104)?,
            weekday: day(weekday.value),
        }),
        (None, Some(_), None) => Err(Fault::new(written.span, Problem::WeeksWithoutWeekday)),
        _ => Err(Fault::new(written.span, Problem::UnclearCadence)),
    }
}

fn day(raw: RawWeekday) -> Day {
    Day(match raw {
        RawWeekday::Monday => Weekday::Monday,
        RawWeekday::Tuesday => Weekday::Tuesday,
        RawWeekday::Wednesday => Weekday::Wednesday,
        RawWeekday::Thursday => Weekday::Thursday,
        RawWeekday::Friday => Weekday::Friday,
        RawWeekday::Saturday => Weekday::Saturday,
        RawWeekday::Sunday => Weekday::Sunday,
    })
}

/// A day that every month has.
fn day_of_month(written: &At<Amount>, key: &str, least: i64) -> Result<i8, Fault> {
    let day = amount(written, key, least, 28)?;
    Ok(i8::try_from(day).expect("1 to 28 fits"))
}

fn release(written: &At<RawRelease>) -> Result<ReleaseDay, Fault> {
    match &written.value {
        RawRelease::Word(ReleaseWord::OnMerge) => Ok(ReleaseDay::OnMerge),
        RawRelease::Table(RawReleaseTable { day: Some(day), after_days: None }) => {
            Ok(ReleaseDay::DayOfMonth(day_of_month(day, "train.release.day", 1)?))
        }
        RawRelease::Table(RawReleaseTable { day: None, after_days: Some(days) }) => {
            Ok(ReleaseDay::AfterDays(amount(days, "train.release.after-days", 1, 366)?))
        }
        RawRelease::Table(_) => Err(Fault::new(written.span, Problem::UnclearRelease)),
    }
}

/// X1: first the cut, later the release.
fn release_after_cut(cadence: Cadence, release: ReleaseDay, span: Option<Span>) -> Result<(), Fault> {
    match (cadence, release) {
        (Cadence::Monthly { day: cut }, ReleaseDay::DayOfMonth(release)) if release <= cut => {
            Err(Fault::new(span, Problem::ReleaseNotAfterCut { cut, release }))
        }
        (Cadence::Weekly { .. }, ReleaseDay::DayOfMonth(day)) => {
            Err(Fault::new(span, Problem::DayWithoutMonth { day }))
        }
        _ => Ok(()),
    }
}

type Suffixes = (Option<String>, Option<String>);

/// X11: the words after a version's hyphen.
fn suffixes(raw: &RawTrain, release: ReleaseDay, release_span: Option<Span>) -> Result<Suffixes, Fault> {
    for (key, written) in [("development", &raw.development), ("candidates", &raw.candidates)] {
        let Some(at) = written.as_ref().filter(|at| !at.value.is_empty()) else { continue };
        let is_word = Prerelease::new(&at.value).is_ok() && at.value.starts_with(|c: char| c.is_ascii_alphabetic());
        if !is_word || at.value.contains('.') {
            return Err(Fault::new(at.span, Problem::BadSuffix { key: key.to_owned(), word: at.value.clone() }));
        }
    }
    let (development, candidates) = (optional(raw.development.as_ref()), optional(raw.candidates.as_ref()));
    let candidates_span = raw.candidates.as_ref().and_then(|at| at.span);
    if candidates.is_some() && release == ReleaseDay::OnMerge {
        return Err(Fault::new(later(release_span, candidates_span), Problem::CandidatesOnMerge));
    }
    match &candidates {
        Some(word) if candidates == development => {
            Err(Fault::new(candidates_span, Problem::SameSuffix { word: word.clone() }))
        }
        _ => Ok((development, candidates)),
    }
}

fn first(written: &At<RawFirst>) -> Result<FirstTrain, Fault> {
    let raw = &written.value;
    let version = required(raw.version.as_ref(), written.span, "train.first.version", "version = \"1.0.0\"")?;
    let cut = required(raw.cut.as_ref(), written.span, "train.first.cut", "cut = 2026-01-05")?;
    Ok(FirstTrain { version: major_start(version)?, cut: date(cut)? })
}

/// The first train leaves when a train may leave, or the count would begin with a train beside the cadence.
pub(super) fn first_is_on_cadence(train: &Train, span: Option<Span>) -> Result<(), Fault> {
    let cut = train.first.cut;
    let (on_cadence, words, near) = match train.cadence {
        Cadence::Monthly { day } => {
            (cut.day() == day, format!("monthly on day {day}"), cut.with().day(day).build().ok())
        }
        Cadence::Weekly { weekday: Day(weekday), .. } => {
            let near = if cut.weekday() == weekday { Some(cut) } else { cut.nth_weekday(1, weekday).ok() };
            (cut.weekday() == weekday, format!("on a {weekday:?}"), near)
        }
    };
    if on_cadence {
        return Ok(());
    }
    Err(Fault::new(span, Problem::OffCadence { cut, cadence: words, near: near.unwrap_or(cut) }))
}

/// Trains on days of their own, oldest first.
pub(super) fn listed(written: Vec<At<RawListed>>) -> Result<Vec<ListedTrain>, Fault> {
    let mut trains: Vec<ListedTrain> = Vec::with_capacity(written.len());
    for at in written {
        let train = listed_train(&at)?;
        let disordered = trains.last().filter(|last| last.version >= train.version || last.release > train.release);
        if let Some(last) = disordered {
            let problem = Problem::ListedOutOfOrder { before: last.version.clone(), after: train.version };
            return Err(Fault::new(at.span, problem));
        }
        trains.push(train);
    }
    Ok(trains)
}

fn listed_train(written: &At<RawListed>) -> Result<ListedTrain, Fault> {
    let (raw, span) = (&written.value, written.span);
    let version = required(raw.version.as_ref(), span, "train.listed.version", "version = \"0.1.0\"")?;
    let release_at = required(raw.release.as_ref(), span, "train.listed.release", "release = 2026-01-20")?;
    let (version, release) = (major_start(version)?, date(release_at)?);
    let cut = raw.cut.as_ref().map(date).transpose()?;
    match cut {
        Some(cut) if cut > release => {
            Err(Fault::new(release_at.span, Problem::ListedReleaseBeforeCut { version, cut, release }))
        }
        _ => Ok(ListedTrain { version, cut, release }),
    }
}
