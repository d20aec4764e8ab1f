//! What the tags of a repository say is released. Every name is read once, so that many tags cost no more than reading them.

use std::collections::BTreeMap;

use semver::Version;

use crate::{
    model::{CommitId, LineName, Observation},
    policy::Project,
};

/// Every version that a tag names, candidates too, with the commit of its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Releases<'a>(BTreeMap<Version, &'a CommitId>);

impl<'a> Releases<'a> {
    /// Read the tags.
    pub fn of(project: &Project, seen: &'a Observation) -> Self {
        Self(seen.tags.iter().filter_map(|(tag, at)| Some((project.tag.version_of(tag)?, &at.commit))).collect())
    }

    /// The highest version of all, candidates too.
    pub fn highest(&self) -> Option<&Version> {
        self.0.last_key_value().map(|(version, _)| version)
    }

    /// The newest release. Candidates do not count.
    pub fn newest(&self) -> Option<&Version> {
        self.0.keys().rfind(|version| version.pre.is_empty())
    }

    /// The newest release of a line, and its commit. Candidates do not count.
    pub fn newest_of(&self, line: LineName) -> Option<(&Version, &'a CommitId)> {
        self.of_line(line).last()
    }

    /// The releases of a line, oldest first. Candidates do not count.
    pub fn of_line(&self, line: LineName) -> impl Iterator<Item = (&Version, &'a CommitId)> {
        let from = self.0.range(line.first_version()..).take_while(move |(version, _)| LineName::of(version) == line);
        from.filter(|(version, _)| version.pre.is_empty()).map(|(version, commit)| (version, *commit))
    }

    /// The versions above one, lowest first, candidates too.
    pub fn above<'s>(&'s self, version: &'s Version) -> impl Iterator<Item = &'s Version> {
        self.0.range(version..).map(|(version, _)| version).filter(move |other| *other != version)
    }
}
