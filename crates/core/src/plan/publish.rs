//! Crates to the registry, candidates out of it, and which release is the newest.

use std::collections::BTreeSet;

use semver::Version;

use super::{
    leaving::Merged,
    look,
    situation::{Due, Situation, unknown},
};
use crate::{
    check::registry_rules::{self, InIndex, RegistryLimits, ReleaseInIndex},
    model::{
        Action, CrateRelease, CrateVersions, Finding, LockFile, Observed, Packages, Precondition, Rate, Rule, Severity,
        WaitReason, strip_pre,
    },
    policy::Publish,
    upload::{self, Conditions},
    workspace::Workspace,
};

/// Whether nothing that the registry would refuse stands in the way of the tag (X12). Else the wait is added: a release
/// that cannot be published whole is not begun.
pub(super) fn gate(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> bool {
    if !due.rules.publish.enabled {
        return true;
    }
    let step = format!("tag {}", now.policy.project.tag.with(merged.version));
    let snapshot = match now.snapshot(&merged.commit, due.rules) {
        Ok(snapshot) => snapshot,
        Err(reason) => {
            now.wait(step, merged.version, Rule::X12, reason);
            return false;
        }
    };
    let mut reasons = match now.seen.packages.get(&merged.commit) {
        Some(Observed::Unknown(why)) => vec![unknown("the packaged crates", why)],
        Some(Observed::Known(packages)) => {
            let mut reasons = refusals(packages, &snapshot.workspace, &due.rules.publish, merged.version);
            reasons.extend(in_index(now, &snapshot.workspace, due, packages));
            reasons
        }
        None => waits(registry_rules::workspace(&snapshot.workspace, &due.rules.publish)),
    };
    // A tag cannot be taken back: first it must be seen what the registry has.
    if !reasons.iter().any(|reason| matches!(reason, WaitReason::Unknown { .. })) {
        let crates = snapshot.workspace.release_order(&due.rules.publish).unwrap_or_default();
        reasons.extend(crates.iter().find_map(|release| index_of(now, &release.name).err()));
    }
    let clear = reasons.is_empty();
    for reason in reasons {
        now.wait(step.clone(), merged.version, Rule::X12, reason);
    }
    clear
}

/// What would stop a release that is only proposed yet: whoever merges it should know (X12).
pub(super) fn proposed(now: &mut Situation<'_>) {
    let rules = now.policy.on(now.today());
    for (version, commit) in look::proposed(now.seen) {
        let Some(Observed::Known(packages)) = now.seen.packages.get(&commit) else { continue };
        let Ok(snapshot) = now.snapshot(&commit, rules) else { continue };
        let step = format!("tag {}", now.policy.project.tag.with(&version));
        let mut reasons = refusals(packages, &snapshot.workspace, &rules.publish, &version);
        reasons.extend(waits(judged(now, &snapshot.workspace, &rules.publish, packages).known));
        for reason in reasons {
            now.wait(step.clone(), &version, Rule::X12, reason);
        }
    }
}

fn refusals(packages: &Packages, workspace: &Workspace, publish: &Publish, version: &Version) -> Vec<WaitReason> {
    match packages {
        Packages::Whole(packages) => {
            let packages = registry_rules::packages(packages, RegistryLimits::of(publish));
            waits(registry_rules::in_files(packages, workspace))
        }
        Packages::Refused(why) => vec![unpackaged(version, why)],
    }
}

/// What the index says of packaged crates. Nothing of crates that could not be packaged.
fn judged(now: &Situation<'_>, workspace: &Workspace, publish: &Publish, packages: &Packages) -> InIndex {
    let (Packages::Whole(packaged), Ok(crates)) = (packages, workspace.release_order(publish)) else {
        return InIndex::default();
    };
    let InIndex { known, unknown } = ReleaseInIndex { crates: &crates, packaged, index: &now.seen.index }.judge();
    InIndex { known: registry_rules::in_files(known, workspace), unknown }
}

/// Why a release must not leave, or go on, by what the index says: what is not known holds it as what is wrong does (X12).
fn in_index(now: &Situation<'_>, workspace: &Workspace, due: &Due<'_>, packages: &Packages) -> Vec<WaitReason> {
    let InIndex { known, unknown: unseen } = judged(now, workspace, &due.rules.publish, packages);
    // Many crates that cannot be asked for are mostly one fact.
    let own = workspace.release_order(&due.rules.publish).unwrap_or_default();
    let own = own.iter().find_map(|release| index_of(now, &release.name).err());
    let first = own.or_else(|| unseen.first().map(|it| unknown("what the index says", &it.detail)));
    waits(known).into_iter().chain(first).collect()
}

fn waits(findings: Vec<Finding>) -> Vec<WaitReason> {
    let breaches = findings.into_iter().filter(|finding| finding.severity == Severity::Finding);
    let wait = |Finding { kind, subject, detail, mend, .. }| WaitReason::Finding { kind, subject, detail, mend };
    breaches.map(wait).collect()
}

/// What cannot be packaged cannot be published.
fn unpackaged(version: &Version, why: &str) -> WaitReason {
    WaitReason::Finding {
        kind: "not-packaged".into(),
        subject: version.to_string(),
        detail: why.to_owned(),
        mend: "see what `stationmaster preflight` says of this commit, and mend it on the release branch".into(),
    }
}

/// Whether every crate of a tagged release is in the index, with our bytes and not yanked; else the step or wait is added.
pub(super) fn crates(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>, tag: &str) -> bool {
    if !due.rules.publish.enabled {
        return true;
    }
    let step = format!("publish {tag}");
    let reasons = match standings(now, due, merged) {
        Ok(released) => match released.iter().any(|it| it.checksum.is_none()) {
            true => {
                publish(now, due, merged, tag, released);
                return false;
            }
            false => return yank_superseded(now, merged, &released, due.rules.publish.pace.yanks),
        },
        Err(reasons) => reasons,
    };
    for reason in reasons {
        now.wait(step.clone(), merged.version, Rule::R11, reason);
    }
    false
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
fn standings(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Result<Vec<Released>, Vec<WaitReason>> {
    let order = release_order(now, due, merged).map_err(|reason| vec![reason])?;
    let workspace = &now.snapshot(&merged.commit, due.rules).map_err(|reason| vec![reason])?.workspace;
    let packages = match now.seen.packages.get(&merged.commit) {
        Some(Observed::Known(packages)) => packages,
        Some(Observed::Unknown(why)) => return Err(vec![unknown("the packaged crates", why)]),
        None => return Err(vec![unknown("the packaged crates", "they were not looked at")]),
    };
    let packaged = match packages {
        Packages::Whole(packaged) => packaged,
        Packages::Refused(why) => return Err(vec![unpackaged(merged.version, why)]),
    };
    let reasons = in_index(now, workspace, due, packages);
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let mut released = Vec::new();
    for release in order {
        let versions = index_of(now, &release.name).map_err(|reason| vec![reason])?;
        let ours = packaged.iter().find(|it| it.facts.name == release.name);
        let checksum = ours.map(|it| it.checksum.clone()).filter(|_| versions.contains_key(&release.version));
        released.push(Released { new: versions.is_empty(), release, checksum });
    }
    Ok(released)
}

fn publish(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>, tag: &str, released: Vec<Released>) {
    let all = released.len();
    let missing: Vec<Released> = released.into_iter().filter(|it| it.checksum.is_none()).collect();
    let new: BTreeSet<String> = missing.iter().filter(|it| it.new).map(|it| it.release.name.clone()).collect();
    let missing: Vec<CrateRelease> = missing.into_iter().map(|it| it.release).collect();
    let mut preconditions = vec![Precondition::TagAt { tag: tag.to_owned(), commit: merged.commit.clone() }];
    preconditions.extend(
        missing
            .iter()
            .map(|release| Precondition::CrateAbsent { name: release.name.clone(), version: release.version.clone() }),
    );
    let reason = format!("`{tag}` is there, and {} of {all} crates are not in the index", missing.len());
    let pace = due.rules.publish.pace;
    let expected_seconds = upload::forecast(&missing, &new, pace, Conditions::USUAL).as_secs();
    let step = format!("publish {tag}");
    let (tag, commit) = (tag.to_owned(), merged.commit.clone());
    let action = Action::Publish { tag, commit, crates: missing, new, pace, expected_seconds };
    now.step(step, merged.version, Rule::R11, reason, preconditions, action);
}

fn release_order(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Result<Vec<CrateRelease>, WaitReason> {
    let snapshot = now.snapshot(&merged.commit, due.rules)?;
    snapshot.workspace.release_order(&due.rules.publish).map_err(|error| WaitReason::Finding {
        kind: "dependency-cycle".into(),
        subject: merged.version.to_string(),
        detail: error.to_string(),
        mend: "take the version requirement off the dev-dependency that closes the cycle".into(),
    })
}

fn index_of<'a>(now: &Situation<'a>, name: &str) -> Result<&'a CrateVersions, WaitReason> {
    let seen = now.seen;
    let what = || format!("index entry of {name}");
    match seen.index.get(name) {
        Some(Observed::Known(versions)) => Ok(versions),
        Some(Observed::Unknown(why)) => Err(unknown(&what(), why)),
        None => Err(unknown(&what(), "it was not looked at")),
    }
}

/// Candidates that this release, or a later candidate, replaces (X11). True where there are none left.
fn yank_superseded(now: &mut Situation<'_>, merged: &Merged<'_>, released: &[Released], rate: Option<Rate>) -> bool {
    let mut old = Vec::new();
    for Released { release, .. } in released {
        let Ok(versions) = index_of(now, &release.name) else { return false };
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
        return true;
    }
    let present = |Released { release, checksum, .. }: &Released| {
        let (name, version) = (release.name.clone(), release.version.clone());
        Some(Precondition::CratePresent { name, version, checksum: checksum.clone()? })
    };
    let preconditions = released.iter().filter_map(present).collect();
    let reason = format!("{} takes the place of its candidates", merged.version);
    let step = format!("yank candidates before {}", merged.version);
    now.step(step, merged.version, Rule::X11, reason, preconditions, Action::Yank { crates: old, rate });
    false
}

/// The release that is newest by version is marked so, whichever was published last (X13). Forges without releases of ours
/// are left alone.
pub(super) fn mark_latest(now: &mut Situation<'_>) {
    let seen = now.seen;
    let Observed::Known(releases) = &seen.forge_releases else { return };
    let version_of = |tag: &str| now.policy.project.tag.version_of(tag);
    let newest = releases
        .values()
        .filter(|release| !release.prerelease && !release.hidden)
        .filter_map(|release| Some((version_of(&release.tag)?, release)))
        .max_by(|a, b| a.0.cmp(&b.0));
    let Some((version, release)) = newest else { return };
    let shown_now = now.steps().iter().any(|step| matches!(step.action, Action::ShowForgeRelease { latest: true, .. }));
    if release.latest || shown_now {
        return;
    }
    let latest = releases.values().find(|release| release.latest && !release.hidden).map(|it| it.tag.clone());
    let tag = release.tag.clone();
    let Some(commit) = seen.tags.get(&tag).map(|at| at.commit.clone()) else { return };
    let preconditions =
        vec![Precondition::TagAt { tag: tag.clone(), commit }, Precondition::ForgeLatest { tag: latest }];
    let reason = format!("{version} is the newest release by version, and the forge shows another");
    now.step(format!("mark {tag} latest"), &version, Rule::X13, reason, preconditions, Action::MarkLatest { tag });
}
