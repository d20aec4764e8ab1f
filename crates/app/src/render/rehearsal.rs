//! A rehearsal in the terminal: what shipped when, what changed, what would have failed and how to fix it.

use stationmaster_core::report::rehearsal::{RehearsalReport, Released};

use super::{
    findings,
    plan::write,
    style::{DIM, GOOD, HEAD, counted, painted, width, wrapped},
    words,
};

/// How many file names a release shows before it counts the rest.
const FILES_SHOWN: usize = 6;

/// Print it.
pub(crate) fn print(report: &RehearsalReport) {
    crate::output::print!("{}", text(report, width()));
}

fn text(report: &RehearsalReport, width: usize) -> String {
    let mut out = String::new();
    let title = painted(HEAD, format_args!("{}: rehearsal", report.project));
    write(&mut out, format_args!("{title}  {} to {}\n", report.from, report.until));

    write(&mut out, format_args!("\n{}\n", painted(HEAD, "Shipped")));
    if report.released.is_empty() {
        out += "  nothing\n";
    }
    for release in &report.released {
        write(&mut out, format_args!("{}", shipped(release, width)));
    }
    if !report.waits.is_empty() {
        write(&mut out, format_args!("\n{}\n", painted(HEAD, format_args!("Still waiting on {}", report.until))));
    }
    for wait in &report.waits {
        let line = wrapped(&format!("{}: {}", wait.step, words::waits(&wait.reason)), width, 4);
        write(&mut out, format_args!("  {} {line}\n", painted(DIM, "-")));
    }
    write(&mut out, format_args!("\n{}\n", painted(HEAD, "Would have failed on the day")));
    if !report.has_findings() {
        write(&mut out, format_args!("  {}\n", painted(GOOD, "nothing")));
    }
    for finding in &report.findings {
        write(&mut out, format_args!("{}", findings::one(finding, width)));
    }
    out + &closing(report)
}

fn shipped(release: &Released, width: usize) -> String {
    let version = painted(GOOD, format_args!("{:<12}", release.version.to_string()));
    let (crates, files) = (counted(release.crates.len(), "crate"), counted(release.files.len(), "file"));
    let commit = release.commit.short();
    let mut out = format!("  {}  {version} {:<16} {commit}  {crates}, {files} changed\n", release.date, release.tag);
    if !release.files.is_empty() {
        let files = wrapped(&shortened(&release.files), width, 14);
        write(&mut out, format_args!("              {}\n", painted(DIM, files)));
    }
    out
}

fn shortened(files: &[String]) -> String {
    match files.len().checked_sub(FILES_SHOWN) {
        Some(rest @ 1..) => format!("{}, and {rest} more", files[..FILES_SHOWN].join(", ")),
        _ => files.join(", "),
    }
}

fn closing(report: &RehearsalReport) -> String {
    let merged = report.pull_requests.iter().filter(|pull| pull.merged.is_some()).count();
    let opened = report.pull_requests.len();
    let findings = findings::count(&report.findings);
    let (releases, crates) = (counted(report.released.len(), "release"), counted(report.crate_count(), "crate"));
    let (pulls, findings) = (counted(opened, "pull request"), counted(findings, "finding"));
    let mut out = format!("\n{releases}, {crates} published, {pulls} ({merged} merged), {findings}");
    write(&mut out, format_args!("; {:.1} s", report.seconds()));
    let phases: Vec<String> = report.timings.iter().map(|(phase, took)| format!("{phase} {took:.1}")).collect();
    if !phases.is_empty() {
        write(&mut out, format_args!(" ({})", phases.join(", ")));
    }
    write(
        &mut out,
        format_args!("\n{}\n", painted(DIM, format_args!("Everything that was made is in {}", report.sandbox))),
    );
    out
}

#[cfg(test)]
mod tests {
    use stationmaster_core::report::rehearsal::RehearsalReport;

    use super::{super::sample, text};

    #[test]
    fn a_rehearsal_says_what_shipped_what_would_have_failed_and_how_to_fix_it() {
        let shown = anstream::adapter::strip_str(&text(&sample::rehearsal(), 100)).to_string();
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn a_note_is_no_failure() {
        let mut report = sample::rehearsal();
        report.findings.remove(0);
        let shown = anstream::adapter::strip_str(&text(&report, 100)).to_string();
        assert!(shown.contains("Would have failed on the day\n  nothing\n  note "), "{shown}");
    }

    #[test]
    fn many_files_are_counted() {
        let mut report = sample::rehearsal();
        report.released[0].files = (0..9).map(|number| format!("crates/{number}/Cargo.toml")).collect();
        let shown = anstream::adapter::strip_str(&text(&report, 200)).to_string();
        assert!(shown.contains("crates/5/Cargo.toml, and 3 more\n"), "{shown}");
    }

    #[test]
    fn the_json_of_a_rehearsal_reads_back_as_the_same_value() {
        let report = sample::rehearsal();
        let json = serde_json::to_string(&report).expect("it serializes");
        let back: RehearsalReport = serde_json::from_str(&json).expect("it reads back");
        assert_eq!(back, report);
    }
}
