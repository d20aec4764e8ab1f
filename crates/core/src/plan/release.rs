//! The way of R2: a pull request bumps the version on main, and merging it makes the release.
//!
//! Rules: X1.

use super::{
    decision::{Decision, OnTrain},
    draft::{Standing, Wanted, pursue},
    leaving,
    merged::Merged,
    resume,
    situation::{Due, Situation},
    words::PullRequestKind,
};
use crate::{
    bump::{Move, NotesChange},
    gate::Hold,
    model::{Finding, Rule, TrainState, WaitReason},
    step::Intention,
};

/// Decide on one train. `day_is_named`: an earlier train waits for its day, and only the next one is worth a line.
pub(super) fn on_merge(now: &Situation<'_>, due: &Due<'_>, day_is_named: bool) -> OnTrain {
    let version = due.version();
    if let Some(release) = resume::tagged(now, version) {
        let leaves = resume::resume(now, due, &release);
        let state = leaving::state(&leaves);
        let branch = leaving::branch_for_patches(now, due, &release.commit);
        return OnTrain::new(state, [leaves, branch].into_iter().collect());
    }
    let scheduled =
        |hold| OnTrain::new(TrainState::Scheduled, now.wait(Intention::Bump(version), version, Rule::R2, hold));
    let tagged = now.seen.own.tags.contains_key(&now.policy.project.tag.with(version));
    match now.pull_request(&PullRequestKind::Release(version.clone())) {
        Ok(Some(_)) => propose(now, due),
        // Released by people, or before the product came: left as it is.
        _ if tagged => OnTrain::new(TrainState::Released, Decision::Done),
        _ if now.today() < due.cut() && day_is_named => OnTrain::new(TrainState::Scheduled, Decision::Done),
        _ if now.today() < due.cut() => scheduled(Hold::For(WaitReason::Date { day: due.cut() })),
        Err(unknown) => scheduled(unknown.into()),
        Ok(None) => match may_bump(now, due) {
            Err(hold) => scheduled(hold),
            Ok(()) => propose(now, due),
        },
    }
}

/// Whether main can be bumped to the train's version now.
fn may_bump(now: &Situation<'_>, due: &Due<'_>) -> Result<(), Hold> {
    let main = now.main(due.rules)?;
    let (carried, version) = (main.version(), due.version());
    let reason = match &due.previous {
        _ if carried >= version => WaitReason::from(Finding {
            kind: "bumped-by-hand".into(),
            subject: version.to_string(),
            detail: format!("`{}` already carries {carried}, but {version} has no tag", now.policy.project.main),
            help: format!(
                "tag the commit that is {version} as `{}`, or name a later first train in the policy",
                now.policy.project.tag.with(version)
            ),
            ..Finding::of(Rule::R2)
        }),
        Some(previous) if carried < previous => WaitReason::Train { before: previous.clone() },
        _ => return Ok(()),
    };
    Err(reason.into())
}

fn propose(now: &Situation<'_>, due: &Due<'_>) -> OnTrain {
    let version = due.version();
    let wanted = Wanted {
        kind: PullRequestKind::Release(version.clone()),
        base: now.policy.project.main.clone(),
        versions: Move::Next { first: version.clone(), suffix: None },
        notes: NotesChange::Release { version: version.clone(), day: now.today() },
        rule: Rule::R2,
        reason: format!("{version} is due: its bump is proposed on {}, and merging it makes the release", due.cut()),
        due,
    };
    match pursue(now, &wanted) {
        Standing::Pending(decision) => OnTrain::new(TrainState::Boarding, decision),
        Standing::Merged { number, commit, at } => {
            let merged = Merged { version, number, commit, at, together: Vec::new() };
            let leaves = leaving::leave(now, due, &merged);
            let state = leaving::state(&leaves);
            let branch = leaving::branch_for_patches(now, due, &merged.commit);
            OnTrain::new(state, [leaves, branch].into_iter().collect())
        }
    }
}
