//! `stationmaster stage`

use clap::Args;
use semver::Version;
use serde::Serialize;
use stationmaster_core::{check::registry_rules, model::CommitId};
use stationmaster_engine::ports::StagedCrate;

use super::{
    Scope,
    revision::{Of, Revision},
};
use crate::{
    diagnostics::{CommandResult, Ending},
    render,
    wiring::{Opened, block_on},
};

/// Package the crates of a release once, in order, and keep them with their checksums.
///
/// Nothing is built and nothing leaves this machine. The same commit gives the same bytes; what is staged is used again by
/// `preflight`, `publish` and `run`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The release: its tag, or the pull request that proposes it. Or name a commit with --rev.
    #[arg(value_name = "VERSION", conflicts_with = "rev")]
    version: Option<Version>,
    #[command(flatten)]
    of: Of,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    commit: &'a CommitId,
    crates: Vec<Line<'a>>,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    name: &'a str,
    version: String,
    checksum: &'a str,
    size: u64,
    path: String,
    after: Vec<&'a String>,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let of = arguments.of.with_version(scope, arguments.version.as_ref())?;
    let progress = render::progress::for_terminal(of.json);
    let (commit, staged, notes) = block_on(async {
        let revision = Revision::look(scope, &of).await?;
        let publish = revision.rules.publish.clone();
        let crates = revision.released(&publish)?;
        let notes = registry_rules::dev_circles(&revision.workspace, &publish);
        let opened = Opened::assemble(scope, revision.repository, revision.policy, None)?;
        let staged = opened.world(&*progress).builder.stage(&revision.commit, &crates).await?;
        Ok((revision.commit, staged, notes))
    })?;
    if of.json {
        super::print_json(&report(&commit, &staged))?;
    } else {
        render::staged::print(&staged, &notes);
    }
    Ok(Ending::Done)
}

fn report<'a>(commit: &'a CommitId, staged: &'a [StagedCrate]) -> Report<'a> {
    let line = |it: &'a StagedCrate| Line {
        name: &it.release.name,
        version: it.release.version.to_string(),
        checksum: &it.checksum,
        size: it.size,
        path: it.path.display().to_string(),
        after: it.release.after.iter().collect(),
    };
    Report { commit, crates: staged.iter().map(line).collect() }
}
