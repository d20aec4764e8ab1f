//! Let trains leave on a simulated clock: the same loop as in life, with maintainers who merge what they are asked to.

use async_trait::async_trait;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use stationmaster_core::{
    model::{CheckState, JournalEvent, Observation, Plan, PullRequest, PullRequestState, WaitReason},
    policy::Policy,
};

use crate::{
    apply::record,
    lease::Lease,
    ports::{PortError, World},
    progress::Event,
    reconcile::{ReconcileError, Reconciled, reconcile},
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

/// Go from the clock's day to `until`, day by day of those on which something happens. Returns the last round. Run again
/// after a stop, it goes on where the clock is.
///
/// # Errors
/// See [`ReconcileError`].
pub async fn rehearse(
    world: &World<'_>,
    policy: &Policy,
    lease: &Lease,
    maintainers: &dyn Maintainers,
    until: Date,
) -> Result<Reconciled, ReconcileError> {
    loop {
        let today = world.clock.today();
        world.progress.event(&Event::Day(today));
        let round = settle(world, policy, lease, maintainers, today).await?;
        match next_day(&round.plan, &round.seen, maintainers) {
            Some(day) if day <= until => world.clock.sleep_until(start_of(day)).await,
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
) -> Result<Reconciled, ReconcileError> {
    loop {
        let round = reconcile(world, policy, lease, today).await?;
        record_findings(world, &round).await?;
        let mut changed = false;
        for pull in unchecked_pulls(&round.seen) {
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

/// What would have failed on the day goes to the journal, once: the report reads it there, also after a stop.
async fn record_findings(world: &World<'_>, round: &Reconciled) -> Result<(), PortError> {
    let known = world.journal.entries().await?;
    for wait in &round.plan.waits {
        let WaitReason::Finding { kind, subject, detail, mend } = &wait.reason else { continue };
        let event = JournalEvent::Finding {
            kind: kind.clone(),
            subject: subject.clone(),
            detail: detail.clone(),
            mend: mend.clone(),
        };
        if !known.iter().any(|entry| entry.event == event) {
            record(world, event).await?;
        }
    }
    Ok(())
}

fn open_pulls(seen: &Observation) -> impl Iterator<Item = &PullRequest> {
    seen.pull_requests.known().into_iter().flatten().filter(|pull| pull.state == PullRequestState::Open)
}

fn unchecked_pulls(seen: &Observation) -> impl Iterator<Item = &PullRequest> {
    let merged = |pull: &&PullRequest| matches!(pull.state, PullRequestState::Merged { .. });
    seen.pull_requests.known().into_iter().flatten().filter(merged).filter(|pull| pull.checks == CheckState::Pending)
}

fn merge_day(pull: &PullRequest, maintainers: &dyn Maintainers) -> Date {
    pull.opened.to_zoned(TimeZone::UTC).date().saturating_add(maintainers.patience(pull).days())
}

/// The next day on which something can happen: a date that a train waits for, or a merge.
fn next_day(plan: &Plan, seen: &Observation, maintainers: &dyn Maintainers) -> Option<Date> {
    let dates = plan.waits.iter().filter_map(|wait| match wait.reason {
        WaitReason::Date { day } => Some(day),
        _ => None,
    });
    let merges = open_pulls(seen).map(|pull| merge_day(pull, maintainers));
    dates.chain(merges).filter(|day| *day > plan.today).min()
}

fn start_of(day: Date) -> jiff::Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(jiff::Timestamp::MAX, |start| start.timestamp())
}
