//! `stationmaster notes check`

use std::collections::HashSet;

use clap::Args;
use semver::Version;
use stationmaster_core::{
    audit::notes::{self, HeadNotes, Logged, TaggedNotes},
    model::{CommitId, LoggedCommit},
    report::findings::Findings,
};

use super::{Project, Scope, project::Revision};
use crate::{
    diagnostics::{CommandResult, Failure},
    history,
    render::{findings, style::counted},
    wiring::block_on,
};

/// Compare the notes with tags and merged changes, and report what is missing, late or unclear.
///
/// Checks the notes at every release tag and at the head of the main branch. With `--rev`, checks those at one revision; if it is
/// tagged as a release, they are checked as that release's notes.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Look at the notes of this revision only.
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(super) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let (mut found, looked_at) = block_on(async { check(scope, arguments).await })?;
    found.sort_by(|a, b| (a.date.is_none(), a.date, &a.file, a.line).cmp(&(b.date.is_none(), b.date, &b.file, b.line)));
    if arguments.json {
        super::super::print_json(&Findings { findings: &found })?;
    } else {
        findings::print(&found, &looked_at, "all as it should be");
    }
    Ok(findings::ending(&found))
}

async fn check(
    scope: &Scope,
    arguments: &Arguments,
) -> Result<(Vec<stationmaster_core::model::Finding>, String), Failure> {
    let project = Project::open(scope, arguments.rev.as_deref()).await?;
    let revision = project.revision(arguments.rev.as_deref())?;
    project.is_whole()?;
    let releases = releases(&project)?;
    if arguments.rev.is_none() {
        let head = head(&project, &revision).await?;
        let looked_at = format!("{} and {}", counted(releases.len(), "release"), revision.name);
        return Ok((notes::findings(&releases, head.as_ref()), looked_at));
    }
    let known = project.releases();
    let tagged: Vec<TaggedNotes> =
        releases.iter().filter(|release| known[&release.version].1 == &revision.commit).cloned().collect();
    if tagged.is_empty() {
        let head = head(&project, &revision).await?;
        // What was released later says nothing of an old revision.
        let at = project.repository.committed_at(&revision.commit)?.seconds;
        let mut earlier = Vec::new();
        for release in releases {
            if project.repository.committed_at(known[&release.version].1)?.seconds <= at {
                earlier.push(release);
            }
        }
        let mut found = notes::findings(&earlier, head.as_ref());
        let own = notes::findings(&earlier, None);
        found.retain(|finding| !own.contains(finding));
        return Ok((found, revision.name));
    }
    Ok((notes::findings(&tagged, None), revision.name))
}

/// Every release with its notes and with what was merged for it.
fn releases(project: &Project) -> Result<Vec<TaggedNotes>, Failure> {
    let mut known: HashSet<CommitId> = HashSet::new();
    let mut releases = Vec::new();
    for (tag, commit) in project.releases().into_values() {
        let is_first = known.is_empty();
        let logged = project.repository.log(commit, &known)?;
        known.extend(logged.iter().map(|commit| commit.id.clone()));
        let mut notes = history::notes(&project.repository, &project.policy, tag, commit)?;
        notes.changes = (!is_first).then(|| changes(project, logged));
        releases.push(notes);
    }
    Ok(releases)
}

fn changes(project: &Project, logged: Vec<LoggedCommit>) -> Vec<Logged> {
    let changes = project.changes(logged).into_iter();
    changes.map(|(commit, change)| Logged { date: history::day(commit.seconds), commit: commit.id, change }).collect()
}

/// The notes of a revision that is no release.
async fn head(project: &Project, revision: &Revision) -> Result<Option<HeadNotes>, Failure> {
    let Some(rules) = &project.policy.on(project.day).notes else { return Ok(None) };
    let found = project.notes_at(&revision.commit)?;
    let rules = found.as_ref().map_or(rules, |found| &found.rules);
    let version: Option<Version> = project.version_at(&revision.commit).await?;
    let merged = project.merged(&revision.commit, version.as_ref())?;
    Ok(Some(HeadNotes {
        name: revision.name.clone(),
        version,
        file: rules.file.clone(),
        fragments: project.fragments(&revision.commit, rules).await?,
        rfc: project.policy.on(project.day).gates.rfc,
        changes: changes(project, merged),
        text: found.map(|found| found.text),
    }))
}
