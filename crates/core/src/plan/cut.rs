//! The way of X1: cut the branch from main on one day, release from it on a later one. Main only moves on.
//!
//! Rules: X11.

use jiff::ToSpan;
use semver::Version;

use super::{
    candidate,
    decision::{Decision, OnTrain},
    draft::{Standing, Wanted, pursue},
    leaving,
    merged::Merged,
    resume,
    situation::{Due, Situation, carries},
    words::PullRequestKind,
};
use crate::{
    bump::{Move, NotesChange, with_suffix},
    model::{Finding, Rule, StepId, TrainState, WaitReason, strip_pre},
    step::{Action, CutBranch, CutFrom, Intention, OpenPullRequest},
};

/// So long before the first train's cut, main is made to carry its version.
const ADOPTION_DAYS: i64 = 31;

/// Decide on one train. `day_is_named`: an earlier train waits for its day, and only the next one is worth a line.
pub(super) fn from_main(now: &Situation<'_>, due: &Due<'_>, day_is_named: bool) -> OnTrain {
    if let Some(release) = resume::tagged(now, due.version()) {
        let leaves = resume::resume(now, due, &release);
        return OnTrain::new(leaving::state(&leaves), leaves);
    }
    let project = &now.policy.project;
    let branch = project.release_branch.with(due.version());
    let tagged = now.seen.own.tags.contains_key(&project.tag.with(due.version()));
    let kind = PullRequestKind::Release(due.version().clone());
    match (now.pull_request(&kind), tagged) {
        // Released by people, or before the product came: left as it is.
        (Ok(None) | Err(_), true) => OnTrain::new(TrainState::Released, Decision::Done),
        (ours, _) if now.seen.own.branches.contains_key(&branch) => {
            on_branch(now, due, &branch, matches!(ours, Ok(Some(_))))
        }
        _ => OnTrain::new(TrainState::Scheduled, before_the_cut(now, due, &branch, day_is_named)),
    }
}

/// The branch does not exist yet.
fn before_the_cut(now: &Situation<'_>, due: &Due<'_>, branch: &str, day_is_named: bool) -> Decision {
    let step = CutBranch::named(branch);
    let version = due.version();
    let is_due = now.today() >= due.cut();
    match now.main(due.rules) {
        Err(hold) if is_due => now.wait(step, version, Rule::X1, hold),
        Ok(main) if carries(main.version(), version) => {
            let (commit, name) = (main.commit.clone(), now.policy.project.main.clone());
            if !is_due {
                let day = WaitReason::Date { day: due.cut() };
                return if day_is_named { Decision::Done } else { now.wait(step, version, Rule::X1, day) };
            }
            let reason = format!("{version} is cut on {}, and `{name}` carries {}", due.cut(), main.version());
            let cut = CutBranch { branch: branch.to_owned(), commit, from: CutFrom::Branch(name) };
            now.step(version, Rule::X1, reason, Action::CutBranch(cut))
        }
        Ok(main) if strip_pre(main.version()) < *version => move_main_on(now, due, main.version()),
        Ok(main) if is_due => {
            let reason = missed_cut(due, branch, main.version(), &now.policy.project.main);
            now.wait(step, version, Rule::X1, reason)
        }
        Ok(_) | Err(_) => Decision::Done,
    }
}

fn missed_cut(due: &Due<'_>, branch: &str, main: &Version, main_branch: &str) -> WaitReason {
    WaitReason::from(Finding {
        kind: "missed-cut".into(),
        subject: branch.to_owned(),
        detail: format!("`{main_branch}` already carries {main}, and `{branch}` was never cut"),
        help: format!(
            "create `{branch}` at the last commit that carried {}, or name a later first train in the policy",
            due.version()
        ),
        ..Finding::of(Rule::X1)
    })
}

/// Main carries an earlier version: once the train before is cut, main goes on to this one.
fn move_main_on(now: &Situation<'_>, due: &Due<'_>, carried: &Version) -> Decision {
    let project = &now.policy.project;
    let version = due.version();
    let suffix = due.rules.train.development.clone();
    let target = with_suffix(version.clone(), suffix.as_deref());
    let step = StepId::from(Intention::BumpMain(&target));
    if let Some(previous) = &due.previous {
        let branch = project.release_branch.with(previous);
        let tag = project.tag.with(previous);
        if !now.seen.own.branches.contains_key(&branch) && !now.seen.own.tags.contains_key(&tag) {
            let before = WaitReason::Train { before: previous.clone() };
            let is_due = now.today() >= due.cut();
            return if is_due { now.wait(step, version, Rule::X1, before) } else { Decision::Done };
        }
    }
    let earliest = due.cut().saturating_sub(ADOPTION_DAYS.days());
    if due.previous.is_none() && now.today() < earliest {
        return now.wait(step, version, Rule::X1, WaitReason::Date { day: earliest });
    }
    let old = strip_pre(carried);
    let reason = match &due.previous {
        Some(previous) => format!("{previous} is cut, so `{}` goes on to {target}", project.main),
        None => format!("`{}` carries {carried}, and {version} is the first train", project.main),
    };
    let wanted = Wanted {
        kind: PullRequestKind::Bump(target),
        base: project.main.clone(),
        versions: Move::Next { first: version.clone(), suffix },
        notes: NotesChange::Cut { old, new: version.clone() },
        rule: Rule::X1,
        reason,
        due,
    };
    match pursue(now, &wanted) {
        Standing::Pending(decision) => decision,
        Standing::Merged { number, .. } => {
            let reason = went_back(number, carried, version, &now.policy.project.main);
            now.wait(step, version, Rule::X1, reason)
        }
    }
}

fn went_back(number: u64, carried: &Version, version: &Version, main: &str) -> WaitReason {
    WaitReason::from(Finding {
        kind: "main-went-back".into(),
        subject: main.to_owned(),
        detail: format!("pull request #{number} moved `{main}` to {version}, but it carries {carried}"),
        help: format!("bump `{main}` to {version} by hand, or take the policy's first train further on"),
        ..Finding::of(Rule::X1)
    })
}

/// The branch exists: a candidate, then the release.
fn on_branch(now: &Situation<'_>, due: &Due<'_>, branch: &str, proposed: bool) -> OnTrain {
    let version = due.version();
    let day = due.train.release;
    if !proposed && now.today() < day {
        let (candidate, first) = candidate::first(now, due, branch);
        let step = OpenPullRequest::named(&PullRequestKind::Release(version.clone()).head_branch());
        let wait = now.wait(step, version, Rule::X1, WaitReason::Date { day });
        let decision = [first, wait].into_iter().collect();
        return OnTrain { state: TrainState::Boarding, decision, candidate };
    }
    let wanted = Wanted {
        kind: PullRequestKind::Release(version.clone()),
        base: branch.to_owned(),
        versions: Move::Final,
        notes: NotesChange::Release { version: version.clone(), day: now.today() },
        rule: Rule::X1,
        reason: format!("{version} was cut on {} and is released on {day}", due.cut()),
        due,
    };
    match pursue(now, &wanted) {
        Standing::Pending(decision) => OnTrain::new(TrainState::Boarding, decision),
        Standing::Merged { number, commit, at } => {
            let merged = Merged { version, number, commit, at, together: Vec::new() };
            let leaves = leaving::leave(now, due, &merged);
            OnTrain::new(leaving::state(&leaves), leaves)
        }
    }
}
