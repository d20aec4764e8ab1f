//! The repository, the policy, and where in its history the notes are.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;
use semver::Version;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    edit::notes::{MergedChange, fragments},
    facts::{Ask, Facts, Question},
    model::{CommitId, FileSelection, LoggedCommit, Observed, TreeFiles, strip_pre},
    pick::{self, Look},
    policy::{DEFAULT_PRESET, Notes, Policy, preset},
    workspace::Workspace,
};
use stationmaster_engine::ports::{Objects, PortError, Refs};

use super::line_start;
use crate::{
    checkout,
    cli::Scope,
    diagnostics::{Ending, Failure},
    inference, policy_file, repository,
};

/// A repository, its policy, and its refs.
pub(super) struct Project {
    pub(super) repository: Repository,
    pub(super) policy: Policy,
    pub(super) day: Date,
    branches: BTreeMap<String, CommitId>,
    tags: BTreeMap<String, CommitId>,
}

/// A commit, as a person named it.
pub(super) struct Revision {
    pub(super) name: String,
    pub(super) commit: CommitId,
}

/// A text of the notes.
pub(super) struct Found {
    pub(super) rules: Notes,
    pub(super) text: String,
}

impl Project {
    /// Open what a command was told of. Where the repository has no policy, one is inferred from the commit.
    pub(super) async fn open(scope: &Scope, revision: Option<&str>) -> Result<Self, Failure> {
        let repository = repository::open(scope)?;
        let day = scope.day();
        let has_policy = scope.policy.is_some() || policy_file::in_repository(&repository)?.is_some();
        let policy = if has_policy {
            policy_file::load(scope, Some(&repository))?
        } else {
            let main = repository.main_branch_guess().unwrap_or_else(|| "HEAD".to_owned());
            let commit = resolve(&repository, revision.unwrap_or(&main))?;
            match inference::policy_at(&repository, &commit, day).await {
                Ok(policy) => policy,
                Err(failure) => by_file(&repository, &commit, main)?.ok_or(failure)?,
            }
        };
        let repository = repository.with_workspace_in(policy.project.workspace.as_deref());
        let (branches, tags) = (repository.branches().await?, repository.tags().await?);
        Ok(Self { repository, policy, day, branches, tags })
    }

    /// All history and all tags are here, as far as the repository itself can tell.
    pub(super) fn is_whole(&self) -> Result<(), Failure> {
        checkout::is_whole(&self.repository, self.tags.len())
    }

    /// The revision that was named, else the head of the main branch.
    pub(super) fn revision(&self, named: Option<&str>) -> Result<Revision, Failure> {
        let name = named.unwrap_or(&self.policy.project.main).to_owned();
        let commit = resolve(&self.repository, &name)?;
        Ok(Revision { name, commit })
    }

    /// How the notes are kept on the day.
    pub(super) fn rules(&self) -> Result<&Notes, Failure> {
        self.policy.on(self.day).notes.as_ref().ok_or_else(|| {
            Failure::new(Ending::Usage, "the policy keeps no release notes")
                .hint("name their file and style in `[notes]` of the policy")
        })
    }

    /// The notes of a commit, kept by the rules of the day or, where their file is not there, by those of another epoch.
    pub(super) fn notes_at(&self, commit: &CommitId) -> Result<Option<Found>, Failure> {
        let epochs = self.policy.epochs().iter().rev().map(|epoch| &epoch.rules);
        let mut tried: Vec<&str> = Vec::new();
        for rules in std::iter::once(self.policy.on(self.day)).chain(epochs).filter_map(|rules| rules.notes.as_ref()) {
            if tried.contains(&rules.file.as_str()) {
                continue;
            }
            tried.push(&rules.file);
            let selected = FileSelection { paths: vec![rules.file.clone()], ..FileSelection::default() };
            if let Some((path, why)) = self.repository.read_unreadable(commit, &selected)?.pop_first() {
                return Err(Failure::new(Ending::Usage, format!("{path} at {} {why}", commit.short()))
                    .hint("name the file itself in `[notes] file` of the policy, and keep it as UTF-8"));
            }
            if let Some(text) = self.repository.read_blob_at(commit, &rules.file)? {
                return Ok(Some(Found { rules: rules.clone(), text }));
            }
        }
        Ok(None)
    }

    /// Every release by version, with its tag and its commit.
    pub(super) fn releases(&self) -> BTreeMap<Version, (&str, &CommitId)> {
        let pattern = &self.policy.project.tag;
        let named =
            self.tags.iter().filter_map(|(tag, commit)| Some((pattern.version_of(tag)?, (tag.as_str(), commit))));
        named.collect()
    }

    /// The places where the notes of a version can be, most recent first: main, its branch, its tag.
    pub(super) fn places(&self, version: &Version) -> Vec<Revision> {
        let project = &self.policy.project;
        let branch = project.release_branch.with(&line_start(version));
        let tag = project.tag.with(version);
        let found = [
            (project.main.clone(), self.branches.get(&project.main)),
            (branch.clone(), self.branches.get(&branch)),
            (tag.clone(), self.tags.get(&tag)),
        ];
        found.into_iter().filter_map(|(name, commit)| Some(Revision { name, commit: commit?.clone() })).collect()
    }

    /// The version of a commit's packages, without a suffix. None: they are no workspace, or not as the policy says.
    pub(super) async fn version_at(&self, commit: &CommitId) -> Result<Option<Version>, Failure> {
        let wanted = FileSelection { names: vec!["Cargo.toml".to_owned()], ..FileSelection::default() };
        let files = self.repository.files(commit, &wanted).await?;
        let Ok(workspace) = Workspace::read(&files) else { return Ok(None) };
        let epochs = self.policy.epochs().iter().rev().map(|epoch| &epoch.rules);
        let groups = std::iter::once(self.policy.on(self.day)).chain(epochs);
        let version = groups
            .filter_map(|rules| workspace.groups(&rules.groups).ok())
            .find_map(|groups| groups.first().map(|group| strip_pre(&group.version)));
        Ok(version)
    }

    /// The fragments of a commit, where the policy names a folder.
    pub(super) async fn fragments(&self, commit: &CommitId, rules: &Notes) -> Result<Option<Fragments>, Failure> {
        let Some(folder) = &rules.fragments else { return Ok(None) };
        let wanted = FileSelection { folders: vec![folder.clone()], ..FileSelection::default() };
        let files: TreeFiles = self.repository.files(commit, &wanted).await?;
        Ok(Some(fragments(&files, folder)))
    }

    /// What was merged since the releases before a version, and since their branches were cut: newest first.
    pub(super) fn merged(&self, from: &CommitId, version: Option<&Version>) -> Result<Vec<LoggedCommit>, Failure> {
        let mut known = HashSet::new();
        let releases = self.releases();
        // Main may carry the version that was released last.
        let earlier =
            |other: &Version, commit: &CommitId| version.is_none_or(|version| other <= version) && commit != from;
        let tags = releases.iter().map(|(other, (_, commit))| (other, *commit));
        let tags = tags.filter(|(other, commit)| earlier(other, commit)).map(|(_, commit)| commit);
        let pattern = &self.policy.project.release_branch;
        let branches = self.branches.iter().filter(|(name, _)| {
            pattern
                .version_of(name)
                .is_some_and(|first| version.is_none_or(|version| line_start(version) != first && first < *version))
        });
        for commit in tags.chain(branches.map(|(_, commit)| commit)) {
            let logged = self.repository.log(commit, &known)?;
            known.extend(logged.into_iter().map(|commit| commit.id));
        }
        Ok(self.repository.log(from, &known)?)
    }

    /// Commits whose changes come to nothing among these: taken back, and what took them back.
    fn cancelled(&self, logged: &[LoggedCommit]) -> BTreeSet<CommitId> {
        let mut facts = Facts::of_nothing(Date::MIN);
        loop {
            let ask = Ask::of(&facts);
            let gone = pick::cancelled(logged, &Look::at(&ask));
            let Err(questions) = ask.end(()) else { return gone };
            let (mut commits, mut places) = (Vec::new(), Vec::new());
            for question in questions.into_values().flatten() {
                match question {
                    Question::Patch { commit } => commits.push(commit),
                    Question::Held { place } => places.push(place),
                    // What was taken back is told by changes alone.
                    _ => return gone,
                }
            }
            // What cannot be looked at was not seen to be taken back.
            let patches = self.repository.all_patch_ids(&commits);
            let patches = patches.into_iter().map(|patch| patch.map_or_else(unknown, Observed::Known));
            facts.own.deeds.patches.extend(commits.into_iter().zip(patches));
            let held = self.repository.all_held(&places);
            for ((change, at), held) in places.into_iter().zip(held) {
                let held = held.map_or_else(unknown, Observed::Known);
                facts.own.deeds.held.entry(change).or_default().insert(at, held);
            }
        }
    }

    /// What commits say of the changes that they brought. The commits that bump and release are left out, and so are changes that
    /// were taken back.
    pub(super) fn changes(&self, logged: Vec<LoggedCommit>) -> Vec<(LoggedCommit, MergedChange)> {
        let project = &self.policy.project.name;
        let ours = ["Bump", "Release"].map(|verb| format!("{verb} {project} "));
        let cancelled = self.cancelled(&logged);
        let left = logged.into_iter().filter(|commit| !cancelled.contains(&commit.id));
        let others = left.filter(|commit| !ours.iter().any(|ours| commit.message.starts_with(ours)));
        others
            .map(|commit| (MergedChange::of_message(&commit.message), commit))
            .map(|(change, commit)| (commit, change))
            .collect()
    }
}

fn unknown<T>(error: PortError) -> Observed<T> {
    Observed::Unknown(error.to_string())
}

/// Where there is neither a policy nor a workspace to infer one from, notes of a usual name are kept as the preset for them
/// says.
fn by_file(repository: &Repository, commit: &CommitId, main: String) -> Result<Option<Policy>, Failure> {
    for text in ["keep-a-changelog", DEFAULT_PRESET].into_iter().filter_map(preset) {
        let Ok(mut policy) = Policy::parse(text) else { continue };
        let file = policy.epochs().first().and_then(|epoch| epoch.rules.notes.as_ref()).map(|notes| notes.file.clone());
        let Some(file) = file else { continue };
        if repository.read_blob_at(commit, &file)?.is_some() {
            policy.project.main = main;
            return Ok(Some(policy));
        }
    }
    Ok(None)
}

/// Fragments by path, or the first that does not read.
pub(super) type Fragments =
    Result<Vec<(String, stationmaster_core::edit::notes::Entry)>, stationmaster_core::edit::notes::FragmentError>;

fn resolve(repository: &Repository, revision: &str) -> Result<CommitId, Failure> {
    repository.resolve(revision).map_err(|error| {
        checkout::only_remote(repository, revision).unwrap_or_else(|| {
            Failure::new(Ending::Usage, error.to_string())
                .hint("name a branch, a tag or a commit; branches of a remote are `origin/NAME`")
        })
    })
}
