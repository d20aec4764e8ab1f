//! What must hold at the moment of an effect.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{CommitId, FileDigest, RepositoryId};

/// What must hold at the moment of the effect, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Precondition {
    /// The repository with the branch, tag, pull request or release. The index of the registry is the same for all.
    #[serde(default, skip_serializing_if = "RepositoryId::is_own")]
    pub repository: RepositoryId,
    /// What must hold there.
    #[serde(flatten)]
    pub condition: Condition,
}

/// In the project's own repository.
impl From<Condition> for Precondition {
    fn from(condition: Condition) -> Self {
        Self { repository: RepositoryId::Own, condition }
    }
}

/// What must hold at the moment of the effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "require")]
pub enum Condition {
    /// A branch points to this commit.
    BranchAt {
        /// Short name.
        branch: String,
        /// The commit.
        commit: CommitId,
    },
    /// A branch does not exist.
    BranchAbsent {
        /// Short name.
        branch: String,
    },
    /// A tag points to this commit.
    TagAt {
        /// Short name.
        tag: String,
        /// The commit.
        commit: CommitId,
    },
    /// A tag does not exist.
    TagAbsent {
        /// Short name.
        tag: String,
    },
    /// No pull request has this head branch, or only closed ones have, and these merged ones.
    PullRequestAbsent {
        /// Head branch.
        head: String,
        /// Numbers of merged ones that are known of: what they brought was taken back since.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        merged: Vec<u64>,
    },
    /// A pull request is open, and from this branch.
    PullRequestOpen {
        /// Its number.
        number: u64,
        /// Head branch.
        head: String,
    },
    /// A pull request is merged as this commit, and its checks are green.
    PullRequestMerged {
        /// Its number.
        number: u64,
        /// The merged commit.
        commit: CommitId,
        /// The checks that must have passed. None are named: all that are reported.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        checks: Vec<String>,
    },
    /// The index lacks this version of this crate.
    CrateAbsent {
        /// Crate.
        name: String,
        /// Version.
        version: Version,
    },
    /// The index has this version of this crate with our bytes, and it is not yanked.
    CratePresent {
        /// Crate.
        name: String,
        /// Version.
        version: Version,
        /// SHA-256 of the `.crate` file, in hex.
        checksum: String,
    },
    /// The forge has no release for this tag.
    ForgeReleaseAbsent {
        /// Tag.
        tag: String,
    },
    /// The forge has a hidden release for this tag, and none of these files beside it.
    ForgeFilesAbsent {
        /// Tag.
        tag: String,
        /// The names of the files.
        names: BTreeSet<String>,
    },
    /// The forge has a hidden release for this tag, with these files.
    ForgeReleaseHidden {
        /// Tag.
        tag: String,
        /// Its files.
        files: BTreeMap<String, FileDigest>,
    },
    /// The forge shows this release as the latest.
    ForgeLatest {
        /// Its tag. None: it shows none as that.
        tag: Option<String>,
    },
}

impl Condition {
    /// That it must hold in a repository.
    pub fn at(self, repository: &RepositoryId) -> Precondition {
        Precondition { repository: repository.clone(), condition: self }
    }
}
