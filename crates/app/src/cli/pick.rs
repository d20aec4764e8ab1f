//! `stationmaster pick`

use clap::Args;
use stationmaster_adapters::git::{Picked, Repository};
use stationmaster_core::{
    model::CommitId,
    pick::{message, squashed},
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render::{
        self,
        pick::{Status, View},
    },
    wiring,
};

/// Make the change of commits on another commit, as objects: no checkout, and no ref is moved.
///
/// Several commits are made in the order of their history. Author and message are kept, and the message says where the change
/// came from. The same arguments give the same commit. Where one change does not merge, no commit of any is given, and the earlier
/// changes that it rests on, and that are missing there, are named.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The commits.
    #[arg(value_name = "REV", required = true)]
    revisions: Vec<String>,
    /// The commit to make the changes on.
    #[arg(long, value_name = "REV")]
    onto: String,
    /// Make one commit of all changes.
    #[arg(long)]
    squash: bool,
    /// Of a merge commit, the number of the parent that its change is relative to.
    #[arg(long, short = 'm', value_name = "N")]
    mainline: Option<usize>,
    /// Print what was made as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let repository = wiring::open_repository(scope)?;
    let onto = wiring::resolve(&repository, &arguments.onto)?;
    let changes = arguments.revisions.iter().map(|revision| wiring::resolve(&repository, revision));
    let changes = in_order(&repository, changes.collect::<Result<_, _>>()?)?;
    let view = pick(&repository, arguments, &onto, changes)?;
    if arguments.json {
        super::print_json(&view)?;
    } else {
        render::pick::print(&view);
    }
    Ok(if view.status == Status::Conflict { Ending::Findings } else { Ending::Done })
}

/// Oldest first: no commit before one that it descends from. Each once.
fn in_order(repository: &Repository, given: Vec<CommitId>) -> Result<Vec<CommitId>, Failure> {
    let mut ordered: Vec<CommitId> = Vec::new();
    for commit in given {
        let mut place = ordered.len();
        for (at, other) in ordered.iter().enumerate().rev() {
            if repository.merge_base(other, &commit)?.as_ref() == Some(&commit) {
                place = at;
            }
        }
        if ordered.get(place) != Some(&commit) {
            ordered.insert(place, commit);
        }
    }
    Ok(ordered)
}

fn pick(
    repository: &Repository,
    arguments: &Arguments,
    onto: &CommitId,
    changes: Vec<CommitId>,
) -> Result<View, Failure> {
    let mut view = View::new(onto.clone());
    let mut made: Vec<(String, CommitId)> = Vec::new();
    for change in changes {
        let original = repository.message(&change)?;
        match repository.pick(&change, arguments.mainline, &view.commit, &|_| None)? {
            Picked::Empty => view.add(change, Status::Empty),
            Picked::Present => view.add(change, Status::Present),
            Picked::Clean { tree, .. } => {
                let words = message(&original, &change);
                view.commit = repository.write_pick(&tree, &view.commit, &change, &words, None)?;
                view.tree = Some(tree);
                made.push((original, change.clone()));
                view.add(change, Status::Clean);
            }
            Picked::Conflict(files) => {
                let paths: Vec<String> = files.into_iter().map(|file| file.path).collect();
                let missing = repository.predecessors(&change, arguments.mainline, &view.commit, &paths)?;
                view.stop(change, paths, missing);
                return Ok(view);
            }
        }
    }
    if arguments.squash
        && let (Some(tree), Some((_, first))) = (&view.tree, made.first())
    {
        view.commit = repository.write_pick(tree, onto, first, &squashed(&made), None)?;
    }
    Ok(view)
}
