//! One file or name of a repository is garbled: every command ends in words, with a code of its own, and none that only reads moves
//! a ref.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Round,
    ground::{commit, run as run_command},
};
use crate::steps::{ChoreResult, Failure, asked};

/// Files that are garbled.
const FILES: &[&str] = &[
    "stationmaster.toml",
    "Cargo.toml",
    "Cargo.lock",
    "RELEASES.md",
    "crates/cli/Cargo.toml",
    "codegen/ir/Cargo.toml",
    "crates/c-api/include/abacist.h",
];

/// What is put into them, besides bytes.
const WORDS: &[&str] = &[
    "\u{0}",
    "\u{feff}",
    "\r",
    "\r\n",
    "<!--",
    "-->",
    "```",
    "~~~~~",
    "## 5.0.0",
    "[[",
    "]]",
    "\"\"\"",
    "'''",
    "= 18446744073709551615",
    "99999999999999999999",
    "-1",
    "2026-13-45",
    "{version}",
    "{",
    "}",
    "**",
    "../..",
    "/",
    "\\",
    "\u{202e}",
    "é",
    "\u{1f4a9}",
    "version",
    "[workspace]",
    "workspace = true",
    "path = \"..\"",
    "[package]",
    "members = [\"**\"]",
    "name = \"\"",
    "\t",
    "nan",
    "1e400",
    "true",
];

/// What only reads.
const READERS: &[&[&str]] = &[
    &["plan"],
    &["status"],
    &["calendar"],
    &["check", "versions"],
    &["check", "requirements"],
    &["notes", "check"],
    &["notes", "5.0.0"],
    &["audit"],
    &["explain", "next"],
    &["backport", "status"],
    &["bump", "major", "--base", "main", "--date", "2026-12-05"],
];

/// Garble, and run every command.
pub(crate) fn run(round: &mut Round<'_>) -> ChoreResult {
    for number in 0..round.rounds {
        let demo = round.ground.demo("fuzz")?;
        let file = FILES[round.random.usize(0..FILES.len())];
        let path = demo.join(file);
        let unreadable = |error| Failure::File { path: file.into(), error };
        let garbled = garble(&mut round.random, fs::read(&path).map_err(unreadable)?);
        fs::write(&path, garbled).map_err(unreadable)?;
        commit(&demo, "Garbled")?;
        let refs = refs_of(&demo);
        for words in READERS {
            let mut command = round.ground.command(words);
            command.args(["--offline", "--at", "2026-12-05", "--repo"]).arg(&demo);
            let ended = run_command(&mut command)?;
            let told = format!("round {number}: `{}` with a garbled {file}", words.join(" "));
            if let Some(fault) = ended.fault() {
                let kept = keep(round, number, &path)?;
                round.finding(format!("{told}: {fault} (the file: {})", kept.display()));
            }
            if refs_of(&demo) != refs {
                round.finding(format!("{told} moved a ref"));
            }
        }
        round.done += 1;
    }
    Ok(())
}

/// A few changes to the bytes: cut, doubled, turned around, put in.
fn garble(random: &mut fastrand::Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..random.usize(1..6) {
        let at = random.usize(0..=bytes.len());
        let until = (at + random.usize(0..40)).min(bytes.len());
        match random.u8(0..5) {
            0 => drop(bytes.drain(at..until)),
            1 => {
                let copy = bytes[at..until].to_vec();
                bytes.splice(at..at, copy.repeat(random.usize(1..4)));
            }
            2 => bytes[at..until].reverse(),
            3 => bytes.splice(at..at, [random.u8(..), random.u8(..)]).for_each(drop),
            _ => {
                let word = WORDS[random.usize(0..WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
        }
    }
    bytes
}

fn refs_of(repository: &Path) -> Option<String> {
    asked(Command::new("git").arg("-C").arg(repository).arg("for-each-ref"))
}

fn keep(round: &Round<'_>, number: u32, file: &Path) -> ChoreResult<PathBuf> {
    let kept = round.ground.path(&format!("garbled-{number}"));
    fs::copy(file, &kept).map_err(|error| Failure::File { path: kept.display().to_string(), error })?;
    Ok(kept)
}
