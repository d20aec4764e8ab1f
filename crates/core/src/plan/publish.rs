//! Crates to the registry, candidates out of it, and which release is the newest.

use std::collections::BTreeSet;

use semver::Version;

use super::{
    decision::Decision,
    leaving::Merged,
    situation::{Due, Hold, Situation, unknown},
    words::PullRequestKind,
};
use crate::{
    facts::{Facts, Lacking},
    lint::registry_rules::{self, InIndex, RegistryLimits, ReleaseInIndex},
    model::{
        CommitId, CrateRelease, CrateVersions, Finding, LockFile, Observed, Packages, PullRequestState, Rule, Severity,
        StepId, WaitReason, strip_pre,
    },
    policy::Publish,
    step::{self, Action, IndexedCrate, MarkLatest, Step, Tag, Yank, Yanked},
    upload::{self, Conditions},
    workspace::{CycleError, Workspace},
};

/// Nothing that the registry would refuse stands in the way of the tag (X12): a release that cannot be published whole is not
/// begun.
pub(super) fn gate(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Decision {
    let tag = merged.tag(now);
    if !due.rules.publish.enabled || now.seen.tags.contains_key(&tag) {
        return Decision::Done;
    }
    let holds = match now.snapshot(&merged.commit, due.rules) {
        Err(hold) => vec![hold],
        Ok(snapshot) => match snapshot.workspace.release_order(&due.rules.publish) {
            Ok(crates) => held_back(now, &snapshot.workspace, (merged, &crates), due),
            // They go to the registry in no order: that, and all else that their manifests show.
            Err(_) => waits(registry_rules::workspace(&snapshot.workspace, &due.rules.publish)),
        },
    };
    all(now, &Tag::named(&tag), (merged.version, Rule::X12), holds)
}

/// It waits for all of these.
fn all(now: &Situation<'_>, step: &StepId, (version, rule): (&Version, Rule), holds: Vec<Hold>) -> Decision {
    holds.into_iter().map(|hold| now.wait(step.clone(), version, rule, hold)).collect()
}

/// All that keeps a release from its tag. A tag cannot be taken back: first it must be seen what the registry has.
fn held_back(
    now: &Situation<'_>,
    workspace: &Workspace,
    (merged, crates): (&Merged<'_>, &[CrateRelease]),
    due: &Due<'_>,
) -> Vec<Hold> {
    // Both are asked for in one round.
    let index = own_entries(now, crates);
    let packages = now.ask.packages(&merged.commit, crates);
    let mut holds = match packages.map_err(|unseen| Hold::unseen("the packaged crates", unseen)) {
        Err(hold) => vec![hold],
        Ok(packages) => {
            let mut holds = refusals(packages, workspace, &due.rules.publish, merged.version);
            holds.extend(in_index(now, workspace, due, packages));
            holds
        }
    };
    if !holds.iter().any(|hold| matches!(hold, Hold::Lacking | Hold::For(WaitReason::Unknown { .. }))) {
        holds.extend(index.err());
    }
    holds
}

/// What would stop a release that is only proposed yet: whoever merges it should know (X12).
pub(super) fn proposed(now: &Situation<'_>) -> Decision {
    proposals(now.seen).map(|(version, commit)| on_proposal(now, &version, &commit)).collect()
}

fn on_proposal(now: &Situation<'_>, version: &Version, commit: &CommitId) -> Decision {
    let rules = now.policy.on(now.today());
    if !rules.publish.enabled {
        return Decision::Done;
    }
    // What is wrong with its files, its own pull request says.
    let Ok(snapshot) = now.snapshot(commit, rules) else { return Decision::Lacking };
    let Ok(crates) = snapshot.workspace.release_order(&rules.publish) else { return Decision::Done };
    let Ok(packages) = now.ask.packages(commit, &crates) else { return Decision::Lacking };
    let mut holds = refusals(packages, &snapshot.workspace, &rules.publish, version);
    if let Ok(judged) = judged(now, &snapshot.workspace, &rules.publish, packages) {
        holds.extend(waits(judged.known));
    }
    let step = Tag::named(&now.policy.project.tag.with(version));
    all(now, &step, (version, Rule::X12), holds)
}

/// Releases that a pull request of ours proposes, and the commit at its head.
fn proposals(seen: &Facts) -> impl Iterator<Item = (Version, CommitId)> {
    let open = seen.pull_requests.known().into_iter().flatten().filter(|pull| pull.state == PullRequestState::Open);
    open.filter_map(|pull| {
        let version = PullRequestKind::of_head(&pull.head)?.releases()?.clone();
        Some((version, pull.head_commit.clone()))
    })
}

fn refusals(packages: &Packages, workspace: &Workspace, publish: &Publish, version: &Version) -> Vec<Hold> {
    match packages {
        Packages::Whole(packages) => {
            let packages = registry_rules::packages(packages, RegistryLimits::of(publish));
            waits(registry_rules::in_files(packages, workspace))
        }
        Packages::Refused(why) => vec![unpackaged(version, why).into()],
    }
}

/// What the index says of packaged crates. Nothing of crates that could not be packaged.
fn judged(
    now: &Situation<'_>,
    workspace: &Workspace,
    publish: &Publish,
    packages: &Packages,
) -> Result<InIndex, Lacking> {
    let (Packages::Whole(packaged), Ok(crates)) = (packages, workspace.release_order(publish)) else {
        return Ok(InIndex::default());
    };
    let index = registry_rules::release_in_index(now.ask, packaged)?;
    let InIndex { known, unknown } = ReleaseInIndex { crates: &crates, packaged, index }.judge();
    Ok(InIndex { known: registry_rules::in_files(known, workspace), unknown })
}

/// Why a release must not leave, or go on, by what the index says: what is not known holds it as what is wrong does (X12).
fn in_index(now: &Situation<'_>, workspace: &Workspace, due: &Due<'_>, packages: &Packages) -> Vec<Hold> {
    let InIndex { known, unknown: unseen } = match judged(now, workspace, &due.rules.publish, packages) {
        Ok(judged) => judged,
        Err(lacking) => return vec![lacking.into()],
    };
    // Many crates that cannot be asked for are mostly one fact.
    let own = workspace.release_order(&due.rules.publish).unwrap_or_default();
    let own = own_entries(now, &own).err();
    let first = own.or_else(|| unseen.first().map(|it| unknown("what the index says", &it.detail).into()));
    waits(known).into_iter().chain(first).collect()
}

fn waits(findings: Vec<Finding>) -> Vec<Hold> {
    let breaches = findings.into_iter().filter(|finding| finding.severity == Severity::Finding);
    let wait = |Finding { kind, subject, detail, help, .. }| WaitReason::Finding { kind, subject, detail, help };
    breaches.map(wait).map(Hold::For).collect()
}

/// What cannot be packaged cannot be published.
fn unpackaged(version: &Version, why: &str) -> WaitReason {
    WaitReason::Finding {
        kind: "not-packaged".into(),
        subject: version.to_string(),
        detail: why.to_owned(),
        help: "see what `stationmaster preflight` says of this commit, and fix it on the release branch".into(),
    }
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
    let workspace = &now.snapshot(&merged.commit, due.rules).map_err(|hold| vec![hold])?.workspace;
    // Both are asked for in one round.
    let index = own_entries(now, &order);
    let packages = now.ask.packages(&merged.commit, &order);
    let packages = packages.map_err(|unseen| vec![Hold::unseen("the packaged crates", unseen)])?;
    let packaged = match packages {
        Packages::Whole(packaged) => packaged,
        Packages::Refused(why) => return Err(vec![unpackaged(merged.version, why).into()]),
    };
    let holds = in_index(now, workspace, due, packages);
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
    let cycle = |error: CycleError| WaitReason::Finding {
        kind: "dependency-cycle".into(),
        subject: merged.version.to_string(),
        detail: error.to_string(),
        help: "take the version requirement off the dev-dependency that closes the cycle".into(),
    };
    Ok(snapshot.workspace.release_order(&due.rules.publish).map_err(cycle)?)
}

/// What the index has of these crates, in their order; all of them are asked for in one round. Or the first that is not known.
fn own_entries<'a>(now: &Situation<'a>, crates: &[CrateRelease]) -> Result<Vec<&'a CrateVersions>, Hold> {
    let entry = |release: &CrateRelease| {
        let what = |unseen| Hold::unseen(&format!("index entry of {}", release.name), unseen);
        now.ask.index(&release.name).map_err(what)
    };
    let all: Vec<Result<_, Hold>> = crates.iter().map(entry).collect();
    all.into_iter().collect()
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
    let Observed::Known(releases) = &seen.forge_releases else { return Decision::Lacking };
    let version_of = |tag: &str| now.policy.project.tag.version_of(tag);
    let newest = releases
        .values()
        .filter(|release| !release.prerelease && !release.hidden)
        .filter_map(|release| Some((version_of(&release.tag)?, release)))
        .max_by(|a, b| a.0.cmp(&b.0));
    let Some((version, release)) = newest else { return Decision::Done };
    let shown_now = steps.iter().any(|step| matches!(&step.action, Action::ShowForgeRelease(show) if show.latest));
    if release.latest || shown_now {
        return Decision::Done;
    }
    let latest = releases.values().find(|release| release.latest && !release.hidden).map(|it| it.tag.clone());
    let tag = release.tag.clone();
    let Some(commit) = seen.tags.get(&tag).map(|at| at.commit.clone()) else { return Decision::Done };
    let reason = format!("{version} is the newest release by version, and the forge shows another");
    let mark = MarkLatest { tag, commit, instead_of: latest };
    now.step(&version, Rule::X13, reason, Action::MarkLatest(mark))
}
