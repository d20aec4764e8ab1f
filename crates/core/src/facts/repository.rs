//! What is known of one repository and its forge.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    BranchHead, CommitId, Deeds, ForgeRelease, Histories, Machine, Observed, Packages, Pick, Picked, PullRequest,
    TagRef, TreeFiles, UnreadableFiles,
};

/// What is known of one repository and its forge, as far as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryFacts {
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
    /// Releases on the forge, by tag.
    pub forge_releases: Observed<BTreeMap<String, ForgeRelease>>,
    /// This machine, as the builds of these commits find it: those of releases that are hidden on the forge until their archives
    /// are there.
    #[serde(default)]
    pub machines: BTreeMap<CommitId, Observed<Machine>>,
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

/// No ref, pull request or release is there, and nothing was asked yet.
impl Default for RepositoryFacts {
    fn default() -> Self {
        Self {
            branches: BTreeMap::new(),
            tags: BTreeMap::new(),
            files: BTreeMap::new(),
            unreadable: BTreeMap::new(),
            packages: BTreeMap::new(),
            pull_requests: Observed::Known(Vec::new()),
            forge_releases: Observed::Known(BTreeMap::new()),
            machines: BTreeMap::new(),
            histories: None,
            deeds: Deeds::default(),
            merges: BTreeMap::new(),
            picks: Vec::new(),
        }
    }
}

impl RepositoryFacts {
    /// Where a branch is.
    pub fn branch(&self, name: &str) -> Option<&CommitId> {
        self.branches.get(name).map(|head| &head.commit)
    }

    /// Where a tag is.
    pub fn tag(&self, name: &str) -> Option<&CommitId> {
        self.tags.get(name).map(|tag| &tag.commit)
    }

    /// Our pull requests, as far as they are known.
    pub fn pulls(&self) -> impl Iterator<Item = &PullRequest> {
        self.pull_requests.known().into_iter().flatten()
    }

    /// The release of a tag on the forge, as far as that is known.
    pub fn forge_release(&self, tag: &str) -> Option<&ForgeRelease> {
        self.forge_releases.known()?.get(tag)
    }

    /// Whether the release of a tag is on the forge for all to see. It is made last: where it is, all else is. False where
    /// that is not known.
    pub fn is_released(&self, tag: &str) -> bool {
        self.forge_release(tag).is_some_and(|release| !release.hidden)
    }
}
