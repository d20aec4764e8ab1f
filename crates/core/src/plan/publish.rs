//! Crates to the registry, candidates out of it, and which release is the newest.

use std::collections::BTreeSet;

use semver::Version;

use super::{
    leaving::Merged,
    look,
    situation::{Due, Situation, unknown},
};
use crate::{
    check::registry_rules::{self, RegistryLimits},
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
        Some(Observed::Known(packages)) => refusals(packages, &snapshot.workspace, &due.rules.publish, merged.version),
        None => waits(registry_rules::workspace(&snapshot.workspace, &due.rules.publish)),
    };
    // A tag cannot be taken back: first it must be seen what the registry has.
    let crates = snapshot.workspace.release_order(&due.rules.publish).unwrap_or_default();
    reasons.extend(crates.iter().find_map(|release| index_of(now, &release.name).err()));
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
        for reason in refusals(packages, &snapshot.workspace, &rules.publish, &version) {
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

/// Whether every crate of a tagged release is in the index; else the step or wait is added.
pub(super) fn crates(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>, tag: &str) -> bool {
    if !due.rules.publish.enabled {
        return true;
    }
    let step = format!("publish {tag}");
    let wanted = match release_order(now, due, merged) {
        Ok(wanted) => wanted,
        Err(reason) => {
            now.wait(step, merged.version, Rule::R11, reason);
            return false;
        }
    };
    let (mut missing, mut new) = (Vec::new(), BTreeSet::new());
    for release in &wanted {
        match index_of(now, &release.name) {
            Err(reason) => {
                now.wait(step, merged.version, Rule::R11, reason);
                return false;
            }
            Ok(versions) if versions.contains_key(&release.version) => {}
            Ok(versions) => {
                if versions.is_empty() {
                    new.insert(release.name.clone());
                }
                missing.push(release.clone());
            }
        }
    }
    if missing.is_empty() {
        return yank_superseded(now, merged, &wanted, due.rules.publish.pace.yanks);
    }
    let mut preconditions = vec![Precondition::TagAt { tag: tag.to_owned(), commit: merged.commit.clone() }];
    preconditions.extend(
        missing
            .iter()
            .map(|release| Precondition::CrateAbsent { name: release.name.clone(), version: release.version.clone() }),
    );
    let reason = format!("`{tag}` is there, and {} of {} crates are not in the index", missing.len(), wanted.len());
    let pace = due.rules.publish.pace;
    let expected_seconds = upload::forecast(&missing, &new, pace, Conditions::USUAL).as_secs();
    let (tag, commit) = (tag.to_owned(), merged.commit.clone());
    let action = Action::Publish { tag, commit, crates: missing, new, pace, expected_seconds };
    now.step(step, merged.version, Rule::R11, reason, preconditions, action);
    false
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
fn yank_superseded(
    now: &mut Situation<'_>,
    merged: &Merged<'_>,
    released: &[CrateRelease],
    rate: Option<Rate>,
) -> bool {
    let mut old = Vec::new();
    for release in released {
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
    let preconditions = released
        .iter()
        .map(|release| Precondition::CratePresent { name: release.name.clone(), version: release.version.clone() })
        .collect();
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
    if let Some((version, release)) = newest
        && !release.latest
    {
        let tag = release.tag.clone();
        let reason = format!("{version} is the newest release by version, and the forge shows another");
        now.step(format!("mark {tag} latest"), &version, Rule::X13, reason, Vec::new(), Action::MarkLatest { tag });
    }
}
