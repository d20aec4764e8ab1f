//! Proposals: from a branch of ours to the branch that they are for, on their day, and of what they say (R2, X1, X2).

use semver::Version;

use super::{Breach, Case, Invariant, Judged, breach, case::HEADS, groups, twice};
use crate::{
    calendar,
    model::{
        CommitId, CommitSpec, Condition, DraftChange, FixDecision, LineName, Observed, Pick, Picked, PullRequest,
        PullRequestDraft, PullRequestState, strip_pre,
    },
    policy::ReleaseDay,
    step::{OpenPullRequest, RefreshPullRequest, Step},
};

/// What a pull request of ours is for, by its head branch.
enum Purpose {
    Release(Version),
    Candidate(Version),
    Bump(Version),
    Backport { line: LineName, change: String },
}

impl Purpose {
    fn of(head: &str) -> Option<Self> {
        let (word, rest) = head.strip_prefix(HEADS)?.split_once('-')?;
        Some(match word {
            "release" => Self::Release(rest.parse().ok().filter(|version: &Version| version.pre.is_empty())?),
            "candidate" => Self::Candidate(rest.parse().ok().filter(|version: &Version| !version.pre.is_empty())?),
            "bump" => Self::Bump(rest.parse().ok()?),
            "backport" => {
                let (line, change) = rest.split_once('-')?;
                Self::Backport { line: line.parse().ok()?, change: change.to_owned() }
            }
            _ => return None,
        })
    }
}

/// Judge a pull request that is opened.
pub(super) fn open(case: &Case<'_>, step: &Step, OpenPullRequest { draft, .. }: &OpenPullRequest) -> Judged {
    let purpose = Purpose::of(&draft.head);
    let mut judged = judge(case, step, draft, purpose.as_ref());
    // What a line took back may be brought there again; a release that was merged is never proposed again.
    let again = matches!(purpose, Some(Purpose::Backport { .. }));
    let ours = case.pulls().filter(|pull| again && pull.head == draft.head);
    let is_merged = |pull: &&PullRequest| matches!(pull.state, PullRequestState::Merged { .. });
    let mut merged: Vec<u64> = ours.filter(is_merged).map(|pull| pull.number).collect();
    merged.sort_unstable();
    judged.needs.push(Condition::PullRequestAbsent { head: draft.head.clone(), merged });
    judged.breaches.extend(purpose.and_then(|purpose| untimely(case, step, &purpose)));
    judged
}

/// Judge a pull request that is written anew.
pub(super) fn refresh(
    case: &Case<'_>,
    step: &Step,
    RefreshPullRequest { number, draft }: &RefreshPullRequest,
) -> Judged {
    let mut judged = judge(case, step, draft, Purpose::of(&draft.head).as_ref());
    judged.needs.push(Condition::PullRequestOpen { number: *number, head: draft.head.clone() });
    judged
}

fn judge(case: &Case<'_>, step: &Step, draft: &PullRequestDraft, purpose: Option<&Purpose>) -> Judged {
    let at =
        |branch: &str, commit: &CommitId| Condition::BranchAt { branch: branch.to_owned(), commit: commit.clone() };
    let head = match &draft.replaces {
        Some(commit) => at(&draft.head, commit),
        None => Condition::BranchAbsent { branch: draft.head.clone() },
    };
    let needs = vec![at(&draft.base, draft.change.base()), head];
    let mut breaches: Vec<Breach> = out_of_place(case, step, draft, purpose).into_iter().collect();
    match (&draft.change, purpose) {
        (DraftChange::Commit(change), Some(Purpose::Release(to) | Purpose::Candidate(to) | Purpose::Bump(to))) => {
            breaches.extend(groups::judge(case, step, change, to));
            breaches.extend(not_reproducible(case, change));
        }
        (DraftChange::Pick { pick, commit, paths }, Some(Purpose::Backport { change, .. })) => {
            breaches.extend(not_as_it_came_out(case, pick, commit, paths, change));
        }
        // Of no kind that is known: it is out of place.
        (DraftChange::Commit(_), Some(Purpose::Backport { .. }) | None)
        | (DraftChange::Pick { .. }, Some(Purpose::Release(_) | Purpose::Candidate(_) | Purpose::Bump(_)) | None) => {}
    }
    Judged { changes: vec![twice::branch(step, &draft.head)], needs, breaches }
}

/// Its head is not a branch of ours, or it goes to another branch than what it is for.
fn out_of_place(case: &Case<'_>, step: &Step, draft: &PullRequestDraft, purpose: Option<&Purpose>) -> Option<Breach> {
    let (head, base, version) = (&draft.head, &draft.base, &step.version);
    let (main, branch) = (&case.policy.project.main, &case.branch_of(version));
    let on_merge = case.rules_of(version).train.release == ReleaseDay::OnMerge && version.patch == 0;
    let is_bump = matches!(draft.change, DraftChange::Commit(_));
    let detail = match purpose {
        None => format!("`{head}` is no branch of ours"),
        Some(Purpose::Release(of)) if of != version => format!("`{head}` is not for {version}"),
        Some(Purpose::Candidate(of) | Purpose::Bump(of)) if strip_pre(of) != *version => {
            format!("`{head}` is not for {version}")
        }
        Some(Purpose::Backport { line, .. }) if *line != LineName::of(version) => {
            format!("`{head}` is not for {version}")
        }
        Some(Purpose::Release(_)) if on_merge && is_bump && base == main => return None,
        Some(Purpose::Release(_)) if !on_merge && is_bump && base == branch => return None,
        Some(Purpose::Candidate(_)) if is_bump && base == branch => return None,
        Some(Purpose::Bump(_)) if is_bump && base == main => return None,
        Some(Purpose::Backport { .. }) if !is_bump && base == branch => return None,
        Some(_) => format!("what `{head}` is for does not go to `{base}` like this"),
    };
    Some(breach(Invariant::PullRequestOutOfPlace, detail))
}

/// It is proposed before its day, or to a line whose support has ended.
fn untimely(case: &Case<'_>, step: &Step, purpose: &Purpose) -> Option<Breach> {
    let (version, today) = (&step.version, case.seen.today);
    let Some(train) = case.train_of(version) else {
        return Some(breach(Invariant::BeforeItsDay, format!("the calendar has no train for {version}")));
    };
    let ended = train.end_of_life.filter(|day| calendar::is_over(Some(*day), today));
    match purpose {
        Purpose::Release(_) if version.patch == 0 => {
            let on_merge = case.rules_of(version).train.release == ReleaseDay::OnMerge;
            let day = train.cut.filter(|_| on_merge).unwrap_or(train.release);
            let detail = || format!("{version} is not proposed before {day}");
            (today < day).then(|| breach(Invariant::BeforeItsDay, detail()))
        }
        Purpose::Release(_) | Purpose::Backport { .. } => {
            let day = ended.filter(|_| !is_forced(case, purpose))?;
            Some(breach(Invariant::LineIsOver, format!("support of line {} ended on {day}", LineName::of(version))))
        }
        Purpose::Candidate(_) | Purpose::Bump(_) => None,
    }
}

/// A person asked for this patch although its line is over.
fn is_forced(case: &Case<'_>, purpose: &Purpose) -> bool {
    let Purpose::Release(version) = purpose else { return false };
    let decisions = case.seen.decisions.known().into_iter().flatten();
    decisions.into_iter().any(|decided| {
        matches!(&decided.decision, FixDecision::Patch { versions, forced: true, .. } if versions.contains(version))
    })
}

/// Made twice, it is the same commit.
fn not_reproducible(case: &Case<'_>, change: &CommitSpec) -> Option<Breach> {
    let is_fixed =
        change.identity == case.policy.project.identity && change.seconds == calendar::seconds_of(case.seen.today);
    let detail =
        format!("the commit on {} is not by the policy's identity, at the start of the day", change.parent.short());
    (!is_fixed).then(|| breach(Invariant::NotReproducible, detail))
}

/// A pick is of the change that its branch is named after, and comes to what was seen of it.
fn not_as_it_came_out(
    case: &Case<'_>,
    pick: &Pick,
    commit: &CommitId,
    paths: &[String],
    named: &str,
) -> Option<Breach> {
    let [change] = pick.changes.as_slice() else {
        return Some(breach(
            Invariant::PickNotAsSeen,
            format!("it carries {} changes, and not one", pick.changes.len()),
        ));
    };
    let is_seen = case.seen.own.picks.iter().any(|(looked_at, found)| {
        let made = matches!(found, Observed::Known(Picked::Clean { commit: made, paths: there }) if made == commit && there == paths);
        looked_at.changes == pick.changes && looked_at.onto == pick.onto && made
    });
    let detail = if change.short() != named {
        format!("it carries {} and is named after {named}", change.short())
    } else if !is_seen {
        format!("{} on {} was not seen to come to {}", change.short(), pick.onto.short(), commit.short())
    } else {
        return None;
    };
    Some(breach(Invariant::PickNotAsSeen, detail))
}
