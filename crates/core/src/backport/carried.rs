//! What may have been carried to lines already, by what the lines say: where to look.

use std::collections::BTreeMap;

use crate::{
    model::{CommitId, LineHistory, LineName, LoggedCommit},
    pick::Names,
};

/// The changes of main, newest first, that some line names as its own, and that it did not have when it parted.
pub fn carried(main: &[LoggedCommit], lines: &BTreeMap<LineName, LineHistory>) -> Vec<CommitId> {
    let named: Vec<(usize, Names)> = lines
        .values()
        .map(|line| {
            let mut names = Names::default();
            let messages = line.commits.iter().flat_map(LoggedCommit::messages);
            messages.for_each(|(_, message)| names.add(message));
            (line.parted.unwrap_or(0), names)
        })
        .collect();
    let is_carried = |(age, commit): &(usize, &LoggedCommit)| {
        named
            .iter()
            .any(|(parted, names)| age < parted && commit.messages().any(|(id, message)| names.may_have(id, message)))
    };
    main.iter().enumerate().filter(is_carried).map(|(_, commit)| commit.id.clone()).collect()
}
