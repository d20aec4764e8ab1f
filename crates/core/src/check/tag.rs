//! Tags: one release of a number, rising versions, nothing that is not merged and green.

use super::{Breach, Case, Invariant, Judged, breach, lines};
use crate::{
    model::{CommitId, Condition, LineName, PullRequest, PullRequestState},
    step::{Step, Tag},
};

/// Judge a tag.
pub(super) fn judge(case: &Case<'_>, step: &Step, made: &Tag) -> Judged {
    let mut needs = vec![Condition::TagAbsent { tag: made.tag.clone() }];
    let mut breaches: Vec<Breach> = named(case, step, made).into_iter().chain(goes_back(case, step)).collect();
    let green = |(pull, at): &(&PullRequest, &CommitId)| **at == made.commit && case.is_green(pull);
    match case.merged_for(&step.version).find(green) {
        None => breaches.push(breach(
            Invariant::TagWithoutMerge,
            format!(
                "`{}` would go on {}, which no merged and green pull request of {} brought",
                made.tag,
                made.commit.short(),
                step.version
            ),
        )),
        Some((pull, _)) => {
            needs.push(case.merged(pull, &made.commit));
            let at = match &pull.state {
                PullRequestState::Merged { at, .. } => at.as_second(),
                PullRequestState::Open | PullRequestState::Closed => pull.opened.as_second(),
            };
            breaches.extend(not_reproducible(case, made, at));
        }
    }
    let together = lines::all_or_none(case, step, &made.commit);
    needs.extend(together.needs);
    breaches.extend(together.breaches);
    Judged { changes: vec![format!("tag `{}`", made.tag)], needs, breaches }
}

/// Its name is that of its version, and nothing has it (R1).
fn named(case: &Case<'_>, step: &Step, made: &Tag) -> Vec<Breach> {
    let misnamed = (case.tag_of(&step.version) != made.tag)
        .then(|| breach(Invariant::Misnamed, format!("`{}` is not the tag of {}", made.tag, step.version)));
    let taken = case.tag(&made.tag).map(|old| {
        breach(Invariant::TwoReleasesOfOneNumber, format!("`{}` exists already, at {}", made.tag, old.short()))
    });
    misnamed.into_iter().chain(taken).collect()
}

/// Never a version lower than one on its line (R8).
fn goes_back(case: &Case<'_>, step: &Step) -> Option<Breach> {
    let (version, line) = (&step.version, LineName::of(&step.version));
    let (newest, _) = case.releases.newest_of(line).filter(|(newest, _)| *newest > version)?;
    let detail = format!("{version} is lower than {newest}, which line {line} already has");
    Some(breach(Invariant::VersionGoesBack, detail))
}

/// Made twice, it is the same tag.
fn not_reproducible(case: &Case<'_>, made: &Tag, merged: i64) -> Option<Breach> {
    let is_fixed = made.identity == case.policy.project.identity && made.seconds == merged;
    let detail = format!("`{}` is not by the policy's identity, at the time of the merge", made.tag);
    (!is_fixed).then(|| breach(Invariant::NotReproducible, detail))
}
