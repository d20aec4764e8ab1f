//! The matrix of fixes and lines as one page that needs nothing else.

use jiff::civil::Date;
use maud::{Markup, html};
use stationmaster_core::backport::{Cell, LineState, Matrix, Row, Source, Standing};

use super::{
    backport::{detail, short, title},
    page,
    style::counted,
};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#24292f;--dim:#57606a;--grid:#d8dee4;--good:#1a7f37;--bad:#cf222e;--care:#9a6700;--paper:#fff;\
--good-tint:#dafbe1;--care-tint:#fff3c4;--bad-tint:#ffe1de}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#8b949e;--grid:#30363d;--good:#57ab5a;--bad:#ff7b72;--care:#d29922;--paper:#0d1117;\
--good-tint:#12301b;--care-tint:#33270a;--bad-tint:#3d1513}}\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1140px;padding:0 1rem;color:var(--ink);background:var(--paper)}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-top:1px solid var(--grid);vertical-align:top}\
thead th{border-top:0;color:var(--dim);font-weight:500}td.cell{min-width:7rem}td.cell span{display:block;font-size:.85em;overflow-wrap:anywhere}code{font-size:.85em}.dim{color:var(--dim)}\
.good{color:var(--good);background:var(--good-tint)}.care{color:var(--care);background:var(--care-tint)}\
.bad{color:var(--bad);background:var(--bad-tint)}.frame{overflow-x:auto}";

/// The whole page.
pub(crate) fn page(project: &str, today: Date, matrix: &Matrix) -> String {
    let name = format!("{project}: backports");
    let body = html! {
        h1 { (name) }
        p { (today) ": " (counted(matrix.rows.len(), "change")) " on " (counted(matrix.lines.len(), "line")) }
        div.frame { (table(matrix)) }
        p.dim { "A version is the first that has the change. Yellow waits for somebody, red does not merge or is unknown." }
    };
    page::page(&name, STYLE, &body)
}

fn table(matrix: &Matrix) -> Markup {
    html! {
        table {
            thead { tr {
                th { "change" } th { "class" }
                @for (line, state) in &matrix.lines { th { (line) " " (words(state)) } }
            } }
            tbody { @for row in &matrix.rows { (line_of(row)) } }
        }
    }
}

fn words(state: &LineState) -> String {
    match state {
        LineState::Boarding => "(not released yet)".to_owned(),
        LineState::Supported => String::new(),
        LineState::Ended(day) => format!("(ended {day})"),
    }
}

fn line_of(row: &Row) -> Markup {
    html! {
        tr {
            td { (row.fix.subject()) " " code.dim { (row.fix.change.id.short()) } }
            td { (class_of(row)) }
            @for (line, cell) in &row.cells {
                td.cell.(color(cell)) title=(title(row, *line, cell)) {
                    (short(cell).1)
                    @if let Standing::Conflict { .. } | Standing::Waived { .. } = cell.standing {
                        span.dim { (detail(cell).unwrap_or_default()) }
                    }
                }
            }
        }
    }
}

/// The class; nothing where nobody said it.
fn class_of(row: &Row) -> String {
    let off = if row.fix.class.on_by_default { "" } else { ", off by default" };
    match row.fix.class.source {
        Source::Nothing => String::new(),
        _ => format!("{}{off}", row.fix.class.class),
    }
}

fn color(cell: &Cell) -> &'static str {
    match cell.standing {
        Standing::Released { .. } | Standing::Merged { .. } | Standing::Present => "good",
        Standing::Open { .. } | Standing::Needed { .. } => "care",
        Standing::Conflict { .. } | Standing::Closed { .. } | Standing::Unknown { .. } => "bad",
        Standing::Included { .. }
        | Standing::Waived { .. }
        | Standing::Refused { .. }
        | Standing::Namesake { .. }
        | Standing::Optional
        | Standing::Unneeded => "dim",
    }
}
