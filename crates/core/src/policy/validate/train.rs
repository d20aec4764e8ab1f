//! `[train]`: when trains leave (R1, R2, X1, X11).

use jiff::civil::Weekday;
use semver::Prerelease;

use super::checks::{amount, date, major_start, required, unless_empty};
use crate::policy::{
    Cadence, Day, FirstTrain, ListedTrain, ReleaseDay, Train,
    error::{Fault, Problem},
    raw::{
        Amount, At, RawCadence, RawFirst, RawListed, RawRelease, RawReleaseTable, RawTrain, RawWeekday, ReleaseWord,
        WordOr,
    },
    tree::Span,
};

/// The rules of the trains.
pub(super) fn train(written: &At<RawTrain>) -> Result<Train, Fault> {
    let raw = &written.value;
    let (cadence, release) = (cadence(&raw.cadence)?, release(&raw.release)?);
    release_after_cut(cadence, release, later(raw.cadence.span, raw.release.span))?;
    let mut holidays = raw.holidays.iter().map(date).collect::<Result<Vec<_>, _>>()?;
    holidays.sort_unstable();
    holidays.dedup();
    let (development, candidates) = suffixes(raw, release)?;
    let example = "first = { version = \"1.0.0\", cut = 2026-01-05 }";
    Ok(Train {
        cadence,
        release,
        weekend: raw.weekend.value,
        holidays,
        first: first(required(raw.first.as_ref(), written.span, "train.first", example)?)?,
        development,
        candidates,
        patience_days: amount(&raw.patience_days, "train.patience-days", 0, 366)?,
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
        WordOr::Word(ReleaseWord::OnMerge) => Ok(ReleaseDay::OnMerge),
        WordOr::Table(RawReleaseTable { day: Some(day), after_days: None }) => {
            Ok(ReleaseDay::DayOfMonth(day_of_month(day, "train.release.day", 1)?))
        }
        WordOr::Table(RawReleaseTable { day: None, after_days: Some(days) }) => {
            Ok(ReleaseDay::AfterDays(amount(days, "train.release.after-days", 1, 366)?))
        }
        WordOr::Table(_) => Err(Fault::new(written.span, Problem::UnclearRelease)),
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
fn suffixes(raw: &RawTrain, release: ReleaseDay) -> Result<Suffixes, Fault> {
    let development = suffix("development", &raw.development)?;
    let candidates = suffix("candidates", &raw.candidates)?;
    if candidates.is_some() && release == ReleaseDay::OnMerge {
        return Err(Fault::new(later(raw.release.span, raw.candidates.span), Problem::CandidatesOnMerge));
    }
    match &candidates {
        Some(word) if candidates == development => {
            Err(Fault::new(raw.candidates.span, Problem::SameSuffix { word: word.clone() }))
        }
        _ => Ok((development, candidates)),
    }
}

fn suffix(key: &str, written: &At<String>) -> Result<Option<String>, Fault> {
    let Some(At { value: word, span }) = unless_empty(written) else { return Ok(None) };
    let is_word = Prerelease::new(word).is_ok() && word.starts_with(|c: char| c.is_ascii_alphabetic());
    if !is_word || word.contains('.') {
        return Err(Fault::new(*span, Problem::BadSuffix { key: key.to_owned(), word: word.clone() }));
    }
    Ok(Some(word.clone()))
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
pub(super) fn listed(written: &[At<RawListed>]) -> Result<Vec<ListedTrain>, Fault> {
    let mut trains: Vec<ListedTrain> = Vec::with_capacity(written.len());
    for at in written {
        let train = listed_train(at)?;
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
