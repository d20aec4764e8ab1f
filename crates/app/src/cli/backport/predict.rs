//! `stationmaster backport predict`

use std::collections::HashSet;

use clap::Args;
use stationmaster_adapters::git::Picked;
use stationmaster_core::{
    backport::LineState,
    model::{CommitId, LineName, LoggedCommit},
    pick::{
        message,
        resolve::{ConflictedFile, Mechanical},
    },
    report::{
        picks::PickStatus,
        predicted::{PredictedCommit, PredictedLine, Prediction},
    },
};

use super::scene::Scene;
use crate::{
    cli::{self, Scope, pick},
    diagnostics::{CommandResult, Ending, Failure},
    render, repository,
    wiring::block_on,
};

/// So many commits are more than one change.
const MANY: usize = 200;

/// Predict on which lines an unmerged change would conflict, so that you can split it first.
///
/// Tries every commit of the branch in turn. A commit that conflicts is skipped, and the next ones are tried without it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The head of the change: a branch or a commit.
    #[arg(value_name = "REV")]
    revision: String,
    /// A release line, such as 36.0. May be repeated [default: every line before its end of life].
    #[arg(long = "to", value_name = "LINE")]
    lines: Vec<LineName>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(super) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    block_on(async {
        let scene = Scene::open(scope).await?;
        let repository = &scene.opened.repository;
        let change = repository::resolve(repository, &arguments.revision)?;
        let main = &scene.opened.policy.project.main;
        let head = &scene.seen.own.branches[main].commit;
        if repository.reaches(head, &change)? {
            let message = format!("{} ({}) is on `{main}` already", arguments.revision, change.short());
            return Err(Failure::new(Ending::Usage, message)
                .hint(format!("`stationmaster backport {}` carries it to the lines", change.short())));
        }
        let (base, commits) = commits(&scene, &change, head)?;
        let mut view = Prediction { change, base, lines: Vec::new() };
        for line in lines(&scene, arguments)? {
            view.lines.push(on_line(&scene, line, &commits)?);
        }
        if arguments.json {
            cli::print_json(&view)?;
        } else {
            render::predicted::print(&view);
        }
        let conflicts = view.lines.iter().any(|line| line.status == PickStatus::Conflict);
        Ok(if conflicts { Ending::Findings } else { Ending::Done })
    })
}

/// The commits of the change, oldest first, and where it parted from main. Merges of main into it are left out.
fn commits(scene: &Scene, change: &CommitId, main: &CommitId) -> Result<(CommitId, Vec<LoggedCommit>), Failure> {
    let repository = &scene.opened.repository;
    let base = repository.merge_base(main, change)?.ok_or_else(|| {
        let message = format!("{} and `{}` have nothing in common", change.short(), scene.opened.policy.project.main);
        Failure::new(Ending::Usage, message)
    })?;
    let mut commits = Vec::new();
    for commit in repository.log(change, &HashSet::from([base.clone()]))? {
        if repository.reaches(main, &commit.id)? {
            break;
        }
        if repository.parents(&commit.id)?.len() < 2 {
            commits.push(commit);
        }
        if commits.len() > MANY {
            let message = format!("{} has more than {MANY} commits that main lacks", change.short());
            return Err(Failure::new(Ending::Usage, message).hint("name the branch of one change"));
        }
    }
    commits.reverse();
    Ok((base, commits))
}

fn lines(scene: &Scene, arguments: &Arguments) -> Result<Vec<LineName>, Failure> {
    if !arguments.lines.is_empty() {
        return arguments.lines.iter().map(|line| scene.line(*line).map(|_| *line)).collect();
    }
    let open = scene.lines.iter().filter(|(_, state)| !matches!(state, LineState::Ended(_)));
    Ok(open.map(|(line, _)| *line).collect())
}

fn on_line(scene: &Scene, line: LineName, commits: &[LoggedCommit]) -> Result<PredictedLine, Failure> {
    let opened = &scene.opened;
    let mechanical = Mechanical::new(opened.policy.on(opened.today()));
    let resolve = |file: &ConflictedFile| mechanical.resolve(file);
    let picking = opened.repository.picking();
    let head = scene.seen.own.branches[&scene.branch(line)].commit.clone();
    let mut onto = head.clone();
    let mut seen = PredictedLine { line, status: PickStatus::Empty, commits: Vec::new() };
    for commit in commits {
        let mut one = PredictedCommit {
            commit: commit.id.clone(),
            subject: commit.message.lines().next().unwrap_or_default().to_owned(),
            status: PickStatus::Empty,
            conflicts: Vec::new(),
            predecessors: Vec::new(),
        };
        let picked = picking.pick(&commit.id, None, &onto, &resolve);
        match picked.map_err(|error| pick::not_picked(&commit.id, error))? {
            Picked::Empty => {}
            Picked::Present => one.status = PickStatus::Present,
            Picked::Clean { tree, .. } => {
                one.status = PickStatus::Clean;
                onto = picking.commit(&tree, &onto, &commit.id, &message(&commit.message, &commit.id, None))?;
            }
            Picked::Conflict(files) => {
                one.status = PickStatus::Conflict;
                one.conflicts = files.into_iter().map(|file| file.path).collect();
                let mut missing = opened.repository.predecessors(&commit.id, None, &head, &one.conflicts)?;
                let made =
                    |id: &CommitId| seen.commits.iter().any(|one| one.commit == *id && one.status == PickStatus::Clean);
                missing.retain(|one| !made(&one.commit));
                one.predecessors = missing.into_iter().map(pick::missing).collect();
            }
        }
        seen.status = seen.status.max(one.status);
        seen.commits.push(one);
    }
    Ok(seen)
}
