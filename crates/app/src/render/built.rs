//! What archives a release has, and what one should know of them.

use std::collections::BTreeSet;

use stationmaster_core::artifact::Note;

use super::{
    plan::write,
    staged::size,
    style::{CARE, DIM, GOOD, counted, painted},
};
use crate::cli::build::{Finished, Report, State};

/// Print each archive, where it is or why it is not, and the sum.
pub(crate) fn print(report: &Report) {
    anstream::print!("{}", text(report));
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    let names = report.archives.iter().map(|line| line.asset.name.chars().count()).max().unwrap_or(0);
    let mut folders = BTreeSet::new();
    let (mut here, mut elsewhere) = (0, 0);
    for line in &report.archives {
        let name = &line.asset.name;
        let (style, word, rest, notes) = match &line.state {
            State::Made(file) => (GOOD, "made", finished(file), &file.notes[..]),
            State::Kept(file) => (DIM, "kept", finished(file), &file.notes[..]),
            State::ExpectedFromCi { reason, .. } => (CARE, "expected from CI", reason.clone(), &[][..]),
        };
        match &line.state {
            State::Made(file) | State::Kept(file) => {
                here += 1;
                folders.extend(file.path.parent());
            }
            State::ExpectedFromCi { .. } => elsewhere += 1,
        }
        write(&mut out, format_args!("  {name:names$}  {}  {rest}\n", painted(style, word)));
        for note in notes {
            write(&mut out, format_args!("    {} {}\n", painted(CARE, "note:"), words(note)));
        }
    }
    let commit = report.commit.short();
    write(&mut out, format_args!("{} {} of commit {commit} here", report.version, counted(here, "archive")));
    if elsewhere > 0 {
        write(&mut out, format_args!(", {elsewhere} expected from CI"));
    }
    out.push('\n');
    for folder in folders {
        write(&mut out, format_args!("in {}\n", folder.display()));
    }
    out
}

fn finished(file: &Finished) -> String {
    let checksum = file.checksum.to_string();
    format!("{:>9}  {}", size(file.size), painted(DIM, &checksum[..12]))
}

fn words(note: &Note) -> String {
    match note {
        Note::NotPrinted { paths } => {
            format!("without {}: no program runs on this machine that could print them", paths.join(", "))
        }
        Note::NoLibrary { file } => format!("without {file}: the package does not build it for this target"),
        Note::NativeLibrariesUnknown => {
            "the build did not say which libraries the static one needs: `Libs.private` is not in the .pc file"
                .to_owned()
        }
        Note::SubmodulesLeftOut { paths } => format!("without the submodules {}", paths.join(", ")),
        Note::NoLockFile => "the commit has no Cargo.lock: there is no VENDORED.txt".to_owned(),
    }
}
