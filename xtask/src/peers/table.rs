//! What was measured, as a table and as JSON.

use std::{fmt::Write, time::Duration};

use super::{Bench, contenders::Contender};

/// What is raced for, for the heading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Race {
    /// Such as `A major bump`.
    pub(crate) title: &'static str,
    /// What each contender has so many of in the end.
    pub(crate) counted: &'static str,
}

/// The runs of one contender.
pub(crate) struct Measured {
    name: String,
    /// Wall times, sorted.
    times: Vec<Duration>,
    /// What came of the last run, counted: files changed, crates published.
    count: usize,
    /// Why it was not measured, or not in all runs.
    failure: Option<String>,
}

impl Measured {
    /// Nothing yet.
    pub(crate) fn new(contender: &Contender) -> Self {
        let failure = contender.missing().map(|why| format!("cannot be had: {why}"));
        Self { failure, ..Self::named(&contender.name) }
    }

    /// Nothing yet, of one that can be had.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), times: Vec::new(), count: 0, failure: None }
    }

    /// Whether it is of use to run it.
    pub(crate) fn runs(&self) -> bool {
        self.failure.is_none()
    }

    /// One more run.
    pub(crate) fn push(&mut self, run: Result<(Duration, usize), String>, counts: bool) {
        match run {
            Ok((took, count)) => {
                self.count = count;
                if counts {
                    let at = self.times.partition_point(|time| *time <= took);
                    self.times.insert(at, took);
                }
            }
            Err(why) => self.failure = Some(why),
        }
    }

    /// Milliseconds of the quickest, the middle and the slowest run.
    fn spread(&self) -> Option<[f64; 3]> {
        let (first, last) = (self.times.first()?, self.times.last()?);
        let middle = self.times.len() / 2;
        let median = if self.times.len().is_multiple_of(2) {
            (self.times[middle - 1] + self.times[middle]) / 2
        } else {
            self.times[middle]
        };
        Some([*first, median, *last].map(|time| time.as_secs_f64() * 1000.0))
    }
}

/// How many times the first one's median each median is.
fn ratio(measured: &[Measured], one: &Measured) -> Option<f64> {
    Some(one.spread()?[1] / measured.first()?.spread()?[1])
}

/// For people.
pub(crate) fn text(bench: &Bench, race: Race, measured: &[Measured]) -> String {
    let mut out =
        format!("\n{} of {} ({}), whole processes, milliseconds\n\n", race.title, &bench.commit[..10], bench.day);
    let width = measured.iter().map(|one| one.name.len()).max().unwrap_or(0);
    let mut line = |words: std::fmt::Arguments<'_>| writeln!(out, "{words}").expect("a String takes everything");
    line(format_args!("{:width$}  runs {:>6}      min   median      max    ratio", "", race.counted));
    for one in measured {
        match (one.spread(), &one.failure) {
            (Some([min, median, max]), None) => {
                let ratio = ratio(measured, one).map(|ratio| format!("{ratio:.1}x")).unwrap_or_default();
                let (runs, count) = (one.times.len(), one.count);
                line(format_args!(
                    "{:width$}  {runs:>4} {count:>6}  {min:>7.1}  {median:>7.1}  {max:>7.1}  {ratio:>7}",
                    one.name
                ));
            }
            (_, why) => {
                line(format_args!("{:width$}  not measured: {}", one.name, why.as_deref().unwrap_or("no run")));
            }
        }
    }
    let notes = [
        ("Not in the clone, and so not in the checkout", &bench.absent),
        ("Named as readmes and not in the commit, added to the checkout as empty files", &bench.added),
    ];
    for (note, paths) in notes.into_iter().filter(|(_, paths)| !paths.is_empty()) {
        line(format_args!("\n{note}: {}", paths.join(", ")));
    }
    out
}

/// For programs.
pub(crate) fn json(bench: &Bench, measured: &[Measured]) -> String {
    let contenders = measured.iter().map(|one| {
        let [min, median, max] = one.spread().map_or([None; 3], |spread| spread.map(Some));
        serde_json::json!({
            "name": one.name, "runs": one.times.len(), "count": one.count, "failure": one.failure,
            "min_ms": min, "median_ms": median, "max_ms": max, "ratio": ratio(measured, one),
        })
    });
    let value = serde_json::json!({
        "commit": bench.commit, "day": bench.day, "contenders": contenders.collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&value).expect("it is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUMP: Race = Race { title: "A major bump", counted: "files" };

    fn measured(name: &str, times: &[u64]) -> Measured {
        let mut one = Measured::named(name);
        times.iter().for_each(|time| one.push(Ok((Duration::from_millis(*time), 60)), true));
        one
    }

    #[test]
    fn the_median_is_the_middle_run_and_ratios_are_of_medians() {
        let all = [measured("ours", &[20, 10, 40, 30]), measured("theirs", &[300, 100, 250])];
        assert_eq!(all[0].spread(), Some([10.0, 25.0, 40.0]));
        assert_eq!(all[1].spread(), Some([100.0, 250.0, 300.0]));
        assert_eq!(ratio(&all, &all[1]), Some(10.0));
    }

    #[test]
    fn a_contender_that_cannot_be_had_is_said_so_and_the_others_are_shown() {
        let missing = Measured { failure: Some("cannot be had: x".into()), ..Measured::named("gone") };
        let bench = Bench {
            folder: "f".into(),
            commit: "0123456789abcdef".into(),
            day: "2026-08-21".into(),
            absent: Vec::new(),
            added: Vec::new(),
        };
        insta::assert_snapshot!(text(&bench, BUMP, &[measured("ours", &[20]), missing, measured("theirs", &[500])]));
    }
}
