//! What was put beside the files of a release.

use stationmaster_core::report::attested::Attested;

use super::{
    plan::write,
    style::{CARE, DIM, GOOD, counted, painted},
};

/// Print each file, and the sum.
pub(crate) fn print(report: &Attested) {
    crate::output::print!("{}", text(report));
}

fn text(report: &Attested) -> String {
    let mut out = String::new();
    for (names, style, word) in [(&report.written, GOOD, "written"), (&report.unchanged, DIM, "unchanged")] {
        for name in names {
            write(&mut out, format_args!("  {} {name}\n", painted(style, format_args!("{word:<9}"))));
        }
    }
    let tag = report.reference.as_deref().map(|tag| format!(" ({tag})")).unwrap_or_default();
    let files = counted(report.files, "file");
    let described = counted(report.described, "archive");
    write(&mut out, format_args!("{files} of commit {}{tag}, {described} with an SBOM: ", report.commit));
    let by_key = report.key.as_ref().map(|key| format!("with key {key}"));
    let by_identity = report.identity.as_ref().map(|identity| format!("by {identity}"));
    let signers: Vec<String> = by_key.into_iter().chain(by_identity).collect();
    match &signers[..] {
        [] => {
            let words = "not signed: it proves nothing to others";
            write(&mut out, format_args!("{}\n", painted(CARE, words)));
        }
        signers => {
            let words = signers.join(", and ");
            write(&mut out, format_args!("{}\n", painted(GOOD, format_args!("signed {words}"))));
        }
    }
    out
}
