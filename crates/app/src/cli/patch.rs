//! `stationmaster patch`

use clap::Args;
use semver::Version;
use serde::Serialize;
use stationmaster_core::{
    backport::LineState,
    model::{Bump, FixDecision, LineName, bump_version},
};

use super::{Scope, backport::Scene};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    wiring::block_on,
};

/// Ask for a patch release of lines, all of them or none (X5).
///
/// `run` opens a pull request for each, and tags none before all are merged and green. Without lines: of every supported line
/// that has something its newest release lacks.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The lines, such as 36.0.
    #[arg(value_name = "LINE")]
    lines: Vec<LineName>,
    /// Also of lines that are past their end of life, for this reason; the journal keeps it.
    #[arg(long, value_name = "WHY")]
    force: Option<String>,
    /// Why; the journal keeps it.
    #[arg(long, value_name = "TEXT", conflicts_with = "force")]
    why: Option<String>,
    /// In whose name [default: git's user].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Print the versions as JSON.
    #[arg(long)]
    json: bool,
}

/// What was asked for, as programs read it.
#[derive(Debug, Serialize)]
struct View {
    versions: Vec<Version>,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    block_on(async {
        let scene = Scene::open(scope).await?;
        let lines = lines(&scene, arguments)?;
        let versions = lines.iter().map(|line| next(&scene, *line)).collect::<Result<Vec<_>, _>>()?;
        let why = arguments.force.as_ref().or(arguments.why.as_ref()).cloned().unwrap_or_default();
        let decision = FixDecision::Patch { versions: versions.clone(), forced: arguments.force.is_some(), why };
        scene.decide(decision, arguments.by.as_deref()).await?;
        if arguments.json {
            super::print_json(&View { versions })?;
        } else {
            let names: Vec<String> = versions.iter().map(ToString::to_string).collect();
            anstream::println!("asked for {}; `stationmaster run` opens the pull requests", names.join(", "));
        }
        Ok(Ending::Done)
    })
}

/// The lines to patch, each of which may be.
fn lines(scene: &Scene, arguments: &Arguments) -> Result<Vec<LineName>, Failure> {
    if arguments.lines.is_empty() {
        let open = scene.lines.iter().filter(|(_, state)| **state == LineState::Supported).map(|(line, _)| *line);
        let lines: Vec<LineName> = open.filter(|line| has_news(scene, *line)).collect();
        if lines.is_empty() {
            return Err(Failure::new(Ending::Refused, "no supported line has anything that its newest release lacks")
                .hint("merge a fix to a line first; `stationmaster backport status` shows what is where"));
        }
        return Ok(lines);
    }
    for line in &arguments.lines {
        match scene.line(*line)? {
            LineState::Ended(day) if arguments.force.is_none() => {
                return Err(Failure::new(Ending::Refused, format!("the support of {line} ended on {day} (R7)"))
                    .hint("release it all the same with `--force WHY`; the journal keeps the reason"));
            }
            LineState::Boarding => {
                let first = line.first_version();
                return Err(Failure::new(Ending::Refused, format!("{line} has no release yet, so it gets no patch"))
                    .hint(format!("what is on its branch goes out with {first}")));
            }
            LineState::Supported | LineState::Ended(_) if !has_news(scene, *line) => {
                let message = format!("{line} has nothing that its newest release lacks");
                return Err(Failure::new(Ending::Refused, message).hint("merge a fix to its branch first"));
            }
            LineState::Supported | LineState::Ended(_) => {}
        }
    }
    let mut lines = arguments.lines.clone();
    lines.sort_unstable();
    lines.dedup();
    Ok(lines)
}

/// Whether the branch has moved on since the newest release of the line.
fn has_news(scene: &Scene, line: LineName) -> bool {
    let head = scene.seen.branches.get(&scene.branch(line)).map(|head| &head.commit);
    let tag = newest(scene, line).map(|version| scene.opened.policy.project.tag.with(&version));
    let tagged = tag.and_then(|tag| scene.seen.tags.get(&tag)).map(|tag| &tag.commit);
    head != tagged
}

fn newest(scene: &Scene, line: LineName) -> Option<Version> {
    let tags = scene.seen.tags.keys().filter_map(|tag| scene.opened.policy.project.tag.version_of(tag));
    tags.filter(|version| version.pre.is_empty() && LineName::of(version) == line).max()
}

fn next(scene: &Scene, line: LineName) -> Result<Version, Failure> {
    let newest = newest(scene, line)
        .ok_or_else(|| Failure::new(Ending::Refused, format!("{line} has no release that a patch could follow")))?;
    Ok(bump_version(&newest, Bump::Patch))
}
