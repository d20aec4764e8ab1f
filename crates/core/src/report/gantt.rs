//! Support windows on a time line: what stands where, as fractions of the width. Terminal and web draw the same chart.

use jiff::{ToSpan, civil::Date};
use semver::Version;

use crate::calendar::{Train, is_over};

/// A chart of trains over a span of days.
#[derive(Debug, Clone, PartialEq)]
pub struct Gantt {
    /// First day, at 0.
    pub from: Date,
    /// Last day, at 1.
    pub until: Date,
    /// Where the day of judgment is.
    pub today: f64,
    /// That day.
    pub today_date: Date,
    /// One row per train, by version.
    pub rows: Vec<Row>,
}

/// A train's row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The train.
    pub version: Version,
    /// Long-term support (X4).
    pub lts: bool,
    /// A merge makes the release, so that its day is the earliest (R2).
    pub on_merge: bool,
    /// Whether its line is supported today.
    pub stage: Stage,
    /// Day of the cut.
    pub cut_date: Option<Date>,
    /// Day of the release.
    pub release_date: Date,
    /// The last day of support.
    pub end_date: Option<Date>,
    /// Where the cut is; where the release is if there was none.
    pub cut: f64,
    /// Where support begins.
    pub release: f64,
    /// Where support ends, or the chart does.
    pub end: f64,
    /// Support goes on past the chart.
    pub goes_on: bool,
}

/// Where a train is on the day of judgment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Not cut yet.
    Scheduled,
    /// Cut, not released.
    Boarding,
    /// Supported.
    Supported,
    /// Past its end of life.
    Over,
}

/// A date on the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick {
    /// The first of a month.
    pub date: Date,
    /// Where it is.
    pub at: f64,
}

impl Gantt {
    /// Lays out trains from the first cut (or release, or today) to `until`.
    pub fn new(trains: &[Train], today: Date, until: Date) -> Self {
        let begins = trains.iter().map(|train| train.begins().min(train.release));
        let first = begins.fold(today, Date::min);
        let from = first.first_of_month();
        let until = until.max(from.checked_add(1.month()).unwrap_or(Date::MAX));
        let mut chart = Self { from, until, today: 0.0, today_date: today, rows: Vec::new() };
        chart.today = chart.place(today);
        chart.rows = trains.iter().map(|train| chart.row(train)).collect();
        chart
    }

    /// Where a day is: 0 at the first, 1 at the last, no further.
    pub fn place(&self, day: Date) -> f64 {
        let days = |until: Date| f64::from((until - self.from).get_days());
        (days(day) / days(self.until)).clamp(0.0, 1.0)
    }

    /// Firsts of months, so few that there are no more than `most`; whole quarters, halves or years from there on.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        let steps = [1i32, 2, 3, 6, 12, 24, 60, 120];
        let ticks = |step: i32| -> Vec<Tick> {
            let months = self.from.series(1.month()).take_while(|date| *date <= self.until);
            let at_step = |date: &Date| (i32::from(date.year()) * 12 + i32::from(date.month()) - 1) % step == 0;
            months.filter(at_step).map(|date| Tick { date, at: self.place(date) }).collect()
        };
        let fitting = steps.into_iter().map(ticks).find(|ticks| ticks.len() <= most);
        fitting.unwrap_or_default()
    }

    fn row(&self, train: &Train) -> Row {
        let today = self.today_date;
        let stage = if is_over(train.end_of_life, today) {
            Stage::Over
        } else if train.is_supported_on(today) {
            Stage::Supported
        } else if train.cut.is_some_and(|cut| cut <= today) {
            Stage::Boarding
        } else {
            Stage::Scheduled
        };
        Row {
            version: train.version.clone(),
            lts: train.lts,
            on_merge: train.on_merge,
            stage,
            cut_date: train.cut,
            release_date: train.release,
            end_date: train.end_of_life,
            cut: self.place(train.begins()),
            release: self.place(train.release),
            end: self.place(train.end_of_life.unwrap_or(self.until)),
            goes_on: train.end_of_life.is_none_or(|end| end > self.until),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::LineName;

    fn train(version: &str, cut: Date, release: Date, end: Option<Date>) -> Train {
        let version: Version = version.parse().expect("a version");
        Train {
            line: LineName::of(&version),
            version,
            cut: Some(cut),
            nominal_release: release,
            release,
            on_merge: false,
            end_of_life: end,
            lts: false,
        }
    }

    #[test]
    fn bars_lie_in_order_within_the_chart() {
        let trains = [
            train("1.0.0", date(2025, 1, 5), date(2025, 1, 20), Some(date(2025, 3, 20))),
            train("2.0.0", date(2025, 2, 5), date(2025, 2, 20), Some(date(2025, 4, 20))),
            train("3.0.0", date(2025, 3, 5), date(2025, 3, 20), None),
        ];
        let chart = Gantt::new(&trains, date(2025, 3, 10), date(2025, 4, 10));
        assert_eq!((chart.from, chart.place(chart.from), chart.place(chart.until)), (date(2025, 1, 1), 0.0, 1.0));
        for row in &chart.rows {
            assert!(0.0 <= row.cut && row.cut < row.release && row.release < row.end && row.end <= 1.0, "{row:?}");
        }
        assert_eq!(chart.rows.iter().map(|row| row.goes_on).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(chart.rows[2].stage, Stage::Boarding);
        assert_eq!(chart.rows[0].stage, Stage::Supported);
    }

    #[test]
    fn ticks_are_as_many_as_fit() {
        let chart = Gantt::new(&[], date(2025, 1, 15), date(2027, 1, 15));
        assert_eq!(chart.ticks(30).len(), 25);
        let dates: Vec<Date> = chart.ticks(5).iter().map(|tick| tick.date).collect();
        assert_eq!(dates, [date(2025, 1, 1), date(2025, 7, 1), date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)]);
    }
}
