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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::{
        model::{FileDigest, ForgeRelease, Observation, Observed, Plan, StepId},
        policy::Policy,
    };

    const POLICY: &str = "preset = \"2021-merge\"\n[project]\nname = \"Own\"\n[train]\nfirst = { version = \"1.0.0\", cut = 2026-01-05 }\n\
                          [[group]]\nname = \"all\"\nmembers = [\"*\"]\n[[artifact]]\nname = \"own-{version}-src\"\nkind = \"source\"\n";

    /// What is said of a plan that shows 1.0.0, where the forge has these files of it.
    fn said(there: &[&str]) -> Vec<String> {
        let policy = Policy::parse(POLICY).expect("a policy");
        let files: BTreeMap<String, FileDigest> =
            there.iter().map(|name| ((*name).to_owned(), FileDigest::of(name.as_bytes()))).collect();
        let tag = "v1.0.0".to_owned();
        let (title, notes) = (String::new(), String::new());
        let (prerelease, latest, hidden) = (false, false, true);
        let release = ForgeRelease { tag: tag.clone(), title, notes, prerelease, latest, hidden, files: files.clone() };
        let seen = Observation {
            forge_releases: Observed::Known([(tag.clone(), release)].into()),
            ..Observation::of_nothing(date(2026, 1, 6))
        };
        let step = Step {
            id: StepId(format!("release {tag}")),
            version: semver::Version::new(1, 0, 0),
            rule: Rule::R11,
            reason: String::new(),
            preconditions: Vec::new(),
            action: Action::ShowForgeRelease { tag, latest: true, files },
        };
        let plan = Plan { today: seen.today, steps: vec![step], waits: Vec::new(), trains: Vec::new() };
        let case = Case { policy: &policy, seen: &seen, plan: &plan };
        files_before_the_release(&case).into_iter().map(|violation| violation.detail).collect()
    }

    #[test]
    fn a_release_that_would_be_shown_without_one_of_its_files_is_unsafe() {
        let all = ["SHA256SUMS", "own-1.0.0-src.tar.xz", "provenance.intoto.jsonl"];
        assert_eq!(said(&all), Vec::<String>::new());
        for without in all {
            let rest: Vec<&str> = all.into_iter().filter(|name| *name != without).collect();
            assert_eq!(said(&rest), [format!("`v1.0.0` would be shown without {without}")]);
        }
    }
}
