//! What is to be done, step by step. One file per kind of step: its data, its name, its preconditions.
//!
//! A step carries all it needs, so that execution is left no choices. All steps of one plan may be done in the world the plan was
//! made for; what follows from them is found by looking again.

mod attest;
mod create_forge_release;
mod cut_branch;
mod deliver;
mod intention;
mod make_archives;
mod mark_latest;
mod open_pull_request;
mod plan;
mod publish;
mod refresh_pull_request;
mod show_forge_release;
mod tag;
mod yank;

use semver::Version;
use serde::{Deserialize, Serialize};

pub use attest::Attest;
pub use create_forge_release::CreateForgeRelease;
pub use cut_branch::{CutBranch, CutFrom};
pub use deliver::{Deliver, DeliveredFile};
pub use intention::Intention;
pub use make_archives::MakeArchives;
pub use mark_latest::MarkLatest;
pub use open_pull_request::OpenPullRequest;
pub use plan::Plan;
pub use publish::Publish;
pub use refresh_pull_request::RefreshPullRequest;
pub use show_forge_release::ShowForgeRelease;
pub use tag::{MergedRelease, Tag};
pub use yank::{IndexedCrate, Yank, Yanked};

use crate::model::{Condition, Precondition, RepositoryId, Rule, StepId};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub id: StepId,
    /// The repository in which it is done.
    #[serde(default, skip_serializing_if = "RepositoryId::is_own")]
    pub repository: RepositoryId,
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

impl Step {
    /// A step for a release in the project's own repository, with the name and the preconditions of its kind.
    pub fn new(version: Version, rule: Rule, reason: impl Into<String>, action: Action) -> Self {
        Self::at(RepositoryId::Own, version, rule, reason, action)
    }

    /// The same in any repository.
    pub fn at(
        repository: RepositoryId,
        version: Version,
        rule: Rule,
        reason: impl Into<String>,
        action: Action,
    ) -> Self {
        let id = action.kind().id(&version).at(&repository);
        let preconditions = action.kind().preconditions().into_iter().map(|it| it.at(&repository)).collect();
        Self { id, repository, version, rule, reason: reason.into(), preconditions, action }
    }
}

/// What every kind of step says of itself.
pub trait Kind {
    /// Its name, for a release.
    fn id(&self, version: &Version) -> StepId;

    /// Without these, in the repository in which it is done, it is not safe.
    fn preconditions(&self) -> Vec<Condition>;

    /// The branch or tag that it makes.
    fn makes(&self) -> Option<NewRef<'_>> {
        None
    }
}

/// A branch or tag to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewRef<'s> {
    /// A branch, by its short name.
    Branch(&'s str),
    /// A tag, by its short name.
    Tag(&'s str),
}

/// An effect, with everything it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
#[expect(missing_docs, reason = "each is the kind of its name, and says there what it does")]
pub enum Action {
    CutBranch(CutBranch),
    OpenPullRequest(OpenPullRequest),
    RefreshPullRequest(RefreshPullRequest),
    Tag(Tag),
    Publish(Publish),
    CreateForgeRelease(CreateForgeRelease),
    MakeArchives(MakeArchives),
    Attest(Attest),
    ShowForgeRelease(ShowForgeRelease),
    MarkLatest(MarkLatest),
    Yank(Yank),
    Deliver(Deliver),
}

impl Action {
    /// What its kind says of it.
    pub fn kind(&self) -> &dyn Kind {
        match self {
            Self::CutBranch(it) => it,
            Self::OpenPullRequest(it) => it,
            Self::RefreshPullRequest(it) => it,
            Self::Tag(it) => it,
            Self::Publish(it) => it,
            Self::CreateForgeRelease(it) => it,
            Self::MakeArchives(it) => it,
            Self::Attest(it) => it,
            Self::ShowForgeRelease(it) => it,
            Self::MarkLatest(it) => it,
            Self::Yank(it) => it,
            Self::Deliver(it) => it,
        }
    }
}
