//! Commits that are on a line only (X2).

use super::{History, LineCommit, say};
use crate::model::{Finding, Rule, Severity};

/// Changes of code on a line of which main's messages show no original.
pub(super) fn findings(history: &History) -> Vec<Finding> {
    let own = history.lines.iter().flat_map(|line| {
        let only_here = |commit: &&LineCommit| !commit.on_main && commit.changes_code && commit.moved_to.is_none();
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
