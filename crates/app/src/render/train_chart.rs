//! The trains of a rehearsal over its days, as one inline picture. Its colors come from the page's style sheet.

use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};
use stationmaster_core::{
    model::{LineName, TrainReport, TrainState},
    report::rehearsal::RehearsalReport,
};

/// Picture units: the browser scales them to the width it has.
const WIDTH: i32 = 1000;
const LABEL: i32 = 130;
const ROW: i32 = 34;
const TOP: i32 = 34;

/// The chart, or nothing where there is no train.
pub(super) fn chart(report: &RehearsalReport) -> Markup {
    let trains = &report.trains;
    let axis = Axis { from: report.from, until: report.until };
    let height = TOP + ROW * i32::try_from(trains.len()).unwrap_or(i32::MAX / ROW - TOP) + 8;
    html! {
        @if !trains.is_empty() {
            svg.chart viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label="Trains over the rehearsed days" {
                @for month in axis.months() {
                    line.grid x1=(axis.x(month)) x2=(axis.x(month)) y1=(TOP - 8) y2=(height) {}
                    text.month x=(axis.x(month) + 4) y=(TOP - 14) { (month.strftime("%b %Y")) }
                }
                @for (row, train) in (0i32..).zip(trains) {
                    (train_row(report, &axis, train, TOP + row * ROW))
                }
            }
        }
    }
}

fn train_row(report: &RehearsalReport, axis: &Axis, train: &TrainReport, y: i32) -> Markup {
    let line = LineName::of(&train.version);
    let ours: Vec<_> = report.released.iter().filter(|release| release.line == line).collect();
    let before = if train.state == TrainState::Released { train.release } else { None };
    let left = ours.iter().map(|release| release.date).min().or(before);
    let cut = train.cut.filter(|_| train.state != TrainState::Scheduled);
    let boarding = cut.and_then(|cut| axis.bar(cut, left.unwrap_or(report.until)));
    let support = left.and_then(|left| axis.bar(left, train.end_of_life.unwrap_or(report.until)));
    let kind = if train.lts { "support lts" } else { "support" };
    html! {
        text.train x="0" y=(y + 18) { (train.version) @if train.lts { " LTS" } }
        @if let Some((x, width)) = boarding {
            rect.boarding x=(x) y=(y + 4) width=(width) height="20" rx="4" {
                title { (train.version) ": cut to release" }
            }
        }
        @if let Some((x, width)) = support {
            rect class=(kind) x=(x) y=(y + 4) width=(width) height="20" rx="4" {
                title { (train.version) ": supported" @if let Some(end) = train.end_of_life { " until " (end) } }
            }
        }
        @for release in ours {
            circle.released cx=(axis.x(release.date)) cy=(y + 14) r="7" {
                title { (release.version) " released on " (release.date) }
            }
        }
    }
}

/// Days to picture units.
struct Axis {
    from: Date,
    until: Date,
}

impl Axis {
    /// Where a day is; days beyond the ends are at the ends.
    fn x(&self, day: Date) -> i32 {
        let days = |until: Date| (until - self.from).get_days();
        let (at, all) = (days(day.clamp(self.from, self.until)), days(self.until).max(1));
        LABEL + (WIDTH - LABEL - 10) * at / all
    }

    /// Left edge and width of a span; none if it is wholly outside.
    fn bar(&self, start: Date, end: Date) -> Option<(i32, i32)> {
        if start > self.until || end < self.from {
            return None;
        }
        Some((self.x(start), (self.x(end) - self.x(start)).max(3)))
    }

    /// The first days of months within the span, thinned out so that their names have room.
    fn months(&self) -> impl Iterator<Item = Date> + '_ {
        let first = self.from.first_of_month();
        let every = usize::try_from((self.until - self.from).get_days() / 300 + 1).unwrap_or(1);
        let all = std::iter::successors(Some(first), |month| month.checked_add(1.month()).ok());
        let from = self.from;
        // The name of a month that begins at the very end would be cut off.
        all.step_by(every).skip_while(move |month| *month < from).take_while(|month| self.x(*month) < WIDTH - 70)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_span_is_cut_at_the_edges_and_left_out_beyond_them() {
        let axis = Axis { from: date(2026, 1, 1), until: date(2026, 4, 11) };
        let all = WIDTH - LABEL - 10;
        assert_eq!(axis.bar(date(2025, 1, 1), date(2027, 1, 1)), Some((LABEL, all)));
        assert_eq!(axis.bar(date(2026, 2, 20), date(2026, 4, 11)), Some((LABEL + all / 2, all / 2)));
        assert_eq!(axis.bar(date(2026, 5, 1), date(2026, 6, 1)), None);
        assert_eq!(axis.bar(date(2025, 5, 1), date(2025, 6, 1)), None);
    }

    #[test]
    fn months_of_a_long_span_are_thinned_out() {
        let axis = Axis { from: date(2024, 1, 1), until: date(2025, 12, 31) };
        assert_eq!(axis.months().count(), 8, "24 months, every third");
    }
}
