//! What the world looks like, as one value.
//!
//! A part that could not be observed says so ([`Observed::Unknown`]); the plan then waits for it and never takes it for absent.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use semver::Version;
use serde::{Deserialize, Serialize};

use super::{
    Checks, CommitId, Decided, Deeds, FileDigest, Histories, Machine, Packages, Pick, Picked, PublicKey, TreeFiles,
};

/// A fact, or why it could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observed<T> {
    /// What was seen.
    Known(T),
    /// Not seen: the words say why, for people.
    Unknown(String),
}

impl<T> Observed<T> {
    /// The fact, where there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(fact) => Some(fact),
            Self::Unknown(_) => None,
        }
    }

    /// The fact, or why it is not there.
    ///
    /// # Errors
    /// It was not seen: the words say why, for people.
    pub fn seen(&self) -> Result<&T, &str> {
        match self {
            Self::Known(fact) => Ok(fact),
            Self::Unknown(why) => Err(why),
        }
    }
}

/// Files of one commit's tree that are there and are no text: path, and what each is, for people: `is not UTF-8`.
pub type UnreadableFiles = BTreeMap<String, String>;

/// Which files of a tree are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileSelection {
    /// Files of these names in any folder, such as `Cargo.toml`.
    pub names: Vec<String>,
    /// Files at these paths.
    pub paths: Vec<String>,
    /// Files directly in these folders, whatever their names.
    pub folders: Vec<String>,
}

impl FileSelection {
    /// Whether the file at a path is wanted.
    pub fn takes(&self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.names.iter().any(|wanted| wanted == name)
            || self.paths.iter().any(|wanted| wanted == path)
            || self.folders.iter().any(|wanted| wanted == folder)
    }

    /// Whether a folder may hold a file that is wanted, itself or below. `prefix` ends with a slash.
    pub fn may_take_below(&self, prefix: &str) -> bool {
        !self.names.is_empty()
            || self.paths.iter().any(|path| path.starts_with(prefix))
            || self.folders.iter().any(|folder| format!("{folder}/").starts_with(prefix))
    }
}

/// The world at one moment, as far as a plan needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The day for which the world is judged.
    pub today: Date,
    /// Every branch, by short name.
    pub branches: BTreeMap<String, BranchHead>,
    /// Every tag, by short name.
    pub tags: BTreeMap<String, TagRef>,
    /// Manifests, lock file, release notes and version files at the commits that matter today: the main branch, lines that
    /// are open, and merged release commits. A commit of an old line is not here.
    pub files: BTreeMap<CommitId, Observed<TreeFiles>>,
    /// What of the files that the policy names is no text, at those commits.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unreadable: BTreeMap<CommitId, UnreadableFiles>,
    /// The packaged crates of releases that are proposed, or merged and not out whole: as the registry will see them, and with
    /// the checksums by which the index must have them.
    #[serde(default)]
    pub packages: BTreeMap<CommitId, Observed<Packages>>,
    /// All pull requests that this product opened, in order of number.
    pub pull_requests: Observed<Vec<PullRequest>>,
    /// What the registry's index says of the crates of this project.
    pub index: BTreeMap<String, Observed<CrateVersions>>,
    /// A crate of others that the index lacks does not exist. Not so where it stands in for a registry that cannot be asked.
    #[serde(default)]
    pub index_is_whole: bool,
    /// Releases on the forge, by tag.
    pub forge_releases: Observed<BTreeMap<String, ForgeRelease>>,
    /// This machine, as the builds of these commits find it: those of releases that are hidden on the forge until their archives
    /// are there.
    #[serde(default)]
    pub machines: BTreeMap<CommitId, Observed<Machine>>,
    /// The key that can sign here, if one was named.
    #[serde(default)]
    pub key: Option<PublicKey>,
    /// What runs here can sign with the identity of its CI, by Sigstore.
    #[serde(default)]
    pub vouches: bool,
    /// The digest of the policy's text, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<FileDigest>,
    /// The version of Stationmaster that looks.
    #[serde(default)]
    pub tool: String,
    /// What people decided about fixes, oldest first.
    pub decisions: Observed<Vec<Decided>>,
    /// What was committed on main, and on the lines that take fixes. None: nobody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histories: Option<Observed<Histories>>,
    /// What commits of main and of lines do.
    #[serde(default, skip_serializing_if = "Deeds::is_empty")]
    pub deeds: Deeds,
    /// In which files pull requests conflict with their base: by the base's commit and the head's. None: they merge.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub merges: BTreeMap<CommitId, BTreeMap<CommitId, Observed<Vec<String>>>>,
    /// What becomes of changes on lines that seem to lack them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub picks: Vec<(Pick, Observed<Picked>)>,
}

impl Observation {
    /// Of a day on which nothing was asked yet, and no ref, pull request or release is there.
    pub fn of_nothing(today: Date) -> Self {
        Self {
            today,
            branches: BTreeMap::new(),
            tags: BTreeMap::new(),
            files: BTreeMap::new(),
            unreadable: BTreeMap::new(),
            packages: BTreeMap::new(),
            pull_requests: Observed::Known(Vec::new()),
            index: BTreeMap::new(),
            index_is_whole: true,
            forge_releases: Observed::Known(BTreeMap::new()),
            machines: BTreeMap::new(),
            key: None,
            vouches: false,
            policy: None,
            tool: String::new(),
            decisions: Observed::Known(Vec::new()),
            histories: None,
            deeds: Deeds::default(),
            merges: BTreeMap::new(),
            picks: Vec::new(),
        }
    }

    /// Whether the release of a tag is on the forge for all to see. It is made last: where it is, all else is. False where
    /// that is not known.
    pub fn is_released(&self, tag: &str) -> bool {
        let releases = self.forge_releases.known();
        releases.and_then(|all| all.get(tag)).is_some_and(|release| !release.hidden)
    }
}

/// Where a branch points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchHead {
    /// The newest commit.
    pub commit: CommitId,
}

/// Where a tag points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagRef {
    /// The commit, through any annotation.
    pub commit: CommitId,
}

/// A pull request, wherever it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// Its number on the forge.
    pub number: u64,
    /// Its address for people. None: the forge has no pages, as the embedded one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The branch that holds the change. This is how the product knows its own again.
    pub head: String,
    /// The branch that it is to go to.
    pub base: String,
    /// Commit at the head, when last seen.
    pub head_commit: CommitId,
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// Where it stands.
    pub state: PullRequestState,
    /// What was reported of `head_commit` or, once merged, of the merged commit.
    pub checks: Checks,
    /// Who approved it, by name.
    pub approvals: Vec<String>,
}

/// Where a pull request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum PullRequestState {
    /// Waits for a person.
    Open,
    /// Merged.
    Merged {
        /// The commit on the base branch that brought it.
        commit: CommitId,
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
    },
    /// Closed without a merge.
    Closed,
}

/// Versions of one crate in the index. Empty: the crate is not there.
pub type CrateVersions = BTreeMap<Version, IndexVersion>;

/// One version of a crate in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexVersion {
    /// SHA-256 of the `.crate` file, in hex.
    pub checksum: String,
    /// Withdrawn.
    pub yanked: bool,
}

/// How the index stands to a crate that we packaged. Done is only [`IndexStanding::Ours`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexStanding<'a> {
    /// It does not have the version.
    Absent,
    /// It has it, with our bytes.
    Ours,
    /// It has it with our bytes, and nobody gets it any more: it is yanked.
    Yanked,
    /// It has the version with other bytes. One that differs only in build metadata is the same version to the registry.
    Taken {
        /// The version, as the index has it.
        by: &'a Version,
        /// Of its bytes.
        checksum: &'a str,
    },
}

impl<'a> IndexStanding<'a> {
    /// Of a version of ours with this checksum, by what the index has of the crate.
    pub fn of(versions: &'a CrateVersions, version: &Version, checksum: &str) -> Self {
        let parts = |it: &Version| (it.major, it.minor, it.patch, it.pre.clone());
        let same = || versions.iter().find(|(other, _)| parts(other) == parts(version));
        match versions.get_key_value(version).or_else(same) {
            None => Self::Absent,
            Some((by, entry)) if by != version || entry.checksum != checksum => {
                Self::Taken { by, checksum: &entry.checksum }
            }
            Some((_, entry)) if entry.yanked => Self::Yanked,
            Some(_) => Self::Ours,
        }
    }
}

/// A release as the forge shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgeRelease {
    /// The tag it is for.
    pub tag: String,
    /// Its heading.
    pub title: String,
    /// Its notes, Markdown.
    pub notes: String,
    /// A candidate.
    pub prerelease: bool,
    /// Shown as the newest (X13). At most one has it.
    pub latest: bool,
    /// Nobody sees it yet: its files are still to come.
    pub hidden: bool,
    /// Its files, by name.
    pub files: BTreeMap<String, FileDigest>,
}
