//! A repository's past, read for an audit: tags, release branches, and what is on them.

use std::collections::{BTreeMap, HashSet};

use jiff::{Timestamp, civil::Date};
use semver::Version;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    audit::{
        History, Line, LineCommit, Parted, Release,
        notes::{ReleaseNotes, TagDays, TaggedNotes},
    },
    model::{CommitId, FileSelection, LoggedCommit, day_of},
    pick::Originals,
    policy::Policy,
    workspace::{Workspace, root_version},
};
use stationmaster_engine::ports::{PortResult, Refs};

use crate::{
    checkout,
    diagnostics::{Ending, Failure},
};

/// Read what happened until a day.
pub(crate) async fn read(repository: &Repository, policy: &Policy, until: Date) -> Result<History, Failure> {
    let project = &policy.project;
    let (tags, branches) = (repository.tags().await?, repository.branches().await?);
    let main = branches.get(&project.main);
    let main = main.ok_or_else(|| checkout::no_branch(repository, &project.main, branches.keys()))?;
    checkout::is_whole(repository, tags.len())?;
    let main = MainBranch::read(repository, main)?;
    let asked = until;
    let named = tags.iter().filter_map(|(tag, commit)| Some((commit, (tag, project.tag.version_of(tag)?))));
    let releases = releases(repository, policy, named)?;
    let mut lines = Vec::new();
    for (branch, head) in &branches {
        if let Some(version) = project.release_branch.version_of(branch) {
            lines.push(line(repository, &main, branch, head, version)?);
        }
    }
    lines.sort_by(|a: &Line, b| a.version.cmp(&b.version));
    let of_lines = lines.iter().flat_map(|line| line.commits.iter().map(|commit| commit.day));
    let of_tags = releases.iter().map(|release| release.day);
    let newest = main.days.values().map(|(day, _)| *day).chain(of_lines).chain(of_tags).max();
    let until = newest.map_or(asked, |newest| newest.min(asked));
    let mut history = History { until, asked, releases, lines, notes: Vec::new() };
    history.releases.retain(|release| release.day <= asked);
    history.releases.sort_by(|a, b| a.version.cmp(&b.version));
    let mut judged = ReleaseNotes::default();
    for release in &history.releases {
        judged.add(&notes(repository, policy, &release.tag, &release.commit)?);
    }
    history.notes = judged.found;
    Ok(history)
}

/// The notes at a tag, without what was merged for it.
pub(crate) fn notes(
    repository: &Repository,
    policy: &Policy,
    tag: &str,
    commit: &CommitId,
) -> Result<TaggedNotes, Failure> {
    let days = days(repository, tag, commit)?;
    let rules = policy.on(days.commit);
    let file = rules.notes.as_ref().map(|notes| notes.file.clone());
    let (text, unreadable) = match &file {
        Some(file) => text_at(repository, commit, file)?,
        None => (None, None),
    };
    let version = policy.project.tag.version_of(tag).ok_or_else(|| {
        Failure::new(Ending::Usage, format!("tag `{tag}` names no version")).hint("fix `[project] tag`")
    })?;
    Ok(TaggedNotes { tag: tag.to_owned(), version, days, file, text, unreadable, rfc: rules.gates.rfc, changes: None })
}

/// The text of a file of a commit, if it is there; else what stands in the way of reading it.
fn text_at(repository: &Repository, commit: &CommitId, file: &str) -> PortResult<(Option<String>, Option<String>)> {
    let selected = FileSelection { paths: vec![file.to_owned()], ..FileSelection::default() };
    match repository.read_unreadable(commit, &selected)?.pop_first() {
        Some((_, why)) => Ok((None, Some(why))),
        None => Ok((repository.read_blob_at(commit, file)?, None)),
    }
}

fn days(repository: &Repository, tag: &str, commit: &CommitId) -> PortResult<TagDays> {
    let committed = repository.committed_at(commit)?;
    let tagger = repository.tagged_at(tag)?;
    Ok(TagDays {
        commit: day(committed.seconds),
        local: day(committed.seconds + i64::from(committed.offset)),
        tagger: tagger.map(|moment| day(moment.seconds)),
    })
}

/// A tag that names a version.
type Named<'t> = (&'t String, Version);

/// Tags with their packages, read on all processors: each commit once, however many tags it has.
fn releases<'t>(
    repository: &Repository,
    policy: &Policy,
    tags: impl Iterator<Item = (&'t CommitId, Named<'t>)>,
) -> PortResult<Vec<Release>> {
    let mut commits: BTreeMap<&CommitId, Vec<Named<'_>>> = BTreeMap::new();
    tags.for_each(|(commit, named)| commits.entry(commit).or_default().push(named));
    let commits: Vec<_> = commits.into_iter().collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = commits.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = commits
            .chunks(share)
            .map(|part| {
                let read = move || part.iter().map(|(commit, named)| at_commit(repository, policy, commit, named));
                scope.spawn(move || read().collect::<PortResult<Vec<_>>>())
            })
            .collect();
        let mut all = Vec::new();
        for part in parts {
            all.extend(part.join().expect("a reading thread does not panic")?.into_iter().flatten());
        }
        Ok(all)
    })
}

fn at_commit(
    repository: &Repository,
    policy: &Policy,
    commit: &CommitId,
    tags: &[Named<'_>],
) -> PortResult<Vec<Release>> {
    let manifests = FileSelection { names: vec!["Cargo.toml".to_owned()], ..FileSelection::default() };
    let files = repository.read_files(commit, &manifests)?;
    let at = (commit.clone(), day(repository.committed_at(commit)?.seconds));
    let packages = Workspace::read(&files).ok();
    let release = |(tag, version): &Named<'_>| {
        Release::new(policy, (*tag).clone(), version.clone(), at.clone(), packages.as_ref())
    };
    Ok(tags.iter().map(release).collect())
}

/// The first-parent history of main.
struct MainBranch {
    known: HashSet<CommitId>,
    /// The day of each commit, and of the one after it.
    days: BTreeMap<CommitId, (Date, Option<Date>)>,
    originals: Originals,
}

impl MainBranch {
    fn read(repository: &Repository, head: &CommitId) -> PortResult<Self> {
        let mut main = Self { known: HashSet::new(), days: BTreeMap::new(), originals: Originals::default() };
        let mut next = None;
        for commit in repository.log(head, &HashSet::new())? {
            let day = day(commit.seconds);
            main.originals.add(commit.id.as_str(), &commit.message);
            main.days.insert(commit.id.clone(), (day, next.replace(day)));
            main.known.insert(commit.id);
        }
        Ok(main)
    }
}

fn line(
    repository: &Repository,
    main: &MainBranch,
    branch: &str,
    head: &CommitId,
    version: Version,
) -> Result<Line, Failure> {
    let logged = repository.log(head, &main.known)?;
    let oldest = logged.last().map_or(head, |commit| &commit.id);
    let parent = if logged.is_empty() { Some(head.clone()) } else { repository.first_parent(oldest)? };
    let parted = parent.and_then(|commit| {
        let (day, next) = *main.days.get(&commit)?;
        Some(Parted { commit, day, next })
    });
    let commits = logged.into_iter().rev().map(|commit| line_commit(repository, main, commit));
    Ok(Line { branch: branch.to_owned(), version, parted, commits: commits.collect::<PortResult<_>>()? })
}

fn line_commit(repository: &Repository, main: &MainBranch, commit: LoggedCommit) -> PortResult<LineCommit> {
    let parent = repository.first_parent(&commit.id)?;
    let day = day(commit.seconds);
    let paths = match &parent {
        Some(parent) => repository.changed_paths(parent, &commit.id)?,
        None => Vec::new(),
    };
    let version = |at: &CommitId| -> PortResult<Option<Version>> {
        Ok(repository.read_blob_at(at, "Cargo.toml")?.and_then(|text| root_version(&text)))
    };
    let moved_to = match parent.filter(|_| paths.iter().any(|path| path == "Cargo.toml")) {
        Some(parent) => {
            let (before, after) = (version(&parent)?, version(&commit.id)?);
            after.filter(|after| before.as_ref() != Some(after))
        }
        None => None,
    };
    Ok(LineCommit {
        subject: commit.message.lines().next().unwrap_or_default().to_owned(),
        on_main: main.originals.has_original_of(&commit.message),
        paths,
        moved_to,
        day,
        commit: commit.id,
    })
}

/// The day of a moment, at UTC.
pub(crate) fn day(seconds: i64) -> Date {
    day_of(Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH))
}
