//! Merging a pull request where there is no forge to do it: an approval, made by a person, with a name (R2).
//!
//! The order: the decision to the journal, a claim on the record, the merge commit, the branch, the record. Nobody can close a
//! pull request while its merge is under way. Stopped anywhere, the same merge can be asked for again: the repository knows that the change is in,
//! and as which commit.

use jiff::civil::Date;
use stationmaster_core::{
    gate,
    model::{CommitId, JournalEvent, PullRequest, PullRequestState, WaitReason},
    policy::Policy,
};
use thiserror::Error;

use crate::{
    apply::record,
    ports::{MergeRecords, MergeResult, MergeSpec, Objects, PortError, PortResult, Refs, World},
};

/// How often a merge is made anew because the branch moved meanwhile.
const ATTEMPTS: u32 = 3;

/// Why a pull request was not merged. The branch has not moved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MergeError {
    /// It was merged before.
    #[error("pull request {number} was merged by {by} as {}", commit.short())]
    AlreadyMerged {
        /// Its number.
        number: u64,
        /// The commit that brought it.
        commit: CommitId,
        /// Who merged it.
        by: String,
    },
    /// It was closed without a merge.
    #[error("pull request {number} is closed")]
    Closed {
        /// Its number.
        number: u64,
    },
    /// A gate holds it.
    #[error("pull request {number} is held")]
    Held {
        /// Its number.
        number: u64,
        /// By what.
        by: Vec<WaitReason>,
    },
    /// Its change and the base have changed the same lines.
    #[error("pull request {number} conflicts with its base in {}", paths.join(", "))]
    Conflict {
        /// Its number.
        number: u64,
        /// Where.
        paths: Vec<String>,
    },
    /// The world could not be read or written.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<MergeError> for PortError {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Port(error) => error,
            refused => Self::Refused { what: "the merge".to_owned(), why: refused.to_string() },
        }
    }
}

/// Merge a pull request in someone's name. Returns the commit on the base branch that brought it.
///
/// # Errors
/// [`MergeError`]: what stands against it. All but [`MergeError::Port`] are for a person to fix.
pub async fn merge_pull_request(
    world: &World<'_>,
    records: &dyn MergeRecords,
    policy: &Policy,
    number: u64,
    by: &str,
) -> Result<CommitId, MergeError> {
    let asked = records.pull_request(number).await?;
    let today = world.clock.today();
    may_be_merged(policy, &asked, today)?;
    let decision = format!("merge pull request {number} ({})", asked.title);
    let why = format!("{by} merged it at {}", asked.head_commit.short());
    record(world, JournalEvent::Decision { what: decision, why }).await?;
    let claim = records.claim(number).await?;
    let pull = claim.pull_request().clone();
    // What somebody did meanwhile counts: from here on nobody does anything.
    may_be_merged(policy, &pull, today)?;
    if pull.head_commit != asked.head_commit {
        let found = format!("its head moved to {}", pull.head_commit.short());
        return Err(PortError::Moved { what: format!("pull request {number}"), found }.into());
    }
    let now = world.clock.now();
    let spec = MergeSpec {
        head: pull.head_commit.clone(),
        message: merge_message(&pull),
        identity: policy.project.identity.clone(),
        seconds: now.as_second(),
    };
    match bring(world.here.objects, world.here.refs, &pull.base, &spec).await? {
        Brought::By(commit) => {
            claim.merged(&commit, now, by).await?;
            Ok(commit)
        }
        Brought::Conflict(paths) => Err(MergeError::Conflict { number, paths }),
    }
}

/// What came of bringing a change to a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// The branch has it, by this commit.
    By(CommitId),
    /// It does not merge. Paths in conflict; the branch has not moved.
    Conflict(Vec<String>),
}

/// Bring a change to a branch: write the commit, then move the branch from where it was. If somebody else moved it meanwhile, the
/// change is merged anew. Stopped between the two, the commit is an object that nobody sees, and the next run makes another.
///
/// # Errors
/// There is no such branch, it keeps moving, or the world cannot be read or written.
pub async fn bring(objects: &dyn Objects, refs: &dyn Refs, branch: &str, spec: &MergeSpec) -> PortResult<Brought> {
    let mut attempt = 1;
    loop {
        let into = refs.branches().await?.remove(branch);
        let into = into.ok_or_else(|| PortError::Missing { what: format!("branch {branch}") })?;
        let to = match objects.merge(&into, spec).await? {
            MergeResult::Present(commit) => return Ok(Brought::By(commit)),
            MergeResult::Conflict(paths) => return Ok(Brought::Conflict(paths)),
            MergeResult::Clean(commit) => commit,
        };
        match refs.set_branch(branch, Some(&into), &to).await {
            Err(PortError::Moved { .. }) if attempt < ATTEMPTS => attempt += 1,
            moved => return moved.map(|()| Brought::By(to)),
        }
    }
}

/// The message of the commit that brings a pull request to its base.
pub fn merge_message(pull: &PullRequest) -> String {
    format!("{} (#{})\n", pull.title, pull.number)
}

fn may_be_merged(policy: &Policy, pull: &PullRequest, today: Date) -> Result<(), MergeError> {
    let number = pull.number;
    match &pull.state {
        PullRequestState::Open => {}
        PullRequestState::Closed => return Err(MergeError::Closed { number }),
        PullRequestState::Merged { commit, by, .. } => {
            return Err(MergeError::AlreadyMerged { number, commit: commit.clone(), by: by.clone() });
        }
    }
    let by = gate::of_record(policy, pull, today);
    if by.is_empty() { Ok(()) } else { Err(MergeError::Held { number, by }) }
}
