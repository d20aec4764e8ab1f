//! The chart of support windows as a picture: one SVG document that needs nothing else, also inside a web page.

use std::fmt::Write;

use stationmaster_core::report::gantt::{Gantt, Row, Stage};

/// Width of the whole picture, and of the words on its left, in pixels.
const WIDTH: f64 = 1000.0;
const LABELS: f64 = 130.0;
const RIGHT: f64 = 24.0;
const ROW: f64 = 24.0;
const BAR: f64 = 14.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 44.0;

const STYLE: &str = "\
.gantt{font:12px system-ui,sans-serif;background:#fff}\
.gantt text{fill:#24292f}.gantt .title{font-size:16px;font-weight:600}.gantt .dim{fill:#57606a}\
.gantt .grid{stroke:#d8dee4}\
.gantt .today{stroke:#cf222e;stroke-width:1.5;stroke-dasharray:4 3}.gantt .today-word{fill:#cf222e}\
.gantt .normal{fill:#2da44e}.gantt .lts{fill:#0969da}.gantt .boarding{fill:url(#gantt-hatch);stroke:#9a6700}\
.gantt .over{fill:#afb8c1}.gantt .later{fill-opacity:.55}.gantt .stripe{fill:#fff;fill-opacity:.8}";

/// The chart under a title. Long-term bars carry a white stripe and their rows the word LTS, so that no meaning is in color
/// alone.
pub(crate) fn gantt_svg(chart: &Gantt, title: &str) -> String {
    let height = TOP + ROW * rows_height(chart) + BOTTOM;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gantt\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <defs><pattern id=\"gantt-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#fff8c5\"/>\
         <rect width=\"2\" height=\"6\" fill=\"#d4a72c\"/></pattern></defs>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text class=\"title\" x=\"16\" y=\"25\">{title}</text>\n",
        title = escaped(title),
    );
    axis(&mut svg, chart, height);
    for (at, row) in chart.rows.iter().enumerate() {
        bar(&mut svg, row, at);
    }
    today(&mut svg, chart, height);
    legend(&mut svg, height);
    svg.push_str("</svg>\n");
    svg
}

#[expect(clippy::cast_precision_loss, reason = "a chart has some hundred rows at most")]
fn rows_height(chart: &Gantt) -> f64 {
    chart.rows.len() as f64
}

/// Pixels from the left.
fn x(at: f64) -> f64 {
    let exact = LABELS + at * (WIDTH - LABELS - RIGHT);
    (exact * 10.0).round() / 10.0
}

/// As many months as fit.
fn axis(svg: &mut String, chart: &Gantt, height: f64) {
    let bottom = height - BOTTOM;
    for tick in chart.ticks(12) {
        let at = x(tick.at);
        line(svg, &format!("<line class=\"grid\" x1=\"{at}\" x2=\"{at}\" y1=\"{}\" y2=\"{bottom}\"/>", TOP - 6.0));
        let (name, anchor) = (tick.date.strftime("%b %Y"), if at > WIDTH - 70.0 { "end" } else { "start" });
        line(
            svg,
            &format!("<text class=\"dim\" x=\"{at}\" y=\"{}\" text-anchor=\"{anchor}\">{name}</text>", TOP - 12.0),
        );
    }
}

fn bar(svg: &mut String, row: &Row, at: usize) {
    let top = TOP + ROW * f64::from(u32::try_from(at).unwrap_or(u32::MAX));
    let (middle, bar_top) = (top + ROW / 2.0, top + (ROW - BAR) / 2.0);
    let word = if row.lts { " LTS" } else { "" };
    let end = row.end_date.map_or_else(|| "no end in sight".to_owned(), |end| format!("supported until {end}"));
    let cut = row.cut_date.map_or_else(String::new, |cut| format!("cut {cut}, "));
    line(svg, &format!("<g><title>{}{word}: {cut}released {}, {end}</title>", row.version, row.release_date));
    line(
        svg,
        &format!("<text x=\"16\" y=\"{}\">{}<tspan class=\"dim\">{word}</tspan></text>", middle + 4.0, row.version),
    );
    if row.cut < row.release {
        rect(svg, "boarding", (x(row.cut), bar_top), x(row.release) - x(row.cut));
    }
    let kind = match (row.stage, row.lts) {
        (Stage::Over, _) => "over",
        (_, true) => "lts",
        (_, false) => "normal",
    };
    let later = if matches!(row.stage, Stage::Scheduled | Stage::Boarding) { " later" } else { "" };
    let (left, width) = (x(row.release), x(row.end) - x(row.release));
    rect(svg, &format!("{kind}{later}"), (left, bar_top), width);
    if row.lts {
        let stripe =
            format!("<rect class=\"stripe\" x=\"{left}\" y=\"{}\" width=\"{width:.1}\" height=\"2\"/>", middle - 1.0);
        line(svg, &stripe);
    }
    if row.goes_on {
        let (tip, half) = (x(1.0) + 9.0, BAR / 2.0);
        let points = format!("{},{} {tip},{middle} {},{}", x(1.0), middle - half, x(1.0), middle + half);
        line(svg, &format!("<polygon class=\"{kind}{later}\" points=\"{points}\"/>"));
    }
    line(svg, "</g>");
}

fn rect(svg: &mut String, class: &str, (left, top): (f64, f64), width: f64) {
    line(
        svg,
        &format!("<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\"/>"),
    );
}

fn today(svg: &mut String, chart: &Gantt, height: f64) {
    let (at, bottom) = (x(chart.today), height - BOTTOM);
    line(svg, &format!("<line class=\"today\" x1=\"{at}\" x2=\"{at}\" y1=\"{}\" y2=\"{bottom}\"/>", TOP - 6.0));
    let word = format!(
        "<text class=\"today-word\" x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        bottom + 14.0,
        chart.today_date
    );
    line(svg, &word);
}

fn legend(svg: &mut String, height: f64) {
    let (top, text) = (height - 20.0, height - 9.0);
    for (class, word, left) in [
        ("boarding", "cut, not released yet", 16.0),
        ("normal", "supported", 190.0),
        ("lts", "long-term support", 300.0),
        ("normal later", "to come", 460.0),
    ] {
        line(svg, &format!("<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"26\" height=\"12\" rx=\"2\"/>"));
        if class == "lts" {
            line(svg, &format!("<rect class=\"stripe\" x=\"{left}\" y=\"{}\" width=\"26\" height=\"2\"/>", top + 5.0));
        }
        line(svg, &format!("<text class=\"dim\" x=\"{}\" y=\"{text}\">{word}</text>", left + 32.0));
    }
}

fn line(svg: &mut String, text: &str) {
    writeln!(svg, "{text}").expect("a string takes all");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
