//! A rehearsal as one page that needs nothing else: no script, no other file.

use maud::{Markup, html};
use stationmaster_core::{
    model::{Finding, Severity, Wait},
    report::rehearsal::{RehearsalReport, RehearsedPull, Released},
};

use super::{page, style::counted, train_chart::chart, words};

/// The whole page.
pub(crate) fn page(report: &RehearsalReport) -> String {
    let body = html! {
        (header(report))
        main {
            (findings(&report.findings))
            (trains(report))
            (releases(&report.released))
            (pulls(&report.pull_requests))
            (waits(&report.waits))
            (timings(report))
        }
    };
    page::page(&format!("{}: rehearsal", report.project), include_str!("rehearsal_page.css"), &body)
}

fn header(report: &RehearsalReport) -> Markup {
    let findings = report.findings.iter().filter(|finding| finding.severity == Severity::Finding).count();
    let facts = [
        (report.released.len(), "release"),
        (report.crate_count(), "published crate"),
        (report.pull_requests.len(), "pull request"),
        (findings, "finding"),
    ];
    html! {
        header {
            h1 { (report.project) ": rehearsal" }
            p.dim { (report.from) " to " (report.until) ", of " code { (report.repository) } }
            ul.facts {
                @for (count, word) in facts {
                    @let (_, word) = split(&counted(count, word));
                    li { strong class=[(word.starts_with("finding") && count > 0).then_some("bad")] { (count) } " " (word) }
                }
            }
        }
    }
}

/// `3 crates` is the number and the word.
fn split(counted: &str) -> (String, String) {
    let (count, word) = counted.split_once(' ').unwrap_or(("", counted));
    (count.to_owned(), word.to_owned())
}

fn findings(findings: &[Finding]) -> Markup {
    html! {
        h2 { "Would have failed on the day" }
        @if findings.is_empty() { p.good { "Nothing." } }
        @for finding in findings {
            @let (class, word) = match finding.severity {
                Severity::Finding => ("finding", "bad"),
                Severity::Information => ("information", "care"),
            };
            div.card.(class) {
                p { strong class=(word) { (finding.subject) } " " (finding.detail) }
                @if !finding.help.is_empty() { p { "Help: " (finding.help) } }
                p.dim {
                    (finding.kind)
                    @if let Some(file) = &finding.file {
                        ", in " code { (file) @if let Some(line) = finding.line { ":" (line) } }
                    }
                }
            }
        }
    }
}

fn trains(report: &RehearsalReport) -> Markup {
    html! {
        @if !report.trains.is_empty() {
            h2 { "Trains" }
            div.frame { (chart(report)) }
            p.dim {
                span.key style="background: var(--boarding); margin-left: 0" {} "cut to release"
                span.key style="background: var(--support)" {} "supported"
                span.key style="background: var(--lts)" {} "long-term support"
                span.key.dot {} "released"
            }
        }
    }
}

fn releases(released: &[Released]) -> Markup {
    html! {
        h2 { "Shipped" }
        @if released.is_empty() { p { "Nothing." } }
        @for release in released {
            details.card {
                summary {
                    strong { (release.version) } " on " (release.date) " "
                    span.dim {
                        code { (release.tag) } " at " code { (release.commit.short()) } ", "
                        (counted(release.crates.len(), "crate")) ", " (counted(release.files.len(), "file")) " changed"
                    }
                }
                @if !release.crates.is_empty() {
                    div.frame { table {
                        thead { tr { th { "crate" } th { "version" } th { "SHA-256" } } }
                        tbody {
                            @for it in &release.crates {
                                tr { td { (it.name) } td { (it.version) } td { code.dim { (it.sha256) } } }
                            }
                        }
                    } }
                }
                (files(&release.files))
            }
        }
    }
}

fn files(files: &[String]) -> Markup {
    html! {
        @if !files.is_empty() {
            p.dim { "Files changed" }
            ul { @for file in files { li { code { (file) } } } }
        }
    }
}

fn pulls(pulls: &[RehearsedPull]) -> Markup {
    html! {
        h2 { "Pull requests" }
        @if pulls.is_empty() { p { "None." } }
        @for pull in pulls {
            details.card {
                summary {
                    strong { "#" (pull.number) } " " (pull.title) " "
                    @match pull.merged {
                        Some(day) => span.good { "merged " (day) },
                        None => span.care { "open since " (pull.opened) },
                    }
                }
                p.dim { code { (pull.head) } " to " code { (pull.base) } ", opened " (pull.opened) }
                (files(&pull.files))
            }
        }
    }
}

fn waits(waits: &[Wait]) -> Markup {
    html! {
        @if !waits.is_empty() {
            h2 { "Still waiting on the last day" }
            ul {
                @for wait in waits {
                    li { strong { (wait.step) } " " (words::waits(&wait.reason)) }
                }
            }
        }
    }
}

fn timings(report: &RehearsalReport) -> Markup {
    html! {
        h2 { "Time" }
        p {
            (format!("{:.1} s", report.seconds()))
            @for (phase, seconds) in &report.timings { span.dim { (format!(", {phase} {seconds:.1} s")) } }
        }
        p.dim { "Everything that was made is in " code { (report.sandbox) } }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sample, page};

    #[test]
    fn the_page_holds_every_fact_of_the_report_and_nothing_from_elsewhere() {
        let report = sample::rehearsal();
        let page = page(&report);
        for release in &report.released {
            for wanted in [&release.version.to_string(), &release.tag, &release.crates[0].sha256, &release.files[0]] {
                assert!(page.contains(wanted.as_str()), "{wanted}");
            }
        }
        for finding in &report.findings {
            assert!(page.contains(&finding.subject) && page.contains(&finding.help.replace('&', "&amp;")));
        }
        for pull in &report.pull_requests {
            assert!(page.contains(&pull.title) && page.contains(&pull.head));
        }
        for foreign in ["<script", "http://", "https://", "src=", "@import"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        let place = |words: &str| page.find(words).unwrap_or_else(|| panic!("`{words}` is not there"));
        assert!(place("Would have failed") < place("<svg") && place("<svg") < place(">Shipped<"));
    }

    #[test]
    fn words_of_a_project_cannot_break_the_page() {
        let mut report = sample::rehearsal();
        report.project = "<script>alert(1)</script>".to_owned();
        let page = page(&report);
        assert!(!page.contains("<script>"), "it is escaped");
    }
}
