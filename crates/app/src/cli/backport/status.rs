//! `stationmaster backport status`

use std::path::PathBuf;

use clap::Args;
use stationmaster_core::{
    backport::{self, Cell, Matrix, Standing},
    model::Histories,
    report::matrix::MatrixView,
};

use super::scene::Scene;
use crate::{
    cli::{self, Scope},
    diagnostics::{CommandResult, Ending, Failure},
    render,
    wiring::block_on,
};

/// Show where each fix stands on each line.
///
/// Found from the repository itself: from what the commits of the lines say, from pull requests, and by trying. Without
/// revisions: every fix, and every change that some supported line has from main.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these changes of main.
    #[arg(value_name = "REV")]
    revisions: Vec<String>,
    /// Only fixes: nominated, or with a class in their message.
    #[arg(long, conflicts_with = "revisions")]
    fixes: bool,
    /// Print the matrix as JSON.
    #[arg(long)]
    json: bool,
    /// Write the matrix as one self-contained HTML page.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Run the command.
pub(super) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    block_on(async {
        let mut scene = Scene::open(scope).await?;
        let given = arguments.revisions.iter().map(|revision| scene.on_main(revision));
        let given = given.collect::<Result<Vec<_>, _>>()?;
        let all = !arguments.fixes && given.is_empty();
        let also = |histories: &Histories| match all {
            true => backport::carried(&histories.main, &histories.lines),
            false => given.clone(),
        };
        let mut matrix = scene.matrix(also).await?;
        if !given.is_empty() {
            matrix.rows.retain(|row| given.iter().any(|id| row.fix.change.is_or_brought(id)));
        }
        show(&scene, arguments, &matrix)?;
        // A pull request that could not be read may hold the fix that a line seems to lack.
        let unseen = scene.seen.own.pull_requests.known().is_none();
        Ok(if unseen { Ending::Outside } else { ending(&matrix) })
    })
}

fn show(scene: &Scene, arguments: &Arguments, matrix: &Matrix) -> Result<(), Failure> {
    let (project, today) = (&scene.opened.policy.project.name, scene.opened.today());
    if let Some(path) = &arguments.html {
        let page = render::backport_page::page(project, today, matrix);
        std::fs::write(path, page).map_err(|error| {
            Failure::new(Ending::Outside, format!("{} could not be written: {error}", path.display()))
        })?;
    }
    if arguments.json {
        return cli::print_json(&MatrixView::new(matrix));
    }
    render::backport::matrix(project, today, matrix);
    Ok(())
}

/// What could not be looked at comes first; then a person must act where a fix is needed and does not merge, or waits for its
/// merge.
fn ending(matrix: &Matrix) -> Ending {
    let unknown = |cell: &Cell| matches!(cell.standing, Standing::Unknown { .. });
    let waits = |cell: &Cell| {
        matches!(cell.standing, Standing::Conflict { .. } | Standing::Open { .. } | Standing::Closed { .. })
    };
    let any = |is_it: fn(&Cell) -> bool| matrix.rows.iter().any(|row| row.cells.values().any(is_it));
    match () {
        () if any(unknown) => Ending::Outside,
        () if any(waits) => Ending::Waiting,
        () => Ending::Done,
    }
}
