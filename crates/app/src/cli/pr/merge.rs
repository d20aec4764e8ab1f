//! `stationmaster pr merge`

use std::path::Path;

use stationmaster_core::{
    model::{CommitId, PullRequestState, WaitReason},
    report::pulls::PullView,
};
use stationmaster_engine::{
    merge::{MergeError, merge_pull_request},
    progress::Silent,
};

use super::{Person, get, name, view};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render,
    wiring::Opened,
};

pub(super) async fn merge(opened: &Opened, number: u64, person: &Person) -> CommandResult {
    let by = name(opened, person);
    let pull = get(opened, number).await?;
    let before = opened.repository.branch(&pull.base)?;
    if pull.state == PullRequestState::Open {
        held(&view(opened, pull.clone(), false).await?)?;
    }
    match merge_pull_request(&opened.world(&Silent), opened.records()?, &opened.policy, number, &by).await {
        Ok(commit) => {
            crate::output::println!("merged pull request {number} into {} as {}", pull.base, commit.short());
            if let Some(before) = before.filter(|before| *before != commit) {
                for folder in opened.repository.checked_out_in(&pull.base) {
                    behind(&folder, &pull.base, &before);
                }
            }
            Ok(Ending::Done)
        }
        Err(MergeError::AlreadyMerged { commit, by, .. }) => {
            crate::output::println!("pull request {number} was merged before, by {by}, as {}", commit.short());
            Ok(Ending::Done)
        }
        Err(error) => Err(stopped(error)),
    }
}

/// What the plan says against its merge.
fn held(view: &PullView) -> Result<(), Failure> {
    let number = view.pull.number;
    if view.may_be_merged() {
        return Ok(());
    }
    if view.refresh.is_some() {
        return Err(conflict(format!("pull request {number} conflicts with its base `{}`", view.pull.base)));
    }
    let by: Vec<&WaitReason> = view.waits.iter().filter(|reason| !matches!(reason, WaitReason::Merge { .. })).collect();
    let (words, hints): (Vec<String>, Vec<String>) =
        by.iter().map(|reason| (render::words::missing(reason), render::words::help(reason))).unzip();
    let ending = if by.iter().any(|reason| reason.is_unknown()) { Ending::Outside } else { Ending::Waiting };
    Err(Failure::new(ending, format!("pull request {number} waits for {}", words.join("; ")))
        .hint(format!("{}; see `stationmaster pr show {number}`", hints.join("; "))))
}

fn conflict(message: String) -> Failure {
    Failure::new(Ending::Waiting, message).hint("`stationmaster run` rewrites it on the current base")
}

fn stopped(error: MergeError) -> Failure {
    let message = error.to_string();
    match error {
        MergeError::Port(error) => error.into(),
        MergeError::AlreadyMerged { .. } | MergeError::Closed { .. } => {
            Failure::new(Ending::Refused, message).hint("`stationmaster pr reopen` opens a closed one again")
        }
        MergeError::Held { number, by } => {
            let words: Vec<String> = by.iter().map(render::words::missing).collect();
            Failure::new(Ending::Waiting, format!("pull request {number} waits for {}", words.join("; ")))
                .hint(format!("see `stationmaster pr show {number}`"))
        }
        MergeError::Conflict { .. } => conflict(message),
    }
}

/// Files of a work tree are its user's: they are told, and nothing is touched.
fn behind(folder: &Path, branch: &str, before: &CommitId) {
    let folder = folder.display();
    crate::output::println!(
        "note: `{branch}` is checked out in {folder}, where the files are still those of {}",
        before.short()
    );
    crate::output::println!(
        "      bring them up to date with: git -C {folder} read-tree -m -u {} {branch}",
        before.short()
    );
}
