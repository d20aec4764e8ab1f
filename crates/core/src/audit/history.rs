//! What a repository shows of its past, as far as an audit looks at it.

use jiff::civil::Date;
use semver::Version;

use super::tags;
use crate::{
    model::{CommitId, Finding},
    policy::Policy,
    workspace::{RustVersion, Workspace},
};

/// The releases and release lines of a project, and when they were made. Days are at UTC.
#[derive(Debug, Clone)]
pub struct History {
    /// The day of the newest commit, or the day that is asked about where that is earlier: nothing due after it is missed.
    pub until: Date,
    /// The day that is asked about.
    pub asked: Date,
    /// Every release tag, candidates too, by version.
    pub releases: Vec<Release>,
    /// Every release branch, by version.
    pub lines: Vec<Line>,
    /// What was found in the notes of the releases.
    pub notes: Vec<Finding>,
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
    /// What its manifests say that does not fit its tag.
    pub misfits: Vec<Finding>,
    /// The Rust that its packages need; none where they do not say, or its manifests cannot be read.
    pub rust_version: Option<RustVersion>,
}

impl Release {
    /// Judge a tag by its packages, of which no more is kept than what later releases are compared with. None: its manifests
    /// cannot be read.
    pub fn new(
        policy: &Policy,
        tag: String,
        version: Version,
        at: (CommitId, Date),
        packages: Option<&Workspace>,
    ) -> Self {
        let (commit, day) = at;
        let rust_version = packages.and_then(Workspace::rust_version);
        let mut release = Self { tag, version, commit, day, misfits: Vec::new(), rust_version };
        release.misfits = packages.map(|packages| tags::misfits(policy, &release, packages)).unwrap_or_default();
        release
    }
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
        let at = self.releases.binary_search_by(|release| release.version.cmp(version)).ok()?;
        Some(&self.releases[at])
    }
}
