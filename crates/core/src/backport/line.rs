//! A release line, and what of main is on it.

use semver::Version;

use super::revert::takes_back;
use crate::{
    model::{CommitId, LineHistory, LineName, LoggedCommit, Observation},
    pick::Names,
    policy::Project,
};

/// A line, made ready to be asked for changes.
pub struct LineView<'l> {
    /// Its name.
    pub name: LineName,
    /// What is on it.
    pub history: &'l LineHistory,
    /// What each commit says it is, oldest first, and the first release that has it.
    commits: Vec<(&'l LoggedCommit, Names, Option<Version>)>,
    /// The first version, if it is out.
    opened: Option<Version>,
}

/// How a change is on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It was on main before the line was cut.
    Included {
        /// The line's first version, where it is out.
        version: Option<Version>,
    },
    /// As this commit of the line.
    Commit {
        /// The commit.
        commit: CommitId,
        /// The first release that has it; none yet.
        version: Option<Version>,
        /// How many commits the line has after it.
        newer: usize,
    },
    /// Not as far as messages say.
    Absent,
}

impl<'l> LineView<'l> {
    /// Read a line's commits.
    pub fn new(project: &Project, seen: &Observation, name: LineName, history: &'l LineHistory) -> Self {
        let mut tags: Vec<(&CommitId, Version)> = seen
            .tags
            .iter()
            .filter_map(|(tag, at)| Some((&at.commit, project.tag.version_of(tag)?)))
            .filter(|(_, version)| version.pre.is_empty() && LineName::of(version) == name)
            .collect();
        tags.sort_by(|a, b| b.1.cmp(&a.1));
        let mut release = None;
        let mut commits = Vec::new();
        for commit in &history.commits {
            if let Some((_, version)) = tags.iter().find(|(at, _)| commit.is_or_brought(at)) {
                release = Some(version.clone());
            }
            let mut names = Names::default();
            commit.messages().for_each(|(_, message)| names.add(message));
            commits.push((commit, names, release.clone()));
        }
        commits.reverse();
        let first = name.first_version();
        let opened = seen.tags.contains_key(&project.tag.with(&first)).then_some(first);
        Self { name, history, commits, opened }
    }

    /// How a change of main is here; `age` is how many commits of main came after it.
    pub fn presence(&self, change: &LoggedCommit, age: usize) -> Presence {
        if self.history.parted.is_some_and(|parted| age >= parted) {
            return Presence::Included { version: self.opened.clone() };
        }
        let mut found: Option<(usize, &CommitId, Option<&Version>)> = None;
        for (at, (commit, names, version)) in self.commits.iter().enumerate() {
            let reverts = |id: &CommitId| takes_back(&commit.message, id);
            if found.is_some_and(|(_, id, _)| reverts(id)) || change.messages().any(|(id, _)| reverts(id)) {
                found = None;
            } else if change.messages().any(|(id, message)| names.has(id, message)) {
                found = Some((at, &commit.id, version.as_ref()));
            }
        }
        found.map_or(Presence::Absent, |(at, commit, version)| Presence::Commit {
            commit: commit.clone(),
            version: version.cloned(),
            newer: self.commits.len() - 1 - at,
        })
    }

    /// Whether a release of the line has, or had, a change of main.
    pub fn was_released(&self, change: &LoggedCommit, age: usize) -> bool {
        let on_line = self.commits.iter().any(|(_, names, version)| {
            version.is_some() && change.messages().any(|(id, message)| names.has(id, message))
        });
        on_line || matches!(self.presence(change, age), Presence::Included { version: Some(_) })
    }

    /// How a commit of the line's own is there. None: it is not.
    pub fn own(&self, id: &CommitId) -> Option<Presence> {
        let at = self.commits.iter().position(|(commit, ..)| commit.is_or_brought(id))?;
        let (commit, version) = (id.clone(), self.commits[at].2.clone());
        Some(Presence::Commit { commit, version, newer: self.commits.len() - 1 - at })
    }
}
