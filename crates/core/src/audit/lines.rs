//! Commits that are on a line only (X2).

use super::{History, LineCommit, say};
use crate::{
    model::{Finding, Rule, Severity},
    policy::{Policy, Rules},
};

/// Changes of code on a line of which main's messages show no original.
pub(super) fn findings(policy: &Policy, history: &History) -> Vec<Finding> {
    let own = history.lines.iter().flat_map(|line| {
        let only_here = |commit: &&LineCommit| {
            !commit.on_main && commit.moved_to.is_none() && changes_code(policy.on(commit.day), &commit.paths)
        };
        line.commits.iter().filter(only_here).map(move |commit| (line, commit))
    });
    let found = own.map(|(line, commit)| {
        // What the messages do not say may still be so: a change can be made again in other words.
        let finding = say("line-only-commit", Severity::Information, Rule::X2, &line.branch, commit.day);
        let detail = format!(
            "{} has no original on the main branch that its message names: {}",
            commit.commit.short(),
            commit.subject
        );
        finding.with(detail, commit.commit.to_string())
    });
    found.collect()
}

/// Whether there is a file that is more than versions, notes and what builds and tests: a line has its own of those.
fn changes_code(rules: &Rules, paths: &[String]) -> bool {
    let is_kept = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or(path);
        matches!(name, "Cargo.toml" | "Cargo.lock")
            || rules.notes.as_ref().is_some_and(|notes| notes.file == *path)
            || rules.version_files.iter().any(|file| file.path == *path)
            || path.starts_with('.')
            || path.starts_with("ci/")
    };
    !paths.iter().all(is_kept)
}
