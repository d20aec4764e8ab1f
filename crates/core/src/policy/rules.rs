//! The shape of a policy once it is read and found sound.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Artifact, Locator, Provenance};
use crate::model::{Bump, ChangeClass, CheckState, Identity, LockFile, Pace, PullRequest, PullRequestState, day_of};

/// A project's rules, for every day. Made only by [`super::Policy::parse`], so a value of it is sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// What the project is called and where things are.
    pub project: Project,
    /// At least one; sorted by `from`; the first holds from the beginning of time.
    pub(super) epochs: Vec<Epoch>,
    /// Majors that left, or will leave, on days of their own: before there was a cadence, or beside it.
    pub listed: Vec<ListedTrain>,
}

/// A span of time under one set of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Epoch {
    /// First day; `Date::MIN` for the base rules.
    pub from: Date,
    /// The rules from that day on.
    pub rules: Rules,
}

impl Policy {
    /// The rules of a day.
    pub fn on(&self, day: Date) -> &Rules {
        let at = self.epochs.partition_point(|epoch| epoch.from <= day);
        &self.epochs[at.max(1) - 1].rules
    }

    /// The checks that a pull request must pass: once merged, those of the day of its merge; before, those of today.
    pub fn required_checks(&self, pull: &PullRequest, today: Date) -> &[String] {
        let day = match &pull.state {
            PullRequestState::Merged { at, .. } => day_of(*at),
            PullRequestState::Open | PullRequestState::Closed => today,
        };
        &self.on(day).gates.checks
    }

    /// What the checks of a pull request come to.
    pub fn checks_of(&self, pull: &PullRequest, today: Date) -> CheckState {
        CheckState::of(self.required_checks(pull, today), &pull.checks)
    }

    /// All epochs, oldest first.
    pub fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// The same, for a rehearsal: it builds nothing, so that releases consist of crates alone; and it resolves nothing, for cargo
    /// would have to ask for the index entries of every dependency, so that these hold no lock files.
    #[must_use]
    pub fn for_rehearsal(mut self) -> Self {
        for epoch in &mut self.epochs {
            epoch.rules.artifacts.clear();
            epoch.rules.publish.lock_file = LockFile::Never;
        }
        self
    }
}

/// `[project]`: what does not change with time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// For titles and messages, such as `Wasmtime`.
    pub name: String,
    /// The main branch's short name.
    pub main: String,
    /// Release branch, with `{version}` (or `{major}`, `{minor}`), such as `release-{version}`.
    pub release_branch: Pattern,
    /// Tag, such as `v{version}`.
    pub tag: Pattern,
    /// Who the product's commits and tags are by.
    pub identity: Identity,
    /// The folder of the Cargo workspace, from the repository's root, where there are several; none: it is found.
    pub workspace: Option<String>,
}

/// A name with a place for a version: `release-{version}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Pattern(pub(super) String);

/// A train named one by one in the policy (`[[train.listed]]`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedTrain {
    /// Its version.
    pub version: Version,
    /// The day of its cut or bump, where it had one.
    pub cut: Option<Date>,
    /// The day of its release.
    pub release: Date,
}

/// The rules of one epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// When trains leave (R1, R2, X1, X11).
    pub train: Train,
    /// Packages that share a version. The first group is the one that names releases and lines.
    pub groups: Vec<VersionGroup>,
    /// How long a line is supported (R7, X4).
    pub support: Support,
    /// Which lines a change goes to, by its class (R6, R7, R9).
    pub backport: BTreeMap<ChangeClass, BackportRule>,
    /// What a change is that does not say so itself (R6, R9, R13).
    pub classes: Classes,
    /// Release notes (R3, R5, X3).
    pub notes: Option<Notes>,
    /// Files other than manifests that hold a version.
    pub version_files: Vec<VersionFile>,
    /// Crates to the registry (R11, X6, X10, X12).
    pub publish: Publish,
    /// What else a release consists of (R11).
    pub artifacts: Vec<Artifact>,
    /// What lies beside the files of a release (X10).
    pub provenance: Provenance,
    /// Repositories that follow (R12, R13).
    pub satellites: Vec<Satellite>,
    /// What must hold before a release (R4, X7, X8, X14).
    pub gates: Gates,
}

/// When trains leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Train {
    /// How often.
    pub cadence: Cadence,
    /// When, after the cut or bump, the release is made.
    pub release: ReleaseDay,
    /// What becomes of a release day on a weekend or holiday.
    pub weekend: Shift,
    /// Days on which nothing is released.
    pub holidays: Vec<Date>,
    /// The train from which the others are counted.
    pub first: FirstTrain,
    /// Suffix of the main branch's version, such as `dev` (X11). None: main carries a plain version.
    pub development: Option<String>,
    /// Word of candidates, such as `rc` (X11). None: no candidates.
    pub candidates: Option<String>,
    /// Days after which an open pull request is overdue (R2).
    pub patience_days: u32,
}

/// How often trains leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    /// Once a month: bump or cut on this day of it, 1 to 28 (R1, R2).
    Monthly {
        /// Day of the month.
        day: i8,
    },
    /// Every so many weeks, counted from the first train's cut.
    Weekly {
        /// How many weeks apart.
        weeks: u32,
        /// On which day.
        weekday: Day,
    },
}

/// A weekday that serializes by its English name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Weekday);

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self.0 {
            Weekday::Monday => "monday",
            Weekday::Tuesday => "tuesday",
            Weekday::Wednesday => "wednesday",
            Weekday::Thursday => "thursday",
            Weekday::Friday => "friday",
            Weekday::Saturday => "saturday",
            Weekday::Sunday => "sunday",
        })
    }
}

/// When the release is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseDay {
    /// Merging the bump makes the release (R2). No release branch is cut ahead.
    OnMerge,
    /// The release branch is cut on the cadence's day, the release made on this day of the same month (X1).
    DayOfMonth(i8),
    /// So many days after the cut.
    AfterDays(u32),
}

/// What becomes of a day on a weekend or holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shift {
    /// The next working day (X1).
    Next,
    /// The last working day before.
    Previous,
    /// It stays.
    Keep,
}

/// The train from which an epoch's trains are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstTrain {
    /// Its version.
    pub version: Version,
    /// The day of its cut or bump.
    pub cut: Date,
}

/// `[[group]]`: packages that share one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionGroup {
    /// For people.
    pub name: String,
    /// Globs over package names. A package belongs to the first group that matches; `!` excludes.
    pub members: Vec<String>,
    /// What the group does when a train leaves (R1).
    pub step: Bump,
    /// Groups that release together with this one (R10).
    pub coupled_with: Vec<String>,
    /// What its packages do that may go to no registry.
    pub unpublished: Unpublished,
}

/// What packages with `publish = false` do when their group moves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unpublished {
    /// Those that have the group's version move along.
    #[default]
    Follow,
    /// They keep their version, unless they inherit it from the workspace.
    Leave,
}

/// `[support]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Support {
    /// The newest so many majors are supported (R7).
    pub latest: u32,
    /// Long-term support (X4).
    pub lts: Option<Lts>,
}

/// `[support.lts]`: every k-th major from v on, for m months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lts {
    /// k.
    pub every: u32,
    /// v.
    pub from: Version,
    /// m.
    pub months: u32,
    /// No more than so many at once, newest first.
    pub at_most: Option<u32>,
}

/// How a change that does not say its class gets one, and what is no matter of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Classes {
    /// The first that fits gives the class.
    pub rules: Vec<ClassRule>,
    /// Globs over paths of what is off by default (R6).
    pub off_by_default: Vec<String>,
    /// Globs over paths of satellites that live in this repository (R13).
    pub satellites: Vec<String>,
}

/// `[[class]]`: what gives a change its class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassRule {
    /// The class.
    pub class: ChangeClass,
    /// Labels of its pull request, any of them.
    pub labels: Vec<String>,
    /// Globs over paths, of which it touches one; `!` excludes.
    pub paths: Vec<String>,
}

/// Lines that a change class goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackportRule {
    /// Every supported line.
    Supported,
    /// The newest so many.
    Latest(u32),
    /// None (R6).
    Never,
}

/// `[notes]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notes {
    /// Path of the file.
    pub file: String,
    /// How it is kept.
    pub style: NotesStyle,
    /// Path of the template for a new section (X3), if it is not the built-in one.
    pub template: Option<String>,
    /// Link to another branch's notes, with `{branch}`; used by the archive list (X3).
    pub archive_link: Option<String>,
    /// Folder of fragments: one file per entry, which go into the section when it is released (R3).
    pub fragments: Option<String>,
}

/// How release notes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotesStyle {
    /// One file with all versions, newest first: `## 4.0.0`, then `Unreleased` or `Released YYYY-MM-DD` (R3).
    Sections,
    /// One branch's notes only; at the cut main gets a template and an archive link (X3).
    Branch,
    /// Keep a Changelog: `## [Unreleased]`, `## [1.2.0] - YYYY-MM-DD`.
    KeepAChangelog,
}

/// `[[version-file]]`: a file with a version in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionFile {
    /// Path from the repository's root.
    pub path: String,
    /// The group whose version it holds.
    pub group: String,
    /// Where in it.
    pub locate: Locator,
}

/// `[publish]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Publish {
    /// False: nothing goes to a registry.
    pub enabled: bool,
    /// Name of a registry in cargo's configuration; none: crates.io.
    pub registry: Option<String>,
    /// Globs over package names that are not published although their manifest would allow it.
    pub skip: Vec<String>,
    /// Globs over names of public packages; `!` excludes. They are required by caret, all others with `=` (X6). Empty: any form.
    pub public: Vec<String>,
    /// The registry's account that must own each crate (X12), such as `github:example:publish` or a user name.
    pub owner: Option<String>,
    /// Mint short-lived tokens (X10).
    pub trusted: bool,
    /// How fast the registry takes crates, and how many we send at once.
    pub pace: Pace,
    /// Which crates hold a lock file.
    pub lock_file: LockFile,
}

/// `[[satellite]]` (R12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Satellite {
    /// For people.
    pub name: String,
    /// Where it is.
    pub repository: String,
    /// Days after the core's release by which it should have followed.
    pub within_days: u32,
}

/// `[gates]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gates {
    /// Names of checks that must be green before a tag.
    pub checks: Vec<String>,
    /// Approvals that a release pull request needs.
    pub approvals: u32,
    /// Major breaking changes need an accepted RFC (R4).
    pub rfc: bool,
    /// A patch may not raise the minimum Rust version of its line (X7).
    pub keep_rust_version: bool,
    /// Every supported line is tested so often, in days (X8).
    pub test_lines_every_days: Option<u32>,
    /// User-kept binary formats stay loadable across a patch (X14).
    pub keep_formats: bool,
}
