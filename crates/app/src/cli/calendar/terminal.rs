//! The calendar as a chart in the terminal.

use stationmaster_core::report::gantt::{Gantt, Row, Stage};

use super::CalendarView;
use crate::render::style::Style;

const HEAD: Style = Style::BOLD;
const DIM: Style = Style::DIM;
const NORMAL: Style = Style::GREEN;
const LTS: Style = Style::BLUE;
const BOARDING: Style = Style::YELLOW;
const TODAY: Style = Style::RED;

/// Columns of the terminal; 100 where there is none, so that what is piped is the same everywhere.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).clamp(60, 200))
}

/// One row per train: its days in words, and its window as a bar. Bars differ by their marks, not by color alone.
pub(super) fn text(chart: &Gantt, shown: &CalendarView<'_>, width: usize) -> String {
    let mut lines = vec![format!("{HEAD}{} release trains on {}{HEAD:#}", shown.project, shown.at)];
    let supported: Vec<String> = shown.supported.iter().map(ToString::to_string).collect();
    let supported = if supported.is_empty() { "none".to_owned() } else { supported.join(", ") };
    lines.push(format!("Supported: {supported}\n"));
    if chart.rows.is_empty() {
        lines.push(format!("No train is supported, and none leaves until {}.\n", shown.until));
        return lines.join("\n");
    }
    let names = chart.rows.iter().map(name).map(|name| name.len()).max().unwrap_or(0).max("train".len());
    let left = names + 2 + DAYS;
    let columns = width.saturating_sub(left + 2).max(12);
    lines.push(format!(
        "{DIM}{:<names$}  {:<10}  {:<12}{}{DIM:#}",
        "train",
        "release",
        "end of life",
        axis(chart, columns)
    ));
    for row in &chart.rows {
        let mark = if row.on_merge { "+" } else { " " };
        let end = row.end_date.map_or_else(|| "-".to_owned(), |end| end.to_string());
        let days = format!("{:<names$}  {}{mark} {end:<12}", name(row), row.release_date);
        let style = if row.stage == Stage::Supported { HEAD } else { Style::PLAIN };
        lines.push(format!("{style}{days}{style:#}{}", bar(chart, row, columns)));
    }
    lines.push(String::new());
    lines.push(legend(chart));
    lines.join("\n") + "\n"
}

/// Width of the two days and what is between and after them.
const DAYS: usize = 10 + 2 + 12;

fn name(row: &Row) -> String {
    format!("{}{}", row.version, if row.lts { " LTS" } else { "" })
}

/// The column of a place.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place is from 0 to 1, a terminal some hundred columns"
)]
fn column(place: f64, columns: usize) -> usize {
    (place * columns as f64).round() as usize
}

/// Months over their columns.
fn axis(chart: &Gantt, columns: usize) -> String {
    let mut axis: Vec<char> = vec![' '; columns];
    let mut free_from = 0;
    for tick in chart.ticks(columns / 9) {
        let label = tick.date.strftime("%b %Y").to_string();
        let at = column(tick.at, columns);
        if at < free_from || at + label.len() > columns {
            continue;
        }
        for (cell, c) in axis[at..].iter_mut().zip(label.chars()) {
            *cell = c;
        }
        free_from = at + label.len() + 1;
    }
    axis.into_iter().collect::<String>().trim_end().to_owned()
}

/// One cell of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    mark: char,
    style: Style,
}

fn bar(chart: &Gantt, row: &Row, columns: usize) -> String {
    let mut cells = vec![Cell { mark: ' ', style: Style::PLAIN }; columns + 1];
    let (cut, release, end) =
        (column(row.cut, columns), column(row.release, columns), column(row.end, columns).min(columns));
    let body = match (row.stage, row.lts) {
        (Stage::Over, _) => Cell { mark: '-', style: DIM },
        (_, true) => Cell { mark: '▓', style: LTS },
        (_, false) => Cell { mark: '█', style: NORMAL },
    };
    cells[cut..release].fill(Cell { mark: '░', style: BOARDING });
    cells[release..end.max(release + 1).min(columns)].fill(body);
    if row.goes_on {
        cells[columns] = Cell { mark: '▶', style: body.style };
    }
    let today = &mut cells[column(chart.today, columns).min(columns - 1)];
    if today.mark == ' ' || row.stage == Stage::Supported {
        *today = Cell { mark: '│', style: TODAY };
    }
    painted(&cells)
}

/// The cells, each stretch of one style painted once; nothing after the last mark.
fn painted(cells: &[Cell]) -> String {
    let used = cells.iter().rposition(|cell| cell.mark != ' ').map_or(0, |at| at + 1);
    cells[..used]
        .chunk_by(|one, next| one.style == next.style)
        .map(|chunk| {
            let style = chunk[0].style;
            let marks: String = chunk.iter().map(|cell| cell.mark).collect();
            format!("{style}{marks}{style:#}")
        })
        .collect()
}

fn legend(chart: &Gantt) -> String {
    let any = |fits: fn(&Row) -> bool| chart.rows.iter().any(fits);
    let mut parts = Vec::new();
    if any(|row| row.cut < row.release) {
        parts.push(format!("{BOARDING}░{BOARDING:#} cut"));
    }
    parts.push(format!("{NORMAL}█{NORMAL:#} supported"));
    if any(|row| row.lts) {
        parts.push(format!("{LTS}▓{LTS:#} long-term"));
    }
    parts.push(format!("{TODAY}│{TODAY:#} {}", chart.today_date));
    if any(|row| row.goes_on) {
        parts.push("▶ goes on".to_owned());
    }
    if any(|row| row.on_merge) {
        parts.push("+ or when merged".to_owned());
    }
    parts.join("   ")
}
