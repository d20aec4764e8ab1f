//! `stationmaster pick`

use clap::Args;
use stationmaster_adapters::git::{Picked, Picking, Predecessor, Repository};
use stationmaster_core::{
    model::CommitId,
    pick::{
        message,
        resolve::{ConflictedFile, Mechanical},
        squashed,
    },
    report::picks::{MissingChange, PickStatus, PickView},
};
use stationmaster_engine::ports::PortError;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    policy_file, render, repository,
};

/// Cherry-pick commits onto another commit, without a checkout and without moving any ref.
///
/// Several commits are picked in history order. Author and message are kept, and the message names the original commit. The
/// same arguments give the same commit. Conflicts only in release notes, Cargo.lock or versions are resolved. If any change
/// conflicts, nothing is written, and the missing changes it depends on are listed.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The commits to pick.
    #[arg(value_name = "REV", required = true)]
    revisions: Vec<String>,
    /// The commit to pick onto.
    #[arg(long, value_name = "REV")]
    onto: String,
    /// Combine all changes into one commit.
    #[arg(long)]
    squash: bool,
    /// For a merge commit: the parent number to diff against.
    #[arg(long, short = 'm', value_name = "N")]
    mainline: Option<usize>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let repository = repository::open(scope)?;
    let onto = repository::resolve(&repository, &arguments.onto)?;
    let changes = arguments.revisions.iter().map(|revision| repository::resolve(&repository, revision));
    let changes = in_order(&repository, changes.collect::<Result<_, _>>()?)?;
    let mechanical = mechanical(scope, &repository)?;
    let how = How { squash: arguments.squash, mainline: arguments.mainline, why: None };
    let view = pick(&repository, how, &mechanical, &onto, changes)?;
    if arguments.json {
        super::print_json(&view)?;
    } else {
        render::pick::print(&view);
    }
    Ok(if view.status == PickStatus::Conflict { Ending::Findings } else { Ending::Done })
}

/// Oldest first: no commit before one that it descends from. Each once.
pub(super) fn in_order(repository: &Repository, given: Vec<CommitId>) -> Result<Vec<CommitId>, Failure> {
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

/// By the policy, where there is one; a change can be picked in any repository.
fn mechanical(scope: &Scope, repository: &Repository) -> Result<Mechanical, Failure> {
    let has_policy = scope.policy.is_some() || policy_file::in_repository(repository)?.is_some();
    if !has_policy {
        return Ok(Mechanical::default());
    }
    let policy = policy_file::load(scope, Some(repository))?;
    Ok(Mechanical::new(policy.on(scope.day())))
}

/// How changes are picked.
#[derive(Debug, Clone, Copy)]
pub(super) struct How<'w> {
    /// One commit of all changes.
    pub(super) squash: bool,
    /// The number of a merge commit's parent.
    pub(super) mainline: Option<usize>,
    /// Why, for the messages.
    pub(super) why: Option<&'w str>,
}

/// Make changes on a commit, all or none.
pub(super) fn pick(
    repository: &Repository,
    how: How<'_>,
    mechanical: &Mechanical,
    onto: &CommitId,
    changes: Vec<CommitId>,
) -> Result<PickView, Failure> {
    let resolve = |file: &ConflictedFile| mechanical.resolve(file);
    let picking = repository.picking();
    let mut view = PickView::new(onto.clone());
    let mut made: Vec<(String, CommitId)> = Vec::new();
    for change in changes {
        let original = repository.message(&change)?;
        let picked = picking.pick(&change, how.mainline, &view.commit, &resolve);
        match picked.map_err(|error| not_picked(&change, error))? {
            Picked::Empty => view.add(change, PickStatus::Empty),
            Picked::Present => view.add(change, PickStatus::Present),
            Picked::Clean { tree, resolved } => {
                let words = message(&original, &change, how.why);
                view.commit = picking.commit(&tree, &view.commit, &change, &words)?;
                view.tree = Some(tree);
                made.push((original, change.clone()));
                view.add_clean(change, resolved);
            }
            Picked::Conflict(files) => {
                let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
                let mut missing = repository.predecessors(&change, how.mainline, onto, &paths)?;
                missing.retain(|one| made.iter().all(|(_, made)| *made != one.commit));
                view.stop(change, files, missing.into_iter().map(self::missing).collect());
                return Ok(view);
            }
        }
    }
    keep(picking, how, onto, &made, &mut view)?;
    Ok(view)
}

/// Write what was made: every commit, or the one of all.
fn keep(
    picking: Picking<'_>,
    how: How<'_>,
    onto: &CommitId,
    made: &[(String, CommitId)],
    view: &mut PickView,
) -> Result<(), Failure> {
    if let (Some(tree), Some((_, first))) = (&view.tree, made.first()) {
        if how.squash {
            view.commit = picking.commit(tree, onto, first, &squashed(made, how.why))?;
        }
        picking.keep(view.commit.as_str())?;
    }
    Ok(())
}

/// Whether it is clear what a commit changes, before anything is looked up.
pub(super) fn one_parent(repository: &Repository, change: &CommitId, mainline: Option<usize>) -> Result<(), Failure> {
    let parents = repository.parents(change)?.len();
    let why = match (parents, mainline) {
        (0, _) => "it is a root commit: it has no parent that its change is relative to".to_owned(),
        (2.., None) => format!("it is a merge of {parents} parents: say which one its change is relative to"),
        _ => return Ok(()),
    };
    Err(not_picked(change, PortError::Refused { what: "the pick".to_owned(), why }))
}

/// Why one of the changes cannot be picked at all.
pub(super) fn not_picked(change: &CommitId, error: PortError) -> Failure {
    match error {
        PortError::Refused { why, .. } => {
            let failure = Failure::new(Ending::Usage, format!("{change} cannot be picked: {why}"));
            if why.contains("merge of") {
                failure.hint("`--mainline 1` means the branch it was merged into")
            } else {
                failure
            }
        }
        PortError::Missing { what } => {
            Failure::new(Ending::Outside, format!("{change} cannot be picked: the clone lacks {what}"))
                .hint("get it with `git fetch`, or clone without `--filter` and `--depth`")
        }
        error => error.into(),
    }
}

/// A change that another one rests on, to be shown.
pub(super) fn missing(one: Predecessor) -> MissingChange {
    MissingChange { commit: one.commit, subject: one.subject, paths: one.paths }
}
