//! What a repository shows of its past, as far as an audit looks at it.

use jiff::civil::Date;
use semver::Version;

use super::notes::TaggedNotes;
use crate::{model::CommitId, workspace::Workspace};

/// The releases and release lines of a project, and when they were made. Days are at UTC.
#[derive(Debug, Clone)]
pub struct History {
    /// The last day that is known: nothing due after it is missed.
    pub until: Date,
    /// Every release tag, candidates too, by version.
    pub releases: Vec<Release>,
    /// Every release branch, by version.
    pub lines: Vec<Line>,
    /// The notes of every release, by version.
    pub notes: Vec<TaggedNotes>,
}

/// A tag that names a version.
#[derive(Debug, Clone)]
pub struct Release {
    /// The tag.
    pub tag: String,
    /// The version that it names.
    pub version: Version,
    /// The commit it is on.
    pub commit: CommitId,
    /// The day of that commit.
    pub day: Date,
    /// Its packages; none where its manifests cannot be read.
    pub workspace: Option<Workspace>,
}

/// A release branch.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its name.
    pub branch: String,
    /// The version that its name says.
    pub version: Version,
    /// Where it parted from main; none where they have nothing in common.
    pub parted: Option<Parted>,
    /// Its own commits, oldest first.
    pub commits: Vec<LineCommit>,
}

/// The point at which a line parted from main.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parted {
    /// The last commit that both have.
    pub commit: CommitId,
    /// Its day: the line was cut on it or later.
    pub day: Date,
    /// The day of main's next commit: the line was cut on it or before. None: main has not moved since.
    pub next: Option<Date>,
}

/// A commit of a line that is not on main.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCommit {
    /// Its id.
    pub commit: CommitId,
    /// Its day.
    pub day: Date,
    /// The first line of its message.
    pub subject: String,
    /// The version that it moved the workspace to, where it did.
    pub moved_to: Option<Version>,
    /// Main has the change as well, by what the messages say.
    pub on_main: bool,
    /// The files that it changes.
    pub paths: Vec<String>,
}

impl History {
    /// The release of a version.
    pub fn release(&self, version: &Version) -> Option<&Release> {
        self.releases.iter().find(|release| release.version == *version)
    }
}
