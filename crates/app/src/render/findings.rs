//! Findings of any check, for people and for programs: by file, each with its line, its rule and its help.

use stationmaster_core::model::{Finding, Severity};

use super::{
    plan::write,
    style::{BAD, CARE, DIM, GOOD, HEAD, counted, painted, width, wrapped},
};
use crate::diagnostics::Ending;

/// By file, then by line; what is of no file comes last.
pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (finding.file.is_none(), finding.file.clone(), finding.line);
        place(a).cmp(&place(b)).then_with(|| a.cmp(b))
    });
}

/// Print findings by file, then one line of summary: what was looked at, such as `58 crates, 3 groups`, and how it went.
/// `sound` are the words for that where there is no finding, such as `all as the policy says`.
pub(crate) fn print(findings: &[Finding], looked_at: &str, sound: &str) {
    crate::output::print!("{}", text(findings, looked_at, sound, width()));
}

/// Exit code 1 where something must be fixed; a note is no failure.
pub(crate) fn ending(findings: &[Finding]) -> Ending {
    if count(findings) > 0 { Ending::Findings } else { Ending::Done }
}

/// Without the notes.
pub(super) fn count(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.severity == Severity::Finding).count()
}

fn text(findings: &[Finding], looked_at: &str, sound: &str, width: usize) -> String {
    let mut out = String::new();
    for of_file in findings.chunk_by(|a, b| a.file == b.file) {
        let file = of_file[0].file.as_deref().unwrap_or("in no single file");
        write(&mut out, format_args!("{}\n", painted(HEAD, file)));
        out.extend(of_file.iter().map(|finding| one(finding, width)));
        out.push('\n');
    }
    let verdict = match count(findings) {
        0 => painted(GOOD, sound),
        several => painted(BAD, counted(several, "finding")),
    };
    write(&mut out, format_args!("{looked_at}: {verdict}\n"));
    out
}

/// One finding: what is wrong, how to fix it, and where it is.
pub(super) fn one(finding: &Finding, width: usize) -> String {
    let (style, word) = match finding.severity {
        Severity::Finding => (BAD, "finding"),
        Severity::Information => (CARE, "note"),
    };
    let line = format!("{}: {} ({})", finding.subject, finding.detail, finding.kind);
    let mut out = format!("  {} {}\n", painted(style, format_args!("{word:<7}")), wrapped(&line, width, 10));
    if !finding.help.is_empty() {
        let help = wrapped(&finding.help, width, 16);
        write(&mut out, format_args!("          help: {help}\n"));
    }
    if let Some(file) = &finding.file {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        let place = match &finding.evidence {
            Some(evidence) => shortened(&format!("in {file}{line}: {evidence}"), width.saturating_sub(10)),
            None => format!("in {file}{line}"),
        };
        write(&mut out, format_args!("          {}\n", painted(DIM, place)));
    }
    out
}

/// One line of at most `width` columns.
fn shortened(words: &str, width: usize) -> String {
    let line = words.lines().next().unwrap_or_default();
    match line.char_indices().nth(width) {
        Some((end, _)) => format!("{}..", &line[..line[..end].rfind(' ').unwrap_or(end)]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use stationmaster_core::{model::Rule, report::findings::Findings};

    use super::*;

    fn finding(file: Option<&str>, line: u32, severity: Severity) -> Finding {
        Finding {
            date: None,
            evidence: None,
            kind: "internal-not-exact".into(),
            severity,
            subject: "tally 4.0.0".into(),
            detail: "requires tally-parts, which is internal, by `4.0.0`".into(),
            help: "write `=4.0.0`".into(),
            rule: Rule::X6,
            file: file.map(str::to_owned),
            line: file.map(|_| line),
        }
    }

    #[test]
    fn findings_are_shown_by_file_and_line_with_a_summary() {
        let mut findings = vec![
            finding(None, 0, Severity::Finding),
            finding(Some("b/Cargo.toml"), 7, Severity::Finding),
            finding(Some("Cargo.toml"), 12, Severity::Information),
            finding(Some("b/Cargo.toml"), 3, Severity::Finding),
        ];
        sort(&mut findings);
        let shown = text(&findings, "2 crates, 3 requirements", "all as the policy says", 100);
        insta::assert_snapshot!(anstream::adapter::strip_str(&shown).to_string());
        assert_eq!(ending(&findings), Ending::Findings);
    }

    #[test]
    fn a_note_is_no_finding_and_nothing_is_all_right() {
        let notes = [finding(Some("Cargo.toml"), 12, Severity::Information)];
        assert_eq!(ending(&notes), Ending::Done);
        let shown = text(&[], "2 crates", "all as the policy says", 100);
        assert_eq!(anstream::adapter::strip_str(&shown).to_string(), "2 crates: all as the policy says\n");
    }

    #[test]
    fn programs_get_kind_severity_subject_rule_help_and_place() {
        let findings = [finding(Some("Cargo.toml"), 12, Severity::Finding)];
        let json = serde_json::to_value(Findings { findings: &findings }).expect("it serializes");
        let expected = serde_json::json!({ "findings": [{
            "kind": "internal-not-exact", "severity": "finding", "subject": "tally 4.0.0",
            "detail": "requires tally-parts, which is internal, by `4.0.0`", "help": "write `=4.0.0`",
            "rule": "X6", "file": "Cargo.toml", "line": 12,
        }] });
        assert_eq!(json, expected);
    }
}
