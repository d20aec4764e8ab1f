//! What archives a release has, and what one should know of them.

use std::collections::BTreeSet;

use stationmaster_core::{
    artifact::Note,
    report::built::{Built, BuiltState, FinishedFile},
};

use super::{
    plan::write,
    staged::size,
    style::{CARE, DIM, GOOD, counted, painted},
};

/// What the archives of other machines are called.
const ELSEWHERE: &str = "expected from CI";

/// Print each archive, where it is or why it is not, and the sum.
pub(crate) fn print(report: &Built) {
    crate::output::print!("{}", text(report));
}

fn text(report: &Built) -> String {
    let mut out = String::new();
    let names = report.archives.iter().map(|line| line.asset.name.chars().count()).max().unwrap_or(0);
    let has_elsewhere = report.archives.iter().any(|line| matches!(line.state, BuiltState::ExpectedFromCi { .. }));
    let words_wide = if has_elsewhere { ELSEWHERE.len() } else { 4 };
    let mut folders = BTreeSet::new();
    let (mut here, mut elsewhere) = (0, 0);
    for line in &report.archives {
        let name = &line.asset.name;
        let (style, word, rest, notes) = match &line.state {
            BuiltState::Made(file) => (GOOD, "made", finished(file), &file.notes[..]),
            BuiltState::Kept(file) => (DIM, "kept", finished(file), &file.notes[..]),
            BuiltState::ExpectedFromCi { reason, .. } => (CARE, ELSEWHERE, reason.clone(), &[][..]),
        };
        match &line.state {
            BuiltState::Made(file) | BuiltState::Kept(file) => {
                here += 1;
                folders.extend(file.path.parent());
            }
            BuiltState::ExpectedFromCi { .. } => elsewhere += 1,
        }
        write(
            &mut out,
            format_args!("  {name:names$}  {}  {rest}\n", painted(style, format_args!("{word:<words_wide$}"))),
        );
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

fn finished(file: &FinishedFile) -> String {
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
        Note::NotBuiltFrom { paths } => format!(
            "built without {}{}, which only {} for other files",
            paths[..paths.len().min(3)].join(", "),
            if paths.len() > 3 { format!(" and {} more", paths.len() - 3) } else { String::new() },
            if paths.len() == 1 { "stands" } else { "stand" },
        ),
        Note::SubmodulesLeftOut { paths } => format!("without the submodules {}", paths.join(", ")),
        Note::NoLockFile => "the commit has no Cargo.lock: there is no VENDORED.txt".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use semver::Version;
    use stationmaster_core::{
        artifact::{Asset, Obstacle},
        model::{ArchiveFormat, FileDigest},
        policy::ArtifactKind,
        report::built::BuiltFile,
    };

    use super::*;

    fn line(platform: &str, state: BuiltState) -> BuiltFile {
        let name = format!("abacist-v4.0.0-{platform}.tar.xz");
        let asset =
            Asset { name, kind: ArtifactKind::Cli, target: Some(platform.to_owned()), format: ArchiveFormat::TarXz };
        BuiltFile { asset, state }
    }

    #[test]
    fn each_archive_is_shown_with_where_it_is_or_why_it_is_not() {
        let file = |notes: &[Note]| FinishedFile {
            path: PathBuf::from("release/abacist.tar.xz"),
            checksum: FileDigest::of(b"bytes"),
            size: 173_664,
            notes: notes.to_vec(),
        };
        let obstacle = Obstacle::StandardLibrary { target: "aarch64-apple-darwin".to_owned() };
        let notes = [
            Note::NotPrinted { paths: vec!["man/abacist.1".to_owned()] },
            Note::NoLibrary { file: "libabacist_c.so".to_owned() },
            Note::NativeLibrariesUnknown,
            Note::SubmodulesLeftOut { paths: vec!["vendor/wit".to_owned()] },
            Note::NotBuiltFrom { paths: ["a.bin", "b.bin", "c.bin", "d.bin"].map(str::to_owned).to_vec() },
            Note::NoLockFile,
        ];
        let report = Built {
            commit: "8a608159ab".repeat(4).parse().expect("an id"),
            version: Version::new(4, 0, 0),
            archives: vec![
                line("x86_64-linux", BuiltState::Made(file(&notes))),
                line("x86_64-musl", BuiltState::Kept(file(&[]))),
                line("aarch64-macos", BuiltState::ExpectedFromCi { reason: obstacle.to_string(), obstacle }),
            ],
        };
        insta::assert_snapshot!(anstream::adapter::strip_str(&text(&report)).to_string());
    }
}
