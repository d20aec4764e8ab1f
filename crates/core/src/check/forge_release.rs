//! Releases on the forge: of what is tagged and in the registry, shown with all of their files; and the newest is the latest.

use std::collections::BTreeMap;

use semver::Version;

use super::{Breach, Case, Invariant, Judged, breach, twice};
use crate::{
    model::{Condition, FileDigest, ForgeRelease},
    releases,
    step::{Action, CreateForgeRelease, MarkLatest, ShowForgeRelease, Step},
};

/// Judge a release that is made.
pub(super) fn create(case: &Case<'_>, step: &Step, CreateForgeRelease { draft, .. }: &CreateForgeRelease) -> Judged {
    let mut judged = of_tag(case, step, &draft.tag);
    judged.needs.push(Condition::ForgeReleaseAbsent { tag: draft.tag.clone() });
    if draft.prerelease == step.version.pre.is_empty() {
        let detail = format!("{} would be marked as what it is not", step.version);
        judged.breaches.push(breach(Invariant::CandidateAsRelease, detail));
    }
    if !draft.hidden {
        judged.breaches.extend(shown(case, step, draft.latest, &BTreeMap::new()));
    } else if draft.latest {
        judged.breaches.extend(not_newest(versions_shown(case), &step.version));
    }
    judged
}

/// Judge a release that is shown.
pub(super) fn show(
    case: &Case<'_>,
    step: &Step,
    ShowForgeRelease { tag, latest, files, .. }: &ShowForgeRelease,
) -> Judged {
    let mut judged = of_tag(case, step, tag);
    judged.needs.push(Condition::ForgeReleaseHidden { tag: tag.clone(), files: files.clone() });
    judged.breaches.extend(shown(case, step, *latest, files));
    judged
}

/// Judge a mark on a release that is shown. It must still be another that has the mark: whoever gave it away knew of a newer one.
pub(super) fn mark_latest(case: &Case<'_>, step: &Step, MarkLatest { tag, .. }: &MarkLatest) -> Judged {
    let shown = case.seen.own.forge_releases.known().into_iter().flat_map(|all| all.values()).filter(|it| !it.hidden);
    let shown: Vec<&ForgeRelease> = shown.collect();
    let latest = shown.iter().find(|release| release.latest).map(|release| release.tag.clone());
    let is_shown = shown.iter().any(|release| release.tag == *tag && !release.prerelease);
    let mut breaches = case.untagged(&step.version, tag, None);
    if !is_shown {
        breaches.push(breach(Invariant::LatestIsNotNewest, format!("the forge shows no release of `{tag}`")));
    }
    breaches.extend(not_newest(versions_shown(case).chain(versions_to_show(case)), &step.version));
    let commit = case.tag(tag).map(|commit| Condition::TagAt { tag: tag.clone(), commit: commit.clone() });
    let needs = commit.into_iter().chain([Condition::ForgeLatest { tag: latest }]).collect();
    Judged { changes: vec!["the mark of the latest release".to_owned()], needs, breaches }
}

/// What is asked of any release: its tag, and its crates.
fn of_tag(case: &Case<'_>, step: &Step, tag: &str) -> Judged {
    let changes = vec![twice::release(step, tag)];
    let mut breaches = case.untagged(&step.version, tag, None);
    let Some(commit) = case.tag(tag) else { return Judged { changes, needs: Vec::new(), breaches } };
    breaches.extend(case.crate_missing(&step.version, commit));
    Judged { changes, needs: vec![Condition::TagAt { tag: tag.to_owned(), commit: commit.clone() }], breaches }
}

fn shown(case: &Case<'_>, step: &Step, latest: bool, files: &BTreeMap<String, FileDigest>) -> Vec<Breach> {
    let version = &step.version;
    let lacking = case.files_of(version).into_iter().find(|name| !files.contains_key(name));
    let lacking = lacking
        .map(|first| breach(Invariant::ReleasedWithoutItsFiles, format!("{version} would be shown without {first}")));
    lacking.into_iter().chain(latest.then(|| not_newest(versions_shown(case), version)).flatten()).collect()
}

/// One of these releases is newer (X13).
fn not_newest(releases: impl Iterator<Item = Version>, version: &Version) -> Option<Breach> {
    let newest = releases.max();
    let is_newest = version.pre.is_empty() && newest.is_none_or(|newest| newest <= *version);
    let detail = || format!("{version} would be latest, and is not the newest release");
    (!is_newest).then(|| breach(Invariant::LatestIsNotNewest, detail()))
}

fn versions_shown(case: &Case<'_>) -> impl Iterator<Item = Version> {
    releases::shown(&case.policy.project, case.seen).map(|(version, _)| version)
}

/// Releases that the same plan shows.
fn versions_to_show(case: &Case<'_>) -> impl Iterator<Item = Version> {
    let shows = |step: &&Step| match &step.action {
        Action::CreateForgeRelease(it) => !it.draft.hidden,
        Action::ShowForgeRelease(_) => true,
        _ => false,
    };
    case.plan.steps.iter().filter(shows).map(|step| step.version.clone()).filter(|version| version.pre.is_empty())
}
