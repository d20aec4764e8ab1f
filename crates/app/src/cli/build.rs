//! `stationmaster build`

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use semver::Version;
use stationmaster_adapters::release_folder;
use stationmaster_core::{
    artifact::{Asset, Job, Note, jobs},
    report::built::{Built, BuiltFile, BuiltState, FinishedFile},
};
use stationmaster_engine::{
    artifacts::{JobEnd, make_archives},
    ports::{ArchiveFile, PortError, Workshops as _},
};

use super::{
    Scope,
    revision::{Of, Revision},
};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    interrupt::unless_stopped,
    release_files, render,
    wiring::{archive_workshops, block_on},
};

/// Build the release archives declared in the policy, for every target this machine can build.
///
/// Builds from a clean export of the commit, never from your checkout. The same commit gives the same bytes in any folder.
/// Finished archives are kept and reused. Targets this machine cannot build are listed with the reason.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The release to use: its tag, or the pull request that proposes it. To use another commit, pass --rev.
    #[arg(value_name = "VERSION", conflicts_with = "rev")]
    version: Option<Version>,
    #[command(flatten)]
    of: Of,
    /// Also copy the finished archives to this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Build only this target (a rustc target triple). May be repeated.
    #[arg(long, value_name = "TARGET")]
    target: Vec<String>,
    /// Build only this archive: its name without extension, its name pattern in the policy, its package, or its kind (`c-api`,
    /// `cli`, `source`).
    #[arg(long, value_name = "NAME")]
    artifact: Vec<String>,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let of = arguments.of.with_version(scope, arguments.version.as_ref())?;
    let progress = render::progress::for_terminal(of.json);
    let report = block_on(async {
        let revision = Revision::look(scope, &of).await?;
        let version = version(&revision)?;
        let jobs = chosen(arguments, &revision, &version)?;
        let Revision { repository, commit, workspace, .. } = revision;
        let workshops = archive_workshops(scope, Arc::new(repository));
        let workshop = workshops.open(&commit, workspace.folder()).await.map_err(not_built)?;
        let made = async { make_archives(&*workshop, &jobs, &*progress).await.map_err(not_built) };
        let ends = unless_stopped("all archives were made", made).await?;
        let archives = jobs.iter().zip(ends).flat_map(|(job, end)| lines(job, end)).collect();
        Ok(Built { commit, version, archives })
    })?;
    drop(progress);
    let report = put_out(report, arguments.out.as_deref())?;
    if of.json {
        super::print_json(&report)?;
    } else {
        render::built::print(&report);
    }
    Ok(Ending::Done)
}

/// What the commit does not give is a finding about it. What was made before is kept.
fn not_built(error: PortError) -> Failure {
    match error {
        PortError::Refused { .. } => Failure::new(Ending::Findings, error.to_string()),
        other => other.into(),
    }
}

fn version(revision: &Revision) -> Result<Version, Failure> {
    revision.version().ok_or_else(|| {
        Failure::new(Ending::Usage, "the packages of the policy's first group have no one version at this commit")
            .hint("`stationmaster check versions` says which differ")
    })
}

/// The archives that are asked for.
fn chosen(arguments: &Arguments, revision: &Revision, version: &Version) -> Result<Vec<Job>, Failure> {
    let all = jobs(&revision.policy.project.name, &revision.rules, version);
    if all.is_empty() {
        return Err(Failure::new(Ending::Usage, "the policy declares no archive").hint("add an `[[artifact]]` to it"));
    }
    let Arguments { target, artifact, .. } = arguments;
    let is_chosen = |job: &&Job| {
        let of_target = target.is_empty() || job.target.as_ref().is_some_and(|it| target.contains(it));
        of_target && (artifact.is_empty() || artifact.iter().any(|name| job.is_called(name)))
    };
    let chosen: Vec<Job> = all.iter().filter(is_chosen).cloned().collect();
    if chosen.is_empty() {
        let names: Vec<&str> = all.iter().map(|job| job.stem.as_str()).collect();
        return Err(Failure::new(Ending::Usage, "the policy declares no such archive")
            .hint(format!("there are {}", names.join(", "))));
    }
    Ok(chosen)
}

fn lines(job: &Job, end: JobEnd) -> Vec<BuiltFile> {
    let assets = job.assets();
    let finished = |file: ArchiveFile, notes: &[Note]| FinishedFile {
        path: file.path,
        checksum: file.digest,
        size: file.size,
        notes: notes.to_vec(),
    };
    let states: Vec<BuiltState> = match end {
        JobEnd::Made(it) => it.files.into_iter().map(|file| BuiltState::Made(finished(file, &it.notes))).collect(),
        JobEnd::Kept(it) => it.files.into_iter().map(|file| BuiltState::Kept(finished(file, &it.notes))).collect(),
        JobEnd::Elsewhere(obstacle) => {
            let state =
                |_: &Asset| BuiltState::ExpectedFromCi { reason: obstacle.to_string(), obstacle: obstacle.clone() };
            assets.iter().map(state).collect()
        }
    };
    assets.into_iter().zip(states).map(|(asset, state)| BuiltFile { asset, state }).collect()
}

/// Copy what is finished to the folder that a person named; the report then says where it is there.
fn put_out(mut report: Built, out: Option<&Path>) -> Result<Built, Failure> {
    let Some(out) = out else { return Ok(report) };
    for line in &mut report.archives {
        if let BuiltState::Made(file) | BuiltState::Kept(file) = &mut line.state {
            release_folder::put_copy(out, &line.asset.name, &file.path, file.checksum)
                .map_err(release_files::failure)?;
            file.path = out.join(&line.asset.name);
        }
    }
    Ok(report)
}
