//! Publishing: what is tagged, as the commit and the policy have it, once, in order.

use std::collections::BTreeSet;

use super::{Breach, Case, Invariant, Judged, breach, case::published, twice};
use crate::{
    model::{Condition, CrateRelease, CrateVersions, Observed},
    policy::Publish,
    step::{self, Step},
    workspace::{DependencyKind, Package, Workspace},
};

/// Judge what goes to the registry. How long that takes is for people alone.
pub(super) fn judge(case: &Case<'_>, step: &Step, it: &step::Publish) -> Judged {
    let absent = |release: &CrateRelease| Condition::CrateAbsent {
        name: release.name.clone(),
        version: release.version.clone(),
    };
    let tagged = it.tag.clone().map(|tag| Condition::TagAt { tag, commit: it.commit.clone() });
    let needs = tagged.into_iter().chain(it.crates.iter().map(absent)).collect();
    let publish = &case.rules_of(&step.version).publish;
    let mut breaches = match &it.tag {
        Some(tag) => case.untagged(&step.version, tag, Some(&it.commit)),
        None => vec![breach(Invariant::WithoutTag, format!("{} need have no tag", it.commit.short()))],
    };
    breaches.extend(it.crates.iter().filter_map(|release| there_already(case, release)));
    if it.pace != publish.pace {
        breaches.push(breach(Invariant::AnotherPace, "the policy has another pace"));
    }
    match case.workspace(&it.commit) {
        Err(why) => {
            let detail = format!("the crates of {} are not known: {why}", it.commit.short());
            breaches.push(breach(Invariant::PublishedOtherwise, detail));
        }
        Ok(workspace) => {
            breaches.extend(it.crates.iter().filter_map(|release| otherwise(&workspace, publish, release)));
            breaches.extend(out_of_order(case, &workspace, publish, &it.crates));
        }
    }
    Judged { changes: twice::crates(&it.crates), needs, breaches }
}

fn index<'a>(case: &Case<'a>, name: &str) -> Option<&'a CrateVersions> {
    case.seen.index.get(name).and_then(Observed::known)
}

/// The registry has it, or may have it (X12).
fn there_already(case: &Case<'_>, release: &CrateRelease) -> Option<Breach> {
    let detail = match index(case, &release.name) {
        None => format!("the index entry of {} was not seen", release.name),
        Some(versions) if versions.contains_key(&release.version) => {
            format!("{} {} is in the index", release.name, release.version)
        }
        Some(_) => return None,
    };
    Some(breach(Invariant::PublishedTwice, detail))
}

/// It is not a crate of the commit that the policy publishes (R11).
fn otherwise(workspace: &Workspace, publish: &Publish, release: &CrateRelease) -> Option<Breach> {
    let package = published(workspace, publish).find(|package| package.name == release.name);
    let detail = match package {
        None => format!("{} is no crate of the commit that the policy publishes", release.name),
        Some(package) if package.version != release.version => {
            format!("{} is at {} there, and not at {}", release.name, package.version, release.version)
        }
        Some(_) if release.lock_file != publish.lock_file => {
            format!("the policy says otherwise which crates hold a lock file: {}", release.name)
        }
        Some(_) => return None,
    };
    Some(breach(Invariant::PublishedOtherwise, detail))
}

/// A crate of which one that it needs comes later, or is not said to come before, or is nowhere (R11).
fn out_of_order(case: &Case<'_>, workspace: &Workspace, publish: &Publish, crates: &[CrateRelease]) -> Vec<Breach> {
    let listed: BTreeSet<&str> = crates.iter().map(|release| release.name.as_str()).collect();
    let mut before = BTreeSet::new();
    let mut details = Vec::new();
    for release in crates {
        let name = &release.name;
        let late = release.after.iter().find(|other| listed.contains(other.as_str()) && !before.contains(*other));
        details.extend(late.map(|late| format!("{name} needs {late}, which comes after it")));
        for needed in published(workspace, publish).filter(|package| needs(workspace, name, package)) {
            let is_there = || index(case, &needed.name).is_some_and(|all| all.contains_key(&needed.version));
            if listed.contains(needed.name.as_str()) && !release.after.contains(&needed.name) {
                details.push(format!("{name} needs {}, and does not wait for it", needed.name));
            } else if !listed.contains(needed.name.as_str()) && !is_there() {
                details.push(format!("{name} needs {} {}, which is nowhere", needed.name, needed.version));
            }
        }
        before.insert(name);
    }
    details.into_iter().map(|detail| breach(Invariant::OutOfOrder, detail)).collect()
}

/// Whether a crate cannot be in the registry without another of its workspace.
fn needs(workspace: &Workspace, name: &str, other: &Package) -> bool {
    let package = workspace.packages.iter().find(|package| package.name == name && other.name != name);
    let dependencies = package.into_iter().flat_map(|package| &package.dependencies);
    let mut firm = dependencies.filter(|dependency| dependency.kind != DependencyKind::Dev);
    firm.any(|dependency| dependency.member.as_deref() == Some(other.name.as_str()))
}
