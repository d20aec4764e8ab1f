//! Withdrawing candidates: each once a later version of it, or its release, is in the index with our bytes (X11).

use super::{Breach, Case, Invariant, Judged, breach};
use crate::model::{CommitId, CrateRelease, IndexVersion, Observed, Precondition, Rate, Step, strip_pre};

/// Judge what is withdrawn.
pub(super) fn judge(case: &Case<'_>, step: &Step, crates: &[CrateRelease], rate: Option<Rate>) -> Judged {
    let tag = case.tag_of(&step.version);
    let mut breaches = case.untagged(&step.version, &tag, None);
    let mut needs = Vec::new();
    if rate != case.rules_of(&step.version).publish.pace.yanks {
        breaches.push(breach(Invariant::AnotherPace, "the policy has another pace"));
    }
    if let Some(commit) = case.tag(&tag) {
        breaches.extend(case.crate_missing(&step.version, commit));
        let successors = crates.iter().filter_map(|old| successor(case, commit, old));
        needs.extend(successors);
    }
    breaches.extend(crates.iter().filter_map(|old| not_superseded(case, step, old)));
    Judged { needs, breaches }
}

/// That the index has what takes the place of a candidate.
fn successor(case: &Case<'_>, commit: &CommitId, old: &CrateRelease) -> Option<Precondition> {
    let version = case.workspace(commit).ok()?.packages.into_iter().find(|package| package.name == old.name)?.version;
    let checksum = case.our_checksum(commit, &old.name)?.to_owned();
    Some(Precondition::CratePresent { name: old.name.clone(), version, checksum })
}

fn not_superseded(case: &Case<'_>, step: &Step, old: &CrateRelease) -> Option<Breach> {
    let (name, version) = (&old.name, &old.version);
    let seen: Option<&IndexVersion> =
        case.seen.index.get(name).and_then(Observed::known).and_then(|all| all.get(version));
    let replaced = case
        .tag(&case.tag_of(&step.version))
        .and_then(|commit| Some((commit, case.workspace(commit).ok()?)))
        .and_then(|(_, workspace)| Some(workspace.packages.into_iter().find(|it| it.name == *name)?.version));
    let is_superseded = replaced.as_ref().is_some_and(|new| *version < *new && strip_pre(version) == strip_pre(new));
    let detail = if version.pre.is_empty() {
        format!("{name} {version} is no candidate")
    } else if !is_superseded {
        format!("nothing of {} takes the place of {name} {version}", step.version)
    } else {
        match seen {
            None => format!("{name} {version} is not known to be in the index"),
            Some(entry) if entry.yanked => format!("{name} {version} is yanked already"),
            Some(_) => return None,
        }
    };
    Some(breach(Invariant::YankedWithoutReplacement, detail))
}
