//! What people carried to release branches, carried again: by the merge of trees, and with what needs no person.
//!
//! Rules: X2.

use std::{fmt::Write, path::Path};

use stationmaster_adapters::git::{Picked, Repository};
use stationmaster_core::{
    model::CommitId,
    pick::resolve::{ConflictedFile, Mechanical},
};
use stationmaster_engine::ports::{Objects, PortError, PortResult};

use crate::backports::{History, Row};

/// The process changed on these days; figures are by the spans between them.
const EPOCHS: [&str; 7] =
    ["before", "2021-10-26", "2021-11-08", "2022-04-01", "2024-05-23", "2024-08-20", "2026-08-11"];

/// What came of one row.
struct Replay {
    epoch: &'static str,
    name: String,
    /// What git makes of it: clean, and what people committed.
    by_git: (bool, bool),
    /// What we make of it. Else why it could not be made again.
    by_us: Result<Made, String>,
}

/// What picking came to.
struct Made {
    clean: bool,
    /// The tree is the one that people committed.
    identical: bool,
    resolved: Vec<String>,
    conflicts: Vec<String>,
}

/// Changes on top of each other, on a commit.
struct Carried {
    originals: Vec<CommitId>,
    onto: CommitId,
    /// What people made of it.
    commit: CommitId,
}

impl Replay {
    fn of(history: &History, row: &Row, carried: &Carried) -> Self {
        let name = format!("{} onto {}", carried.originals[0].short(), row.get("branch"));
        let made = replay(&history.repository, carried);
        let by_us = match made {
            Err(PortError::Missing { what }) => Err(what),
            made => Ok(made.unwrap_or_else(|error| panic!("{name}: {error}"))),
        };
        let by_git = (row.get("merge_clean") == "yes", row.get("identical") == "yes");
        Self { epoch: epoch_of(&history.repository, &carried.commit), name, by_git, by_us }
    }

    fn is_clean(&self) -> bool {
        self.by_us.as_ref().is_ok_and(|made| made.clean)
    }

    fn is_identical(&self) -> bool {
        self.by_us.as_ref().is_ok_and(|made| made.identical)
    }
}

/// The span in which a commit was made.
fn epoch_of(repository: &Repository, commit: &CommitId) -> &'static str {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let time = runtime.block_on(repository.commit_time(commit)).expect("a time").to_string();
    EPOCHS.iter().skip(1).rev().find(|day| **day <= &time[..10]).unwrap_or(&EPOCHS[0])
}

fn replay(repository: &Repository, carried: &Carried) -> PortResult<Made> {
    let mechanical = Mechanical::default();
    let resolve = |file: &ConflictedFile| mechanical.resolve(file);
    let picking = repository.picking();
    let (mut at, mut tree) = (carried.onto.clone(), repository.tree_id(&carried.onto)?);
    let mut made = Made { clean: true, identical: false, resolved: Vec::new(), conflicts: Vec::new() };
    for original in &carried.originals {
        // What was merged on main is the change of its first parent.
        let mainline = repository.resolve(&format!("{original}^2")).is_ok().then_some(1);
        match picking.pick(original, mainline, &at, &resolve)? {
            Picked::Clean { tree: new, resolved } => {
                at = picking.commit(&new, &at, original, "Pick")?;
                tree = new;
                made.resolved.extend(resolved);
            }
            Picked::Empty | Picked::Present => {}
            Picked::Conflict(files) => {
                made.conflicts = files.into_iter().map(|file| file.path).collect();
                made.clean = false;
                return Ok(made);
            }
        }
    }
    made.identical = tree == repository.tree_id(&carried.commit)?;
    Ok(made)
}

fn backports(history: &History) -> Vec<Replay> {
    let carried = |row: &Row| Carried {
        originals: row.commits("original_commits"),
        onto: row.commit("branch_parent"),
        commit: row.commit("commit"),
    };
    history.table("backports.csv").iter().map(|row| Replay::of(history, row, &carried(row))).collect()
}

fn steps(history: &History) -> Vec<Replay> {
    let carried = |row: &Row| Carried {
        originals: row.commits("original_commit"),
        onto: row.commit("pr_commit_parent"),
        commit: row.commit("pr_commit"),
    };
    let rows = history.table("backport_pr_steps.csv");
    let rows = rows.iter().filter(|row| row.get("step_kind") == "cherry-pick");
    rows.map(|row| Replay::of(history, row, &carried(row))).collect()
}

/// The figures of docs/history.md.
fn table(what: &str, replays: &[Replay]) -> String {
    let mut text = format!(
        "| since | {what} | git: clean | git: as people did | here: clean | here: as people did |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n"
    );
    let spans = EPOCHS.iter().map(|epoch| (*epoch, vec![*epoch])).chain([("all", EPOCHS.to_vec())]);
    for (name, span) in spans {
        let of: Vec<&Replay> = replays.iter().filter(|replay| span.contains(&replay.epoch)).collect();
        let count = |counts: fn(&Replay) -> bool| of.iter().filter(|replay| counts(replay)).count();
        writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} |",
            of.len(),
            count(|replay| replay.by_git.0),
            count(|replay| replay.by_git.1),
            count(Replay::is_clean),
            count(Replay::is_identical),
        )
        .expect("a String takes everything");
    }
    text
}

fn assert_no_worse_than_git(replays: &[Replay]) {
    for replay in replays {
        match &replay.by_us {
            Err(missing) => println!("{}: cannot be made again: {missing}", replay.name),
            Ok(made) => {
                if !made.resolved.is_empty() {
                    println!("{}: resolved {}, identical {}", replay.name, made.resolved.join(" "), made.identical);
                }
                let told = format!("{}: {}", replay.name, made.conflicts.join(" "));
                assert!(made.clean || !replay.by_git.0, "git merges {told}");
                assert!(made.identical || !replay.by_git.1, "git gives what people committed of {told}");
                // Only what is resolved is better.
                assert!(!made.clean || replay.by_git.0 || !made.resolved.is_empty(), "{told}");
            }
        }
    }
}

#[track_caller]
fn assert_on_the_page(table: &str) {
    println!("{table}");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/history.md");
    let page = std::fs::read_to_string(page).expect("the page of figures");
    for row in table.lines().filter(|line| line.starts_with('|')) {
        assert!(page.contains(row), "docs/history.md does not have `{row}`");
    }
}

#[test]
fn backports_of_the_real_history_are_no_worse_than_gits_and_better_where_no_person_is_needed() {
    let Some(history) = History::open("backports_of_the_real_history") else { return };
    let replays = backports(&history);
    assert_no_worse_than_git(&replays);
    let mut only_mechanical = 0;
    for (replay, row) in replays.iter().zip(&history.table("backports.csv")) {
        let mut paths = row.get("conflict_paths").split(';');
        if row.get("merge_clean") == "no" && paths.all(|path| ["RELEASES.md", "Cargo.lock"].contains(&path)) {
            assert!(replay.is_clean(), "{}: {}", replay.name, row.get("conflict_paths"));
            only_mechanical += 1;
        }
    }
    println!("{only_mechanical} conflicts are in the notes or in the lock file alone");
    assert_on_the_page(&table("backports", &replays));
}

#[test]
fn steps_of_backports_of_the_real_history_are_no_worse_than_gits() {
    let Some(history) = History::open("steps_of_backports_of_the_real_history") else { return };
    let replays = steps(&history);
    assert_no_worse_than_git(&replays);
    assert_on_the_page(&table("steps", &replays));
}

/// A row that does not merge names changes that it rests on: on main, not on the line, and in the files that do not merge.
#[test]
fn what_conflicts_of_the_real_history_are_said_to_rest_on_is_real() {
    let Some(history) = History::open("what_conflicts_of_the_real_history_rest_on") else { return };
    let repository = &history.repository;
    let reaches = |line: &CommitId, commit: &CommitId| {
        repository.merge_base(line, commit).expect("history").as_ref() == Some(commit)
    };
    let (mut conflicts, mut explained) = (0, 0);
    let steps = history.table("backport_pr_steps.csv");
    for row in steps.iter().filter(|row| row.get("step_kind") == "cherry-pick") {
        let (original, onto) = (row.commit("original_commit"), row.commit("pr_commit_parent"));
        let picked = repository.picking().pick(&original, None, &onto, &|file| Mechanical::default().resolve(file));
        let Ok(Picked::Conflict(files)) = picked else { continue };
        let paths: Vec<String> = files.into_iter().map(|file| file.path).collect();
        let named = repository.predecessors(&original, None, &onto, &paths).expect("history");
        for missing in &named {
            let told = format!("{} for {} onto {}", missing.commit, original.short(), row.get("branch"));
            assert!(reaches(&original, &missing.commit), "not on main: {told}");
            assert!(!reaches(&onto, &missing.commit), "on the line: {told}");
            let before = repository.first_parent(&missing.commit).expect("history").expect("a parent");
            let touched = repository.changed_paths(&before, &missing.commit).expect("history");
            assert!(missing.paths.iter().all(|path| touched.contains(path)), "touches other files: {told}");
        }
        if named.is_empty() {
            println!(
                "{} onto {}: nothing that it rests on, in {}",
                original.short(),
                row.get("branch"),
                paths.join(" ")
            );
        }
        conflicts += 1;
        explained += usize::from(!named.is_empty());
    }
    println!("{conflicts} steps do not merge; {explained} of them rest on changes that the line lacks");
    assert_on_the_page(&format!(
        "| steps that do not merge | {conflicts} |\n| of them with changes that they rest on | {explained} |"
    ));
}
