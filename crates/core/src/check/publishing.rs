//! Publishing: tagged, once, in order; and the newest is the latest.

use std::collections::BTreeSet;

use super::{Case, Violation, violation};
use crate::{
    model::{Action, CommitId, CrateRelease, Rule, Step},
    provenance,
};

fn published<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Step, &'a str, &'a CommitId, &'a [CrateRelease])> {
    case.plan.steps.iter().filter_map(|step| match &step.action {
        Action::Publish { tag, commit, crates, .. } => Some((step, tag.as_str(), commit, crates.as_slice())),
        _ => None,
    })
}

/// No publish without its tag (R2).
pub(super) fn publish_only_what_is_tagged(case: &Case<'_>) -> Vec<Violation> {
    published(case)
        .filter(|(_, tag, commit, _)| case.seen.tags.get(*tag).is_none_or(|at| at.commit != **commit))
        .map(|(step, tag, commit, _)| {
            let detail = format!("`{tag}` is not at {}", commit.short());
            violation(&step.id, "publish-without-tag", Rule::R2, detail)
        })
        .collect()
}

/// Nothing goes to the registry that it has, or that it may have (X12).
pub(super) fn never_twice(case: &Case<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut made = BTreeSet::new();
    for (step, _, _, crates) in published(case) {
        for release in crates {
            let known = case.seen.index.get(&release.name).and_then(|entry| entry.known());
            let detail = match known {
                None => format!("the index entry of {} was not seen", release.name),
                Some(versions) if versions.contains_key(&release.version) => {
                    format!("{} {} is in the index", release.name, release.version)
                }
                Some(_) if !made.insert((&release.name, &release.version)) => {
                    format!("{} {} is in the plan twice", release.name, release.version)
                }
                Some(_) => continue,
            };
            violations.push(violation(&step.id, "published-twice", Rule::X12, detail));
        }
    }
    violations
}

/// A crate comes after the crates it needs (R11).
pub(super) fn dependencies_first(case: &Case<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (step, _, _, crates) in published(case) {
        let all: BTreeSet<_> = crates.iter().map(|release| &release.name).collect();
        let mut before = BTreeSet::new();
        for release in crates {
            let late = release.after.iter().find(|name| all.contains(name) && !before.contains(name));
            if let Some(late) = late {
                let detail = format!("{} needs {late}, which comes after it", release.name);
                violations.push(violation(&step.id, "out-of-order", Rule::R11, detail));
            }
            before.insert(&release.name);
        }
    }
    violations
}

/// A release that is made the latest is not lower than one that is on the forge (X13).
pub(super) fn newest_is_latest(case: &Case<'_>) -> Vec<Violation> {
    let version_of = |tag: &str| case.policy.project.tag.version_of(tag);
    let releases = case.seen.forge_releases.known();
    let shown = releases.into_iter().flat_map(|all| all.values()).filter(|release| !release.hidden);
    let newest = shown.filter_map(|release| version_of(&release.tag));
    let newest = newest.filter(|version| version.pre.is_empty()).max();
    let marked = case.plan.steps.iter().filter_map(|step| match &step.action {
        Action::MarkLatest { tag } => Some((step, tag)),
        Action::CreateForgeRelease(draft) if draft.latest && !draft.hidden => Some((step, &draft.tag)),
        Action::ShowForgeRelease { tag, latest: true, .. } => Some((step, tag)),
        _ => None,
    });
    marked
        .filter(|(_, tag)| version_of(tag).is_none_or(|version| !version.pre.is_empty() || Some(version) < newest))
        .map(|(step, tag)| {
            let detail = format!("`{tag}` would be latest, but it is not the newest release");
            violation(&step.id, "latest-is-not-newest", Rule::X13, detail)
        })
        .collect()
}

/// Nobody sees a release on the forge before its files are there: those that one of the policy's epochs asks for (R11).
pub(super) fn files_before_the_release(case: &Case<'_>) -> Vec<Violation> {
    let shown = case.plan.steps.iter().filter_map(|step| match &step.action {
        Action::CreateForgeRelease(draft) if !draft.hidden => Some((step, &draft.tag)),
        Action::ShowForgeRelease { tag, .. } => Some((step, tag)),
        _ => None,
    });
    let lacking = |(step, tag): (&Step, &String)| {
        let there = case.seen.forge_releases.known().and_then(|all| all.get(tag)).map(|release| &release.files);
        let lacks = |name: &String| there.is_none_or(|files| !files.contains_key(name));
        let missing = case.policy.epochs().iter().map(|epoch| {
            provenance::expected_files(&case.policy.project.name, &epoch.rules, &step.version).into_iter().find(lacks)
        });
        let first = missing.collect::<Option<Vec<_>>>()?.into_iter().next()?;
        let detail = format!("`{tag}` would be shown without {first}");
        Some(violation(&step.id, "released-without-its-files", Rule::R11, detail))
    };
    shown.filter_map(lacking).collect()
}
