//! The way of R2: a pull request bumps the version on main, and merging it makes the release.

use super::{
    draft::{Standing, Wanted, pursue},
    leaving,
    situation::{Due, Hold, Situation},
    unfinished,
    words::PullRequestKind,
};
use crate::{
    bump::{Move, NotesChange},
    model::{Rule, TrainState, WaitReason},
};

/// Decide on one train.
pub(super) fn on_merge(now: &mut Situation<'_>, due: &Due<'_>) {
    let version = due.version().clone();
    if let Some(release) = unfinished::tagged(now, &version) {
        let state = unfinished::resume(now, due, &release);
        leaving::branch_for_patches(now, due, &release.commit);
        return now.report(due, state);
    }
    let tagged = now.seen.tags.contains_key(&now.policy.project.tag.with(&version));
    let proposed = now.pull_request(&PullRequestKind::Release(version.clone()));
    let state = match proposed {
        Ok(Some(_)) => propose(now, due),
        // Released by people, or before the product came: left as it is.
        _ if tagged => TrainState::Released,
        _ if now.today() < due.cut() => {
            if !now.waits_for_a_day() {
                now.wait(format!("bump to {version}"), &version, Rule::R2, WaitReason::Date { day: due.cut() });
            }
            TrainState::Scheduled
        }
        Err(unknown) => {
            now.wait(format!("bump to {version}"), &version, Rule::R2, unknown);
            TrainState::Scheduled
        }
        Ok(None) => match may_bump(now, due) {
            Err(hold) => {
                now.wait(format!("bump to {version}"), &version, Rule::R2, hold);
                TrainState::Scheduled
            }
            Ok(()) => propose(now, due),
        },
    };
    now.report(due, state);
}

/// Whether main can be bumped to the train's version now.
fn may_bump(now: &mut Situation<'_>, due: &Due<'_>) -> Result<(), Hold> {
    let main = now.main(due.rules)?;
    let (carried, version) = (main.version(), due.version());
    let reason = match &due.previous {
        _ if carried >= version => WaitReason::Finding {
            kind: "bumped-by-hand".into(),
            subject: version.to_string(),
            detail: format!("`{}` already carries {carried}, but {version} has no tag", now.policy.project.main),
            mend: format!(
                "tag the commit that is {version} as `{}`, or name a later first train in the policy",
                now.policy.project.tag.with(version)
            ),
        },
        Some(previous) if carried < previous => WaitReason::Train { before: previous.clone() },
        _ => return Ok(()),
    };
    Err(reason.into())
}

fn propose(now: &mut Situation<'_>, due: &Due<'_>) -> TrainState {
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
        Standing::Pending => TrainState::Boarding,
        Standing::Merged { number, commit, at } => {
            let state = leaving::leave(
                now,
                due,
                &leaving::Merged { version, number, commit: commit.clone(), at, together: Vec::new() },
            );
            leaving::branch_for_patches(now, due, &commit);
            state
        }
    }
}
