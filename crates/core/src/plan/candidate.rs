//! Release candidates (X11): the branch publishes `X.0.0-rc.1` at the cut.

use semver::Version;

use super::{
    decision::Decision,
    draft::{Standing, Wanted, pursue},
    leaving,
    merged::Merged,
    situation::{Due, Situation},
    words::PullRequestKind,
};
use crate::{
    bump::{Move, NotesChange, with_suffix},
    model::Rule,
};

/// Propose the first candidate of a branch, and let it leave once merged. With the candidate, if it leaves. Done where the policy
/// has no candidates.
pub(super) fn first(now: &Situation<'_>, due: &Due<'_>, branch: &str) -> (Option<Version>, Decision) {
    let Some(word) = &due.rules.train.candidates else { return (None, Decision::Done) };
    let suffix = format!("{word}.1");
    let version = with_suffix(due.version().clone(), Some(&suffix));
    let wanted = Wanted {
        kind: PullRequestKind::Candidate(version.clone()),
        base: branch.to_owned(),
        versions: Move::Candidate(suffix),
        notes: NotesChange::Keep,
        rule: Rule::X11,
        reason: format!("`{branch}` was cut, and its first candidate is {version}"),
        due,
    };
    match pursue(now, &wanted) {
        Standing::Pending(decision) => (None, decision),
        Standing::Merged { number, commit, at } => {
            let merged = Merged { version: &version, number, commit, at, together: Vec::new() };
            let decision = leaving::leave(now, due, &merged);
            (Some(version), decision)
        }
    }
}
