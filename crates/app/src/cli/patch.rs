//! `stationmaster patch`

use std::collections::BTreeSet;

use clap::Args;
use semver::Version;
use stationmaster_core::{
    backport::{self, LineState, PatchRefusal},
    model::{FixDecision, LineName},
    releases::Releases,
    report::patches::PatchesAsked,
};

use super::{Scope, backport::Scene};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    wiring::block_on,
};

/// Request patch releases. Either all of the lines are released or none.
///
/// `run` opens a pull request for each line and tags none until all are merged and green. Without lines, patches every
/// supported line that has unreleased changes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Release lines, such as 36.0.
    #[arg(value_name = "LINE")]
    lines: Vec<LineName>,
    /// Also patch lines past their end of life, for this reason. The reason is recorded in the journal.
    #[arg(long, value_name = "WHY")]
    force: Option<String>,
    /// The reason. It is recorded in the journal.
    #[arg(long, value_name = "TEXT", conflicts_with = "force")]
    why: Option<String>,
    /// Who decides this [default: git's user].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Print the versions as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    block_on(async {
        let scene = Scene::open(scope).await?;
        let versions = versions(&scene, arguments)?;
        let why = arguments.force.as_ref().or(arguments.why.as_ref()).cloned().unwrap_or_default();
        let decision = FixDecision::Patch { versions: versions.clone(), forced: arguments.force.is_some(), why };
        scene.decide(decision, arguments.by.as_deref()).await?;
        if arguments.json {
            super::print_json(&PatchesAsked { versions })?;
        } else {
            let names: Vec<String> = versions.iter().map(ToString::to_string).collect();
            crate::output::println!("asked for {}; `stationmaster run` opens the pull requests", names.join(", "));
        }
        Ok(Ending::Done)
    })
}

/// The next version of each line that was named; of every supported line that may get a patch where none was.
fn versions(scene: &Scene, arguments: &Arguments) -> Result<Vec<Version>, Failure> {
    let project = &scene.opened.policy.project;
    let releases = Releases::of(project, &scene.seen);
    let request = |line, state| {
        backport::request_patch(project, (&scene.seen, &releases), line, state, arguments.force.is_some())
    };
    if arguments.lines.is_empty() {
        let supported = scene.lines.iter().filter(|(_, state)| **state == LineState::Supported);
        let versions: Vec<Version> = supported.filter_map(|(line, state)| request(*line, *state).ok()).collect();
        if versions.is_empty() {
            return Err(Failure::new(Ending::Refused, "no supported line has anything that its newest release lacks")
                .hint("merge a fix to a line first; `stationmaster backport status` shows what is where"));
        }
        return Ok(versions);
    }
    let lines: BTreeSet<LineName> = arguments.lines.iter().copied().collect();
    let version = |line| request(line, scene.line(line)?).map_err(refused);
    lines.into_iter().map(version).collect()
}

fn refused(why: PatchRefusal) -> Failure {
    let hint = match &why {
        PatchRefusal::EndOfLife { .. } => {
            "release it all the same with `--force WHY`; the journal keeps the reason".to_owned()
        }
        PatchRefusal::Unreleased { line } => format!("what is on its branch goes out with {}", line.first_version()),
        PatchRefusal::Last(_) => "open a new line with the next major version".to_owned(),
        PatchRefusal::NothingNew { .. } => "merge a fix to its branch first".to_owned(),
    };
    Failure::new(Ending::Refused, why.to_string()).hint(hint)
}
