//! What is known of the world, as one value.
//!
//! A part that could not be seen says so ([`Observed::Unknown`]); the plan then waits for it and never takes it for absent.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::{
    BranchHead, CommitId, CrateVersions, Decided, Deeds, FileDigest, ForgeRelease, Histories, Machine, Observed,
    Packages, Pick, Picked, PublicKey, PullRequest, TagRef, TreeFiles, UnreadableFiles,
};

/// What is known of the world, for one day, as far as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
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

impl Facts {
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
