//! `stationmaster notes collect`

use std::collections::BTreeSet;

use clap::Args;
use semver::Version;
use stationmaster_core::{
    calendar::seconds_of,
    edit::notes::{self, Entry, MergedChange, NotesFile, Section, Title, add_entries, pull_request_pattern},
    model::{CommitId, CommitSpec, FileEdit, LoggedCommit},
    report::notes::{CollectedChange, CollectedView},
};
use stationmaster_engine::ports::Objects;

use super::{
    Project, Scope,
    project::{Found, Revision},
};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    history,
    render::notes::print_collected,
    wiring::block_on,
};

/// List entries for the pull requests merged since the last release, or since its branch was cut.
///
/// Reads the subjects of first-parent commits (`Title (#12)`, merge commits, `fix!: title`), and the lines `BREAKING CHANGE:`,
/// `Breaking-Change: major`, `RFC:` and `Changelog: added|fixed|..|none` of their messages.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The newest commit [default: the head of the main branch].
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Only what came after this commit [default: the releases before, and where their branches were cut].
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Write a commit on top of the revision that adds the missing entries to its notes. No checkout is touched.
    #[arg(long)]
    write: bool,
    /// Point this branch (or full ref) at the commit. It must be absent, or at the revision.
    #[arg(long = "ref", value_name = "REF", requires = "write")]
    target: Option<String>,
    /// Print the entries as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(super) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    block_on(async { collect(scope, arguments).await })
}

async fn collect(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let project = Project::open(scope, arguments.rev.as_deref()).await?;
    let revision = project.revision(arguments.rev.as_deref())?;
    let version = project.version_at(&revision.commit).await?;
    let logged = match &arguments.since {
        Some(since) => {
            let since = project.revision(Some(since))?;
            let known = project.repository.log(&since.commit, &Default::default())?;
            project.repository.log(&revision.commit, &known.into_iter().map(|commit| commit.id).collect())?
        }
        None => {
            project.is_whole()?;
            project.merged(&revision.commit, version.as_ref())?
        }
    };
    let since = match logged.last() {
        Some(oldest) => project.repository.first_parent(&oldest.id)?,
        None => Some(revision.commit.clone()),
    };
    let notes = project.notes_at(&revision.commit)?;
    let pattern = notes.as_ref().and_then(|notes| {
        pull_request_pattern(&notes.text).or_else(|| pull_request_pattern(notes.rules.archive_link.as_deref()?))
    });
    let noted = noted(&project, &revision, notes.as_ref()).await?;
    let total = logged.len();
    let changes = project.changes(logged);
    let entries: Vec<CollectedChange<'_>> =
        changes.iter().filter_map(|(commit, change)| entry(commit, change, pattern.as_deref(), &noted)).collect();
    let mut view = CollectedView {
        revision: &revision.name,
        commit: &revision.commit,
        version: version.as_ref(),
        since,
        left_out: total - entries.len(),
        entries,
        written: None,
    };
    if arguments.write {
        view.written = Some(write(&project, &revision, version.as_ref(), notes, &view, arguments).await?);
    }
    if arguments.json {
        super::super::print_json(&view)?;
    } else {
        print_collected(&view);
    }
    Ok(Ending::Done)
}

/// Numbers of pull requests that the notes of a revision, or its fragments, are about.
async fn noted(project: &Project, revision: &Revision, notes: Option<&Found>) -> Result<BTreeSet<u64>, Failure> {
    let Some(notes) = notes else { return Ok(BTreeSet::new()) };
    let file = NotesFile::parse(&notes.text);
    let mut numbers: BTreeSet<u64> = file.sections.iter().flat_map(Section::numbers).collect();
    if let Some(Ok(fragments)) = project.fragments(&revision.commit, &notes.rules).await? {
        numbers.extend(fragments.iter().flat_map(|(_, entry)| entry.all_links()).filter_map(|link| link.number()));
    }
    Ok(numbers)
}

fn entry<'c>(
    commit: &'c LoggedCommit,
    change: &MergedChange,
    pattern: Option<&str>,
    noted: &BTreeSet<u64>,
) -> Option<CollectedChange<'c>> {
    let entry = change.entry()?.with_addresses(pattern);
    let noted = change.number.is_some_and(|number| noted.contains(&number));
    Some(CollectedChange { commit: &commit.id, date: history::day(commit.seconds), entry, noted })
}

/// The section that new entries are for: that of the version that is carried, or, where that is released, the first in the notes that is
/// not.
fn target(project: &Project, file: &NotesFile<'_>, carried: Option<&Version>) -> Option<Title> {
    let releases = project.releases();
    if let Some(version) = carried.filter(|version| !releases.contains_key(version)) {
        return Some(Title::Version(version.clone()));
    }
    let next = file
        .sections
        .iter()
        .find(|section| !section.version().is_some_and(|version| releases.contains_key(version)))?;
    Some(next.title.clone())
}

/// Which release, for a commit's subject.
fn for_what(title: &Title) -> String {
    match title {
        Title::Version(version) => format!("for {version}"),
        Title::Unreleased => "for the next release".to_owned(),
    }
}

async fn write(
    project: &Project,
    revision: &Revision,
    version: Option<&Version>,
    notes: Option<Found>,
    view: &CollectedView<'_>,
    arguments: &Arguments,
) -> Result<CommitId, Failure> {
    let Some(Found { rules, text }) = notes else {
        return Err(Failure::new(Ending::Usage, format!("{} has no `{}`", revision.name, project.rules()?.file)));
    };
    let title = target(project, &NotesFile::parse(&text), version).ok_or_else(|| {
        Failure::new(Ending::Usage, format!("{}:{} has no section that is not released", revision.name, rules.file))
            .hint("open a section for the next version first")
    })?;
    let new: Vec<Entry> =
        view.entries.iter().filter(|change| !change.noted).map(|change| change.entry.clone()).collect();
    if new.is_empty() {
        return Err(Failure::new(Ending::Usage, "the notes have all of these already; nothing was written"));
    }
    let refused = |error: notes::NotesError| {
        Failure::new(Ending::Usage, format!("{}:{}: {error}; nothing was written", revision.name, rules.file))
            .hint("open a section for it first")
    };
    let text = add_entries(&text, rules.style, &title, &new).map_err(refused)?;
    let spec = CommitSpec {
        parent: revision.commit.clone(),
        edits: vec![FileEdit { path: rules.file.clone(), text }],
        removed: Vec::new(),
        message: format!("Note what was merged {}\n", for_what(&title)),
        identity: project.policy.project.identity.clone(),
        seconds: seconds_of(project.day),
    };
    let id = project.repository.write_commit(&spec).await?;
    if let Some(target) = &arguments.target {
        project.repository.set_ref(target, &revision.commit, &id)?;
    }
    Ok(id)
}
