//! An audit as one page that needs nothing else: every release line as a bar, every release a dot, findings marked.

use std::fmt::Write;

use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};
use stationmaster_core::{
    audit::{History, Release},
    calendar::{Calendar, Train},
    model::{Finding, LineName, Severity},
};

use super::{findings::count, page, style::counted};

const WIDTH: f64 = 1100.0;
const LABELS: f64 = 70.0;
const ROW: f64 = 15.0;
const TOP: f64 = 26.0;
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#24292f;--dim:#57606a;--grid:#d8dee4;--bar:#b7dfc3;--lts:#a8c8f0;--dot:#1a7f37;--bad:#cf222e;--care:#9a6700;--paper:#fff}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#8b949e;--grid:#30363d;--bar:#1f4d2e;--lts:#1f3f66;--dot:#57ab5a;--bad:#ff7b72;--care:#d29922;--paper:#0d1117}}\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1140px;padding:0 1rem;color:var(--ink);background:var(--paper)}\
svg{width:100%;height:auto}svg text{font:10px system-ui,sans-serif;fill:var(--ink)}svg .dim{fill:var(--dim)}\
.grid{stroke:var(--grid)}.bar{fill:var(--bar)}.bar.lts{fill:var(--lts)}.dot{fill:var(--dot)}\
.mark{fill:none;stroke-width:1.6}.mark.finding{stroke:var(--bad)}.mark.information{stroke:var(--care)}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem .25rem 0;border-top:1px solid var(--grid);vertical-align:top}\
.finding{color:var(--bad)}.information{color:var(--care)}.dim{color:var(--dim)}.day{white-space:nowrap}code{font-size:.85em}.frame{overflow-x:auto}";

/// The whole page.
pub(crate) fn page(project: &str, history: &History, calendar: &Calendar, findings: &[Finding]) -> String {
    let title = format!("{project}: audit");
    let notes = findings.len() - count(findings);
    let body = html! {
        h1 { (title) }
        p {
            (counted(history.releases.len(), "release")) ", " (counted(history.lines.len(), "release line"))
            " until " (history.until) ": " (counted(count(findings), "finding")) ", " (counted(notes, "note"))
        }
        div.frame { (PreEscaped(chart(history, calendar, findings))) }
        p.dim {
            "A bar is a line, from its release to the end of its support by the policy; blue ones have long-term \
             support. A dot is a release. A red ring is a finding, a yellow one a note; point at it to read it."
        }
        (table(findings))
    };
    page::page(&title, STYLE, &body)
}

fn table(findings: &[Finding]) -> Markup {
    html! {
        h2 { "What was found" }
        @if findings.is_empty() { p { "Nothing." } }
        table {
            @for finding in findings {
                @let class = class_of(finding);
                tr {
                    td.day { @if let Some(day) = finding.date { (day) } }
                    td.(class) { (finding.kind) }
                    td { (finding.subject) }
                    td { (finding.detail) @if let Some(evidence) = &finding.evidence { " " code.dim { (short(evidence)) } } }
                }
            }
        }
    }
}

/// The first ten digits of a commit id; other evidence whole.
fn short(evidence: &str) -> &str {
    let is_id = evidence.len() == 40 && evidence.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { &evidence[..10] } else { evidence }
}

fn class_of(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Finding => "finding",
        Severity::Information => "information",
    }
}

/// Days as pixels.
struct Scale {
    from: Date,
    days: f64,
}

impl Scale {
    fn x(&self, day: Date) -> f64 {
        let at = f64::from((day - self.from).get_days()) / self.days;
        (LABELS + at.clamp(0.0, 1.0) * (WIDTH - LABELS - 10.0)).round()
    }
}

fn chart(history: &History, calendar: &Calendar, findings: &[Finding]) -> String {
    let lines = lines(history);
    let Some(from) = history.releases.iter().map(|release| release.day).min() else { return String::new() };
    let scale = Scale { from, days: f64::from((history.until - from).get_days().max(1)) };
    let height = TOP + ROW * f64::from(u32::try_from(lines.len()).unwrap_or(u32::MAX)) + 10.0;
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\"><title>Releases by line</title>\n");
    for year in from.year()..=history.until.year() {
        let Ok(day) = Date::new(year, 1, 1) else { continue };
        if day >= from {
            let x = scale.x(day);
            line(&mut svg, &format!("<line class=\"grid\" x1=\"{x}\" x2=\"{x}\" y1=\"14\" y2=\"{height}\"/>"));
            line(&mut svg, &format!("<text class=\"dim\" x=\"{x}\" y=\"11\" text-anchor=\"middle\">{year}</text>"));
        }
    }
    for (at, (name, releases)) in lines.iter().enumerate() {
        let middle = TOP + ROW * f64::from(u32::try_from(at).unwrap_or(u32::MAX));
        line(&mut svg, &format!("<text x=\"0\" y=\"{}\">{name}.x</text>", middle + 3.5));
        let train = calendar.trains.iter().find(|train| train.line == *name);
        row(&mut svg, &scale, middle, (releases, train), findings);
    }
    svg + "</svg>"
}

/// Lines with their releases, oldest first.
fn lines(history: &History) -> Vec<(LineName, Vec<&Release>)> {
    let mut lines = std::collections::BTreeMap::<LineName, Vec<&Release>>::new();
    for release in &history.releases {
        lines.entry(LineName::of(&release.version)).or_default().push(release);
    }
    lines.into_iter().collect()
}

fn row(
    svg: &mut String,
    scale: &Scale,
    middle: f64,
    (releases, train): (&[&Release], Option<&Train>),
    findings: &[Finding],
) {
    let first = releases.iter().map(|release| release.day).min();
    if let (Some(first), Some(train)) = (first, train) {
        let (left, right) = (scale.x(first), train.end_of_life.map_or(WIDTH - 10.0, |end| scale.x(end)));
        let lts = if train.lts { " lts" } else { "" };
        let (top, width) = (middle - 4.5, (right - left).max(2.0));
        line(
            svg,
            &format!("<rect class=\"bar{lts}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"9\" rx=\"2\"/>"),
        );
    }
    for release in releases {
        let x = scale.x(release.day);
        let name = escaped(&format!("{} {}", release.version, release.day));
        line(svg, &format!("<circle class=\"dot\" cx=\"{x}\" cy=\"{middle}\" r=\"3\"><title>{name}</title></circle>"));
        let version = release.version.to_string();
        let about: Vec<&Finding> = findings.iter().filter(|finding| finding.subject == version).collect();
        let worst = about.iter().min_by_key(|finding| finding.severity);
        if let Some(worst) = worst {
            let words = about.iter().map(|finding| finding.detail.as_str()).collect::<Vec<_>>().join("\n");
            let (class, words) = (class_of(worst), escaped(&words));
            line(
                svg,
                &format!(
                    "<circle class=\"mark {class}\" cx=\"{x}\" cy=\"{middle}\" r=\"5.5\" pointer-events=\"all\"><title>{words}</title></circle>"
                ),
            );
        }
    }
}

fn line(svg: &mut String, text: &str) {
    writeln!(svg, "{text}").expect("a string takes all");
}

fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}
