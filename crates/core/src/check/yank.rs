//! Yanking: candidates, each once a later version of it, or its release, is in the index with our bytes (X11).

use super::{Breach, Case, Invariant, Judged, breach, twice};
use crate::{
    model::{CommitId, Condition, CrateRelease, IndexVersion, Observed, strip_pre},
    step::{Step, Yank, Yanked},
};

/// Judge what is yanked.
pub(super) fn judge(case: &Case<'_>, step: &Step, Yank { crates, rate, why, .. }: &Yank) -> Judged {
    let tag = case.tag_of(&step.version);
    let mut breaches = case.untagged(&step.version, &tag, None);
    let mut needs = Vec::new();
    if *rate != case.rules_of(&step.version).publish.pace.yanks {
        breaches.push(breach(Invariant::AnotherPace, "the policy has another pace"));
    }
    let commit = case.tag(&tag);
    if let Some(commit) = commit {
        breaches.extend(case.crate_missing(&step.version, commit));
    }
    match (why, commit) {
        (Yanked::Superseded, Some(commit)) => {
            needs.extend(crates.iter().filter_map(|old| successor(case, commit, old)));
        }
        (Yanked::Superseded, None) => {}
        (Yanked::Asked, _) => needs.extend(crates.iter().filter_map(|old| itself(case, old))),
    }
    breaches.extend(crates.iter().filter_map(|old| not_there(case, old)));
    breaches.extend(crates.iter().filter_map(|old| not_superseded(case, step, old)));
    Judged { changes: twice::crates(crates), needs, breaches }
}

/// That the index has what takes the place of a candidate.
fn successor(case: &Case<'_>, commit: &CommitId, old: &CrateRelease) -> Option<Condition> {
    let version = case.workspace(commit).ok()?.packages.into_iter().find(|package| package.name == old.name)?.version;
    let checksum = case.our_checksum(commit, &old.name)?.to_owned();
    Some(Condition::CratePresent { name: old.name.clone(), version, checksum })
}

/// That the index has it.
fn itself(case: &Case<'_>, old: &CrateRelease) -> Option<Condition> {
    let checksum = entry(case, old)?.checksum.clone();
    Some(Condition::CratePresent { name: old.name.clone(), version: old.version.clone(), checksum })
}

fn entry<'a>(case: &Case<'a>, it: &CrateRelease) -> Option<&'a IndexVersion> {
    case.seen.index.get(&it.name).and_then(Observed::known)?.get(&it.version)
}

fn not_there(case: &Case<'_>, old: &CrateRelease) -> Option<Breach> {
    let (name, version) = (&old.name, &old.version);
    let detail = match entry(case, old) {
        None => format!("{name} {version} is not known to be in the index"),
        Some(entry) if entry.yanked => format!("{name} {version} is yanked already"),
        Some(_) => return None,
    };
    Some(breach(Invariant::YankedWhatIsNotThere, detail))
}

fn not_superseded(case: &Case<'_>, step: &Step, old: &CrateRelease) -> Option<Breach> {
    let (name, version) = (&old.name, &old.version);
    let replaced = case
        .tag(&case.tag_of(&step.version))
        .and_then(|commit| case.workspace(commit).ok())
        .and_then(|workspace| Some(workspace.packages.into_iter().find(|it| it.name == *name)?.version));
    let is_superseded = replaced.as_ref().is_some_and(|new| *version < *new && strip_pre(version) == strip_pre(new));
    let detail = if version.pre.is_empty() {
        format!("{name} {version} is no candidate")
    } else if !is_superseded {
        format!("nothing of {} takes the place of {name} {version}", step.version)
    } else {
        return None;
    };
    Some(breach(Invariant::YankedWithoutReplacement, detail))
}
