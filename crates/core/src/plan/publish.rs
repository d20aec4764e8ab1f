//! Crates to the registry, candidates out of it, and which release is the newest.
//!
//! Rules: X12.

use std::collections::BTreeSet;

use semver::Version;

use super::{
    decision::Decision,
    merged::Merged,
    situation::{Due, Situation},
};
use crate::{
    gate::{
        Door, Hold,
        index_rules::{in_index, own_entries},
        packages,
    },
    model::{CrateRelease, Finding, LockFile, Observed, Packages, Rule, StepId, WaitReason, strip_pre},
    releases::newest_shown,
    step::{self, Action, IndexedCrate, MarkLatest, Step, Yank, Yanked},
    upload::{self, Conditions},
    workspace::CycleError,
};

/// It waits for all of these.
fn all(now: &Situation<'_>, step: &StepId, (version, rule): (&Version, Rule), holds: Vec<Hold>) -> Decision {
    holds.into_iter().map(|hold| now.wait(step.clone(), version, rule, hold)).collect()
}

/// Every crate of a tagged release is in the index, with our bytes and not yanked.
pub(super) fn crates(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Decision {
    if !due.rules.publish.enabled {
        return Decision::Done;
    }
    match standings(now, due, merged) {
        Ok(released) if released.iter().all(|it| it.checksum.is_some()) => Decision::Done,
        Ok(released) => publish(now, due, merged, released),
        Err(holds) => all(now, &step::Publish::named(&merged.tag(now)), (merged.version, Rule::R11), holds),
    }
}

/// A crate of a release that nothing in the index stands against.
struct Released {
    release: CrateRelease,
    /// With which the index has it; none: it is still to be uploaded.
    checksum: Option<String>,
    /// The registry has never seen it.
    new: bool,
}

/// How the crates of a tagged release stand in the index, in order. Or why that is not known, or not right.
fn standings(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Result<Vec<Released>, Vec<Hold>> {
    let order = release_order(now, due, merged).map_err(|hold| vec![hold])?;
    let snapshot = now.snapshot(&merged.commit, due.rules);
    let asked = now.asked(Door::Tag, (merged.version, due.rules), (None, &merged.commit), &snapshot);
    let workspace = asked.workspace.map_err(|hold| vec![hold.clone()])?;
    // Both are asked for in one round.
    let index = own_entries(&asked, &order);
    let packages = now.ask.packages(&merged.commit, &order);
    let packages = packages.map_err(|unseen| vec![Hold::unseen("the packaged crates", unseen)])?;
    let packaged = match packages {
        Packages::Whole(packaged) => packaged,
        Packages::Refused(why) => return Err(vec![packages::refused(merged.version, why).into()]),
    };
    let holds = in_index(&asked, workspace, (&order, packaged));
    if !holds.is_empty() {
        return Err(holds);
    }
    let mut released = Vec::new();
    for (release, versions) in order.into_iter().zip(index.map_err(|hold| vec![hold])?) {
        let ours = packaged.iter().find(|it| it.facts.name == release.name);
        let checksum = ours.map(|it| it.checksum.clone()).filter(|_| versions.contains_key(&release.version));
        released.push(Released { new: versions.is_empty(), release, checksum });
    }
    Ok(released)
}

fn publish(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>, released: Vec<Released>) -> Decision {
    let tag = merged.tag(now);
    let all = released.len();
    let missing: Vec<Released> = released.into_iter().filter(|it| it.checksum.is_none()).collect();
    let new: BTreeSet<String> = missing.iter().filter(|it| it.new).map(|it| it.release.name.clone()).collect();
    let missing: Vec<CrateRelease> = missing.into_iter().map(|it| it.release).collect();
    let reason = format!("`{tag}` is there, and {} of {all} crates are not in the index", missing.len());
    let pace = due.rules.publish.pace;
    let expected_seconds = upload::forecast(&missing, &new, pace, Conditions::USUAL).as_secs();
    let publish =
        step::Publish { tag: Some(tag), commit: merged.commit.clone(), crates: missing, pace, expected_seconds };
    now.step(merged.version, Rule::R11, reason, Action::Publish(publish))
}

fn release_order(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Result<Vec<CrateRelease>, Hold> {
    let snapshot = now.snapshot(&merged.commit, due.rules)?;
    let cycle = |error: CycleError| {
        WaitReason::from(Finding {
            kind: "dependency-cycle".into(),
            subject: merged.version.to_string(),
            detail: error.to_string(),
            help: "take the version requirement off the dev-dependency that closes the cycle".into(),
            ..Finding::of(Rule::R11)
        })
    };
    Ok(snapshot.workspace.release_order(&due.rules.publish).map_err(cycle)?)
}

/// Candidates that this release, or a later candidate, replaces are yanked (X11).
pub(super) fn superseded_candidates(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Decision {
    if !due.rules.publish.enabled {
        return Decision::Done;
    }
    // The stage before says why they are not known.
    let Ok(released) = standings(now, due, merged) else { return Decision::Lacking };
    let mut old = Vec::new();
    for Released { release, .. } in &released {
        let Ok(versions) = now.ask.index(&release.name) else { return Decision::Lacking };
        let superseded = |version: &Version| {
            !version.pre.is_empty() && strip_pre(version) == strip_pre(&release.version) && *version < release.version
        };
        old.extend(versions.iter().filter(|(version, entry)| superseded(version) && !entry.yanked).map(
            |(version, _)| CrateRelease {
                name: release.name.clone(),
                version: version.clone(),
                after: BTreeSet::new(),
                lock_file: LockFile::Never,
            },
        ));
    }
    if old.is_empty() {
        return Decision::Done;
    }
    let indexed = |Released { release, checksum, .. }: Released| {
        Some(IndexedCrate { name: release.name, version: release.version, checksum: checksum? })
    };
    let present = released.into_iter().filter_map(indexed).collect();
    let reason = format!("{} takes the place of its candidates", merged.version);
    let yank = Yank { crates: old, rate: due.rules.publish.pace.yanks, why: Yanked::Superseded, present };
    now.step(merged.version, Rule::X11, reason, Action::Yank(yank))
}

/// The release that is newest by version is marked so, whichever was published last (X13). Forges without releases of ours
/// are left alone, and so is one that a step shows as the newest.
pub(super) fn mark_latest(now: &Situation<'_>, steps: &[Step]) -> Decision {
    let seen = now.seen;
    let Observed::Known(releases) = &seen.own.forge_releases else { return Decision::Lacking };
    let Some((version, release)) = newest_shown(&now.policy.project, seen) else { return Decision::Done };
    let shown_now = steps.iter().any(|step| matches!(&step.action, Action::ShowForgeRelease(show) if show.latest));
    if release.latest || shown_now {
        return Decision::Done;
    }
    let latest = releases.values().find(|release| release.latest && !release.hidden).map(|it| it.tag.clone());
    let tag = release.tag.clone();
    let Some(commit) = seen.own.tags.get(&tag).map(|at| at.commit.clone()) else { return Decision::Done };
    let reason = format!("{version} is the newest release by version, and the forge shows another");
    let mark = MarkLatest { tag, commit, instead_of: latest };
    now.step(&version, Rule::X13, reason, Action::MarkLatest(mark))
}
