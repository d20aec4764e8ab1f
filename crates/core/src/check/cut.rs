//! Cutting a branch: from main on its day, or from the release itself (X1, R7).

use super::{Breach, Case, Invariant, Judged, breach, twice};
use crate::{
    calendar::Train,
    model::{CommitId, Condition, strip_pre},
    step::{CutBranch, Step},
};

/// Judge a new branch.
pub(super) fn judge(case: &Case<'_>, step: &Step, CutBranch { branch, commit, .. }: &CutBranch) -> Judged {
    let (main, tag) = (&case.policy.project.main, case.tag_of(&step.version));
    let absent = Condition::BranchAbsent { branch: branch.clone() };
    let changes = vec![twice::branch(step, branch)];
    let mut breaches: Vec<Breach> = misnamed(case, step, branch).into_iter().collect();
    // The release itself counts before main's head, for it may be both.
    if case.tag(&tag) == Some(commit) {
        let origin = Condition::TagAt { tag, commit: commit.clone() };
        return Judged { changes, needs: vec![absent, origin], breaches };
    }
    breaches.extend(before_its_day(case, step));
    breaches.extend(not_from_main(case, step, branch, commit));
    let origin = Condition::BranchAt { branch: main.clone(), commit: commit.clone() };
    Judged { changes, needs: vec![absent, origin], breaches }
}

fn misnamed(case: &Case<'_>, step: &Step, branch: &str) -> Option<Breach> {
    (case.policy.project.release_branch.with(&step.version) != branch)
        .then(|| breach(Invariant::Misnamed, format!("`{branch}` is not the branch of {}", step.version)))
}

fn before_its_day(case: &Case<'_>, step: &Step) -> Option<Breach> {
    let train = case.train_of(&step.version).filter(|train| train.version == step.version);
    let detail = match train.map(Train::begins) {
        None => format!("the calendar has no train {}", step.version),
        Some(day) if case.seen.today < day => format!("{} is not cut before {day}", step.version),
        Some(_) => return None,
    };
    Some(breach(Invariant::BeforeItsDay, detail))
}

/// It is not main's head, or main carries another version.
fn not_from_main(case: &Case<'_>, step: &Step, branch: &str, commit: &CommitId) -> Option<Breach> {
    let (main, version) = (&case.policy.project.main, &step.version);
    let say = |what: String| Some(breach(Invariant::CutFromNowhere, format!("`{branch}` would start at {what}")));
    if case.branch(main) != Some(commit) {
        return say(format!("{}, which is neither the head of `{main}` nor {version}", commit.short()));
    }
    let carried = case
        .workspace(commit)
        .and_then(|workspace| workspace.groups(&case.rules_of(version).groups).map_err(|error| error.to_string()));
    match carried {
        Ok(groups) if strip_pre(&groups[0].version) == *version => None,
        Ok(groups) => say(format!("the head of `{main}`, which carries {}", groups[0].version)),
        Err(why) => say(format!("the head of `{main}`, and what that carries is not known: {why}")),
    }
}
