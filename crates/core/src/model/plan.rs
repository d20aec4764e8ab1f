//! What is to be done now, what waits, and for what.
//!
//! A plan leaves execution no choices: a step carries all it needs, and the preconditions under which it may be done. All
//! steps of one plan may be done in the world the plan was made for; what follows from them is found by looking again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::civil::Date;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::{
    CommitId, FileDigest, ForgeReleaseDraft, Job, LockFile, Pace, PublicKey, PullRequestDraft, Rate, Rule,
    SignerIdentity, Wait,
};

/// What a reconciler would do on a day, and why it does no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The day the plan is for.
    pub today: Date,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What is not done, and what it waits for.
    pub waits: Vec<Wait>,
    /// Where each train stands that is not at its end of life, oldest first.
    pub trains: Vec<TrainReport>,
}

/// A stable name for a step, such as `cut release-5.0.0`. The same step has the same name in every plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub String);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub id: StepId,
    /// The release that it is for.
    pub version: Version,
    /// The rule that asks for it.
    pub rule: Rule,
    /// One sentence: why now.
    pub reason: String,
    /// All of these hold, or the step is refused.
    pub preconditions: Vec<Precondition>,
    /// The effect.
    pub action: Action,
}

/// An effect, with everything it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum Action {
    /// Create a branch (X1).
    CutBranch {
        /// Short name.
        branch: String,
        /// Where it starts.
        commit: CommitId,
    },
    /// Write a commit, point a branch at it, and open a pull request from that branch (R2).
    OpenPullRequest(PullRequestDraft),
    /// Write the commit anew on the base's new head and move the head branch of an open pull request to it.
    RefreshPullRequest {
        /// The pull request.
        number: u64,
        /// What it becomes.
        draft: PullRequestDraft,
    },
    /// Create an annotated tag.
    Tag {
        /// Short name.
        tag: String,
        /// The merged release commit.
        commit: CommitId,
        /// The annotation.
        message: String,
        /// Tagger.
        identity: super::Identity,
        /// Tagger time, seconds since 1970. The commit's own, so that the tag's id is fixed.
        seconds: i64,
    },
    /// Package the crates of a tagged commit and put those that are missing into the registry, in order.
    Publish {
        /// The tag.
        tag: String,
        /// What the tag points to.
        commit: CommitId,
        /// In dependency order; only crates that the index lacks.
        crates: Vec<CrateRelease>,
        /// Those of them that the registry has never seen.
        new: BTreeSet<String>,
        /// How fast the registry takes them.
        pace: Pace,
        /// How long that takes, in seconds.
        expected_seconds: i64,
    },
    /// Create the release on the forge.
    CreateForgeRelease(ForgeReleaseDraft),
    /// Make archives of a release on this machine, and put each beside the hidden release as soon as it is made (R11).
    MakeArchives {
        /// The tag.
        tag: String,
        /// What the tag points to.
        commit: CommitId,
        /// The folder of the workspace, from the repository's root; empty where they are the same.
        folder: String,
        /// What is to be made, in the policy's order.
        jobs: Vec<Job>,
    },
    /// Put beside the files of a hidden release what says where they are from: SBOMs, provenance, sums; the list of sums last (X10).
    Attest {
        /// The tag.
        tag: String,
        /// What the tag points to.
        commit: CommitId,
        /// The finished files, as they lie on the forge.
        files: BTreeMap<String, FileDigest>,
        /// What the project is called, as name patterns have it.
        project: String,
        /// Its archives.
        jobs: Vec<Job>,
        /// The key to sign with. None: no key signs it.
        key: Option<PublicKey>,
        /// The identity that signs with Sigstore. None: none does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<SignerIdentity>,
    },
    /// Show a release on the forge that was hidden until its files were there (R11).
    ShowForgeRelease {
        /// Its tag.
        tag: String,
        /// Newest by version (X13).
        latest: bool,
        /// Its files.
        files: BTreeMap<String, FileDigest>,
    },
    /// Mark a release as the newest (X13).
    MarkLatest {
        /// The tag of the release to mark.
        tag: String,
    },
    /// Withdraw a superseded candidate (X11).
    Yank {
        /// The crates, in order.
        crates: Vec<CrateRelease>,
        /// How fast the registry lets them go.
        rate: Option<Rate>,
    },
}

/// One crate of a release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CrateRelease {
    /// Its name in the registry.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// Crates of the same release that must be in the index before it.
    pub after: BTreeSet<String>,
    /// Whether its package holds a lock file.
    #[serde(default)]
    pub lock_file: LockFile,
}

/// What must hold at the moment of the effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "require")]
pub enum Precondition {
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

/// Where one train stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainReport {
    /// The train.
    pub version: Version,
    /// How far it is.
    pub state: TrainState,
    /// Day of the cut or the bump.
    pub cut: Option<Date>,
    /// Day of the release, by the calendar.
    pub release: Option<Date>,
    /// Day on which support ends, where it is known.
    pub end_of_life: Option<Date>,
    /// Long-term support (X4).
    pub lts: bool,
}

/// How far a train is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainState {
    /// Its day has not come.
    Scheduled,
    /// Cut from the main branch, or its bump is open.
    Boarding,
    /// Its release commit is merged; tag, crates or forge release are not all there.
    Leaving,
    /// Released, and supported.
    Released,
}
