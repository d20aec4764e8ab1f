//! Let trains leave on a simulated clock: the same loop as in life, with maintainers who merge what they are asked to.

use async_trait::async_trait;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use stationmaster_core::{
    facts::Facts,
    model::{CheckState, JournalEvent, JournalKind, PullRequest, PullRequestState, StepResult, WaitReason},
    policy::Policy,
    step::Plan,
};
use thiserror::Error;

use crate::{
    apply::record,
    lease::Lease,
    ports::{JournalQuery, PortError, World},
    progress::Event,
    reconcile::{ReconcileError, Reconciled, Unended, reconcile},
};

/// The people of a rehearsal.
#[async_trait]
pub trait Maintainers: Send + Sync {
    /// Days after which they merge a pull request.
    fn patience(&self, pull: &PullRequest) -> i64;
    /// Report the checks of a merged pull request: a stop may have come between the merge and its checks.
    async fn check(&self, world: &World<'_>, policy: &Policy, pull: &PullRequest) -> Result<(), PortError>;
    /// Approve it, report its checks, merge it.
    async fn merge(&self, world: &World<'_>, policy: &Policy, pull: &PullRequest) -> Result<(), PortError>;
}

/// Why a rehearsal stopped before its last day. What was done is kept, and the next run goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RehearsalError {
    /// A round could not be ended.
    #[error(transparent)]
    Round(#[from] ReconcileError),
    /// What the rehearsal runs on failed: the disk is full, cargo was killed. Whether the release is good was not seen.
    #[error("{0}")]
    World(String),
}

/// What was done before is in the sandbox.
impl From<Unended> for RehearsalError {
    fn from(unended: Unended) -> Self {
        Self::Round(unended.why)
    }
}

impl From<PortError> for RehearsalError {
    fn from(error: PortError) -> Self {
        Self::Round(error.into())
    }
}

/// Turns the clock forward, or says why it cannot.
pub type TurnTo<'a> = &'a (dyn Fn(Timestamp) -> Result<(), PortError> + Sync);

/// Go from the clock's day to `until`, day by day of those on which something happens. Returns the last round. Run again
/// after a stop, it goes on where the clock is.
///
/// # Errors
/// See [`RehearsalError`]. The clock stays at the day that could not be ended.
pub async fn rehearse(
    world: &World<'_>,
    policy: &Policy,
    lease: &Lease,
    maintainers: &dyn Maintainers,
    (until, turn_to): (Date, TurnTo<'_>),
) -> Result<Reconciled, RehearsalError> {
    loop {
        let today = world.clock.today();
        world.progress.event(&Event::Day(today));
        let round = settle(world, policy, lease, maintainers, today).await?;
        match next_day(&round.plan, &round.seen, maintainers) {
            Some(day) if day <= until => turn_to(start_of(day))?,
            _ => return Ok(round),
        }
    }
}

/// One day: reconcile and merge, until neither changes anything.
async fn settle(
    world: &World<'_>,
    policy: &Policy,
    lease: &Lease,
    maintainers: &dyn Maintainers,
    today: Date,
) -> Result<Reconciled, RehearsalError> {
    loop {
        let round = reconcile(world, policy, lease, today).await?;
        if let Some(what) = failed_world(&round) {
            return Err(RehearsalError::World(what));
        }
        record_findings(world, &round).await?;
        let mut changed = false;
        for pull in unchecked_pulls(policy, &round.seen) {
            maintainers.check(world, policy, pull).await?;
            changed = true;
        }
        for pull in open_pulls(&round.seen) {
            if merge_day(pull, maintainers) > today {
                continue;
            }
            match maintainers.merge(world, policy, pull).await {
                Ok(()) => {
                    changed = true;
                    world.progress.event(&Event::Merged { number: pull.number, title: pull.title.clone() });
                }
                Err(PortError::Crash) => return Err(PortError::Crash.into()),
                // A conflict: the next round writes the pull request anew.
                Err(PortError::Refused { .. } | PortError::Moved { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if !changed {
            return Ok(round);
        }
    }
}

/// What could not be done or seen for no fault of the release. To let days pass over it would show less than what ships.
fn failed_world(round: &Reconciled) -> Option<String> {
    let failed = round.outcomes.iter().rev().find_map(|outcome| match &outcome.result {
        StepResult::Failed { error, outside: true, .. } => Some(format!("{}: {error}", outcome.step)),
        _ => None,
    });
    let unseen = || {
        round.plan.waits.iter().find_map(|wait| match &wait.reason {
            WaitReason::Unknown { what, why } => Some(format!("{what}: {why}")),
            _ => None,
        })
    };
    failed.or_else(unseen)
}

/// What would have failed on the day goes to the journal, once: the report reads it there, also after a stop.
async fn record_findings(world: &World<'_>, round: &Reconciled) -> Result<(), PortError> {
    let known = world.journal.find(&JournalQuery::of([JournalKind::Finding])).await?;
    for wait in &round.plan.waits {
        let WaitReason::Finding(finding) = &wait.reason else { continue };
        let event = JournalEvent::Finding(finding.clone());
        if !known.iter().any(|entry| entry.event == event) {
            record(world, event).await?;
        }
    }
    Ok(())
}

fn open_pulls(seen: &Facts) -> impl Iterator<Item = &PullRequest> {
    seen.own.pulls().filter(|pull| pull.state == PullRequestState::Open)
}

fn unchecked_pulls<'a>(policy: &'a Policy, seen: &'a Facts) -> impl Iterator<Item = &'a PullRequest> {
    let merged = |pull: &&PullRequest| matches!(pull.state, PullRequestState::Merged { .. });
    seen.own
        .pull_requests
        .known()
        .into_iter()
        .flatten()
        .filter(merged)
        .filter(|pull| policy.checks_of(pull, seen.today) == CheckState::Pending)
}

fn merge_day(pull: &PullRequest, maintainers: &dyn Maintainers) -> Date {
    pull.opened.to_zoned(TimeZone::UTC).date().saturating_add(maintainers.patience(pull).days())
}

/// The next day on which something can happen: a date that a train waits for, or a merge.
fn next_day(plan: &Plan, seen: &Facts, maintainers: &dyn Maintainers) -> Option<Date> {
    let dates = plan.waits.iter().filter_map(|wait| match wait.reason {
        WaitReason::Date { day } => Some(day),
        _ => None,
    });
    let merges = open_pulls(seen).map(|pull| merge_day(pull, maintainers));
    dates.chain(merges).filter(|day| *day > plan.today).min()
}

fn start_of(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |start| start.timestamp())
}
