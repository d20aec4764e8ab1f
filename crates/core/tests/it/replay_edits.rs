//! Bumps that people made, made again: the same step, by the policy of the day, from the parent of their commit.
//!
//! Rules: R1, R10, X3.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use jiff::civil::Date;
use semver::Version;
use stationmaster_core::{
    bump::{Step, bump, files},
    model::{Bump, CommitId, TreeFiles, bump_version},
    policy::Policy,
};

use crate::history::{History, Row};

/// The release notes.
const NOTES: &str = "RELEASES.md";
/// What new ones are made from.
const TEMPLATE: &str = "ci/RELEASES-template.md";

/// The process changed on these days; figures are by the spans between them.
const EPOCHS: [&str; 6] = ["2021-10-26", "2021-11-08", "2022-04-01", "2024-05-23", "2024-08-20", "2026-08-11"];

/// What came of one row.
struct Replay {
    epoch: &'static str,
    name: String,
    /// Manifests, lock file and header that differ, with how.
    files: Vec<String>,
    /// How the notes differ.
    notes: Option<&'static str>,
}

impl Replay {
    fn of(history: &History, wasmtime: &Wasmtime, row: &Row) -> Self {
        let day: Date = row.get("commit_date_utc")[..10].parse().expect("a day");
        let epoch = EPOCHS.iter().rev().find(|from| **from <= row.get("commit_date_utc")).expect("since the first");
        let selected = |commit: &str| history.files(row.get(commit), selected_by(&wasmtime.policy));
        let (before, after) = (selected("parent"), selected("commit"));
        let step = match (row.get("kind"), row.get("from_version")) {
            ("patch", _) => Step::Patch,
            // 1.0.0 took the place of 0.41.0, and main went on to 2.0.0: decided, not counted.
            (_, "0.41.0") => Step::MajorTo(Version::new(2, 0, 0)),
            _ => Step::Major,
        };
        let base: CommitId = row.get("parent").parse().expect("a commit id");
        let name = format!("{} {} {}", &row.get("commit")[..10], row.get("kind"), row.get("to_version"));
        let made = match bump(wasmtime.at(&before), &base, &before, &Default::default(), &step, day) {
            Ok(made) => made,
            Err(error) => return Self { epoch, name, files: vec![error.to_string()], notes: None },
        };
        if made.to.to_string() != row.get("to_version") {
            return Self { epoch, name, files: vec![format!("stepped to {}", made.to)], notes: None };
        }
        let mut ours = before.clone();
        ours.extend(made.commit.edits.into_iter().map(|edit| (edit.path, edit.text)));
        let others: Vec<&str> = row.get("other_files").split(';').collect();
        let differing = after.iter().filter(|(path, text)| {
            *path != NOTES && !others.contains(&path.as_str()) && ours.get(*path) != Some(*text)
        });
        let files = differing.map(|(path, text)| difference(path, &ours, text)).collect();
        Self { epoch, name, files, notes: notes_difference(&before, &ours, &after, &made.to) }
    }
}

/// Paths that a bump reads.
fn selected_by(policy: &Policy) -> impl Fn(&str) -> bool {
    let wanted = files(policy);
    move |path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        wanted.names.iter().any(|one| one == name) || wanted.paths.iter().any(|one| one == path)
    }
}

/// The policy of the project; for commits before the file of its template was added, without one.
struct Wasmtime {
    policy: Policy,
    before_template: Policy,
}

impl Wasmtime {
    fn read() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/wasmtime.toml");
        let text = std::fs::read_to_string(file).expect("a policy");
        let parse = |text: &str| Policy::parse(text).expect("a sound policy");
        let before_template = parse(&text.replace(&format!("template = \"{TEMPLATE}\""), "template = \"\""));
        Self { policy: parse(&text), before_template }
    }

    fn at(&self, files: &TreeFiles) -> &Policy {
        if files.contains_key(TEMPLATE) { &self.policy } else { &self.before_template }
    }
}

/// How a file differs, in few words.
fn difference(path: &str, ours: &TreeFiles, theirs: &str) -> String {
    let ours = ours.get(path).map_or("", String::as_str);
    if format!("{ours}\n") == theirs {
        return format!("{path}: {FINAL_NEWLINE}");
    }
    let lines = ours.lines().zip(theirs.lines()).enumerate();
    match lines.into_iter().find(|(_, (ours, theirs))| ours != theirs) {
        Some((line, (ours, theirs))) => format!("{path}:{}: `{ours}` but was `{theirs}`", line + 1),
        None => format!("{path}: lengths differ"),
    }
}

/// The project's own script ends a file's last line where nobody had: we keep every byte that is no version.
const FINAL_NEWLINE: &str = "the project's script added a final newline";

/// How the notes differ; none where they are equal.
fn notes_difference(before: &TreeFiles, ours: &TreeFiles, theirs: &TreeFiles, to: &Version) -> Option<&'static str> {
    let text = |files: &TreeFiles| files.get(NOTES).cloned().unwrap_or_default();
    let (before, ours, theirs) = (text(before), text(ours), text(theirs));
    let section = |text: &str| stationmaster_core::edit::notes::section(text, to);
    let undated = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("Released ") && !line.starts_with("Unreleased"));
        lines.filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    if ours == theirs {
        None
    } else if theirs == before {
        Some("people left the notes as they were")
    } else if undated(&ours) == undated(&theirs) {
        Some("people wrote another date")
    } else if section(&before).is_none() && section(&theirs).is_some() {
        Some("people wrote the section in the same commit")
    } else if section(&before).is_some() {
        Some("people wrote entries in the same commit")
    } else {
        Some("people changed the notes in another way")
    }
}

fn is_reproducible(row: &Row) -> bool {
    matches!(row.get("kind"), "major" | "patch")
        && row.get("commit_date_utc") >= EPOCHS[0]
        && row.get("manifests_version_tokens_only") == "yes"
        && row.get("lock_version_lines_only") == "yes"
}

#[test]
fn bumps_of_the_real_history_come_out_byte_for_byte() {
    let Some(history) = History::open("bumps_of_the_real_history_come_out_byte_for_byte") else { return };
    let wasmtime = Wasmtime::read();
    let rows = history.table("bumps.csv");
    let replays: Vec<Replay> =
        rows.iter().filter(|row| is_reproducible(row)).map(|row| Replay::of(&history, &wasmtime, row)).collect();
    println!("{}", table(&replays));
    let unexplained = replays.iter().filter(|replay| replay.files.iter().any(|file| !file.ends_with(FINAL_NEWLINE)));
    let unexplained: Vec<String> =
        unexplained.map(|replay| format!("{}: {}", replay.name, replay.files.join("; "))).collect();
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/history.md");
    let page = std::fs::read_to_string(page).expect("the page of figures");
    for row in table(&replays).lines().filter(|line| line.starts_with('|')) {
        assert!(page.contains(row), "docs/history.md does not have `{row}`");
    }
    let odd = replays.iter().filter(|replay| replay.notes == Some("people changed the notes in another way"));
    assert_eq!(odd.count(), 0, "every difference of the notes has a name");
}

/// The figures of docs/history.md, and every row that differs.
fn table(replays: &[Replay]) -> String {
    let mut text = String::from(
        "| since | bumps | same manifests, lock file, header | same notes |\n| --- | ---: | ---: | ---: |\n",
    );
    for epoch in EPOCHS {
        let of: Vec<&Replay> = replays.iter().filter(|replay| replay.epoch == epoch).collect();
        let files = of.iter().filter(|replay| replay.files.is_empty()).count();
        let notes = of
            .iter()
            .filter(|replay| replay.notes.is_none() && replay.files.iter().all(|file| file.contains(FINAL_NEWLINE)))
            .count();
        writeln!(text, "| {epoch} | {} | {files} | {notes} |", of.len()).expect("a String takes everything");
    }
    let mut why: BTreeMap<&str, usize> = BTreeMap::new();
    for replay in replays {
        let notes = replay.notes.map(|notes| format!("{NOTES}: {notes}"));
        *why.entry(replay.notes.unwrap_or("same")).or_default() += 1;
        let all: Vec<String> = replay.files.iter().cloned().chain(notes).collect();
        if !all.is_empty() {
            writeln!(text, "{}: {}", replay.name, all.join("; ")).expect("a String takes everything");
        }
    }
    text + &format!("{why:?}")
}

#[test]
fn steps_of_the_real_history_are_semver_steps() {
    let Some(history) = History::open("steps_of_the_real_history_are_semver_steps") else { return };
    for row in history.table("bumps.csv").iter().filter(|row| is_reproducible(row)) {
        let version = |column: &str| row.get(column).parse().expect("a version");
        let step = if row.get("kind") == "patch" { Bump::Patch } else { Bump::Major };
        // 1.0.0 was decided, not stepped to.
        if row.get("from_version") != "0.41.0" {
            assert_eq!(
                bump_version(&version("from_version"), step),
                Ok(version("to_version")),
                "{}",
                row.get("commit")
            );
        }
        assert_eq!(
            bump_version(&version("cranelift_from"), step),
            Ok(version("cranelift_to")),
            "{}",
            row.get("commit")
        );
    }
}

/// The head of main as the tables know it: 49.0.0-dev, six days after the first `-dev`.
const HEAD: &str = "e6b33de5139d915a48127fc78b790e2d306cf896";

#[test]
fn candidates_and_development_of_the_real_head_move_everything_that_has_a_version() {
    let Some(history) = History::open("candidates_and_development_of_the_real_head") else { return };
    let policy = Wasmtime::read().policy;
    let head = history.files(HEAD, selected_by(&policy));
    let base: CommitId = HEAD.parse().expect("a commit id");
    let day: Date = "2026-09-05".parse().expect("a day");
    let step = |files: &TreeFiles, step: Step| {
        let made = bump(&policy, &base, files, &Default::default(), &step, day).expect("bumped");
        let mut after = files.clone();
        after.extend(made.commit.edits.into_iter().map(|edit| (edit.path, edit.text)));
        (made.to.to_string(), after)
    };
    let mut at = head.clone();
    for (next, wanted) in
        [(Step::Candidate, "49.0.0-rc.1"), (Step::Candidate, "49.0.0-rc.2"), (Step::Release, "49.0.0")]
    {
        let (to, after) = step(&at, next);
        assert_eq!(to, wanted);
        holds_everywhere(&head, "49.0.0-dev", "0.136.0-dev", &after, wanted, &wanted.replace("49.0.0", "0.136.0"));
        at = after;
    }
    let (to, main) = step(&head, Step::Development);
    assert_eq!(to, "50.0.0-dev");
    holds_everywhere(&head, "49.0.0-dev", "0.136.0-dev", &main, "50.0.0-dev", "0.137.0-dev");
}

/// Every old version has become the new one, and nothing else has changed but the header's numbers and the notes.
fn holds_everywhere(before: &TreeFiles, old: &str, old_second: &str, after: &TreeFiles, new: &str, new_second: &str) {
    let mut moved = 0;
    for (path, text) in before.iter().filter(|(path, _)| *path != NOTES) {
        let expected = text.replace(old_second, new_second).replace(old, new);
        let numbers = |text: &str| {
            let major = |line: &&str| !line.contains("_VERSION_MAJOR");
            text.lines().filter(major).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&after[path]), numbers(&expected), "{path}");
        moved += usize::from(expected != *text);
    }
    assert!(moved > 20, "{moved} files hold a version");
}
