//! Whether all that carries a version of the workspace carries the same: groups, requirements, `Cargo.lock`, version files
//! (R1, R10, X11).

mod lock;

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::Version;

use super::requirements;
use crate::{
    calendar, edit,
    model::{Finding, LineName, Rule, Severity, TreeFiles, strip_pre},
    policy::{Policy, Rules, VersionGroup},
    workspace::{NamePatterns, Package, Workspace},
};

/// What is at which version, and what is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// Each group of the policy that has a package, and the version most of its packages have.
    pub groups: Vec<GroupVersion>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// A group and the version it is at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct GroupVersion {
    /// The group's name in the policy.
    pub name: String,
    /// The version of most of its packages.
    pub version: Version,
    /// How many packages have it.
    pub packages: usize,
}

/// The rules by which a commit is judged on a day: those of the day on which its line was cut, since its packages and files are as
/// they were then; those of the day itself for a commit of no line that the policy knows.
pub fn rules_of<'p>(policy: &'p Policy, workspace: &Workspace, day: Date) -> &'p Rules {
    let today = policy.on(day);
    let first = sort(workspace, &today.groups).first().and_then(|packages| version_of(packages));
    let line = first.map(|version| LineName::of(&strip_pre(version)));
    line.and_then(|line| calendar::rules_of(policy, line, day)).unwrap_or(today)
}

/// Judge the versions of one commit. `files` hold its manifests, `Cargo.lock` and the policy's version files.
pub fn versions(files: &TreeFiles, workspace: &Workspace, rules: &Rules) -> Versions {
    let sorted = sort(workspace, &rules.groups);
    let mut findings = Vec::new();
    let mut groups = Vec::new();
    for (group, packages) in rules.groups.iter().zip(&sorted) {
        match version_of(packages) {
            Some(version) => {
                findings.extend(out_of_step(group, packages, version));
                let at_it = packages.iter().filter(|package| package.version == *version).count();
                groups.push(GroupVersion { name: group.name.clone(), version: version.clone(), packages: at_it });
            }
            None => findings.push(empty(group)),
        }
    }
    findings.extend(coupled_apart(rules, &groups, &sorted));
    findings.extend(requirements::keeping_members_out(workspace));
    findings.extend(lock::judge(files, workspace));
    findings.extend(version_files(files, rules, &groups));
    Versions { groups, findings }
}

/// The packages of each group; the first group that takes a package has it.
fn sort<'w>(workspace: &'w Workspace, groups: &[VersionGroup]) -> Vec<Vec<&'w Package>> {
    // A sound policy holds globs only.
    let patterns: Vec<_> = groups.iter().map(|group| NamePatterns::new(&group.members).ok()).collect();
    let mut sorted = vec![Vec::new(); groups.len()];
    for package in &workspace.packages {
        let takes = |patterns: &Option<NamePatterns>| patterns.as_ref().is_some_and(|it| it.take(&package.name));
        if let Some(at) = patterns.iter().position(takes) {
            sorted[at].push(package);
        }
    }
    sorted
}

/// Those whose version counts: the publishable ones, else all.
fn deciding<'p, 'w>(packages: &'p [&'w Package]) -> impl Iterator<Item = &'w Package> + use<'p, 'w> {
    let publishes = packages.iter().any(|package| package.publish);
    packages.iter().copied().filter(move |package| package.publish || !publishes)
}

/// The version of most, and of those the highest.
fn version_of<'w>(packages: &[&'w Package]) -> Option<&'w Version> {
    let mut counts: BTreeMap<&Version, usize> = BTreeMap::new();
    for package in deciding(packages) {
        *counts.entry(&package.version).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(version, count)| (*count, *version)).map(|(version, _)| version)
}

fn out_of_step(group: &VersionGroup, packages: &[&Package], version: &Version) -> Vec<Finding> {
    let with = deciding(packages).filter(|package| package.version == *version).count();
    let apart = deciding(packages).filter(|package| package.version != *version);
    apart
        .map(|package| Finding {
            date: None,
            evidence: None,
            kind: "version-out-of-step".to_owned(),
            severity: Severity::Finding,
            subject: format!("{} {}", package.name, package.version),
            detail: format!("group {} is at {version} with {with} of its packages", group.name),
            help: format!("write `{version}`, or take {} out of the group", package.name),
            rule: Rule::R1,
            file: Some(package.version_place.file.clone()),
            line: Some(package.version_place.line),
        })
        .collect()
}

fn empty(group: &VersionGroup) -> Finding {
    Finding {
        date: None,
        evidence: None,
        kind: "empty-group".to_owned(),
        severity: Severity::Finding,
        subject: format!("group {}", group.name),
        detail: format!("no package of the workspace is in it (members: {})", group.members.join(", ")),
        help: "fix its `members` in the policy, or take it out".to_owned(),
        rule: Rule::R1,
        file: None,
        line: None,
    }
}

/// Coupled groups are in the same state of a release: in development, the same candidate, or released; and what is patched
/// brings a patch of what it is coupled with (R10, X11).
fn coupled_apart(rules: &Rules, groups: &[GroupVersion], sorted: &[Vec<&Package>]) -> Vec<Finding> {
    let at = |name: &str| groups.iter().find(|group| group.name == name);
    let mut findings = Vec::new();
    for (group, packages) in rules.groups.iter().zip(sorted) {
        let Some(own) = at(&group.name) else { continue };
        for other in group.coupled_with.iter().filter_map(|name| at(name)) {
            let detail = if own.version.pre != other.version.pre {
                format!(
                    "group {} is at {}, and group {}, coupled with it, at {}",
                    own.name, own.version, other.name, other.version
                )
            } else if own.version.patch > 0 && starts_line(&other.version) {
                format!(
                    "group {} has a patch, {}, and group {}, coupled with it, has none at {}",
                    own.name, own.version, other.name, other.version
                )
            } else {
                continue;
            };
            let place = packages.iter().find(|package| package.version == own.version).map(|it| &it.version_place);
            findings.push(Finding {
                date: None,
                evidence: None,
                kind: "coupled-group-apart".to_owned(),
                severity: Severity::Finding,
                subject: format!("group {}", own.name),
                detail,
                help: "bump them together: `stationmaster bump` moves coupled groups as one".to_owned(),
                rule: Rule::R10,
                file: place.map(|place| place.file.clone()),
                line: place.map(|place| place.line),
            });
        }
    }
    findings
}

/// `4.0.0`, or `0.92.0`.
fn starts_line(version: &Version) -> bool {
    version.patch == 0 && (version.minor == 0 || version.major == 0)
}

/// Files that hold another version than their group has (R1, R11).
fn version_files(files: &TreeFiles, rules: &Rules, groups: &[GroupVersion]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &rules.version_files {
        let Some(group) = groups.iter().find(|group| group.name == file.group) else { continue };
        let finding = |kind: &str, line: Option<u32>, detail: String, help: String| Finding {
            date: None,
            evidence: None,
            kind: kind.to_owned(),
            severity: Severity::Finding,
            subject: format!("{} {}", group.name, group.version),
            detail,
            help,
            rule: Rule::R1,
            file: Some(file.path.clone()),
            line,
        };
        let Some(text) = files.get(&file.path) else {
            let detail = "by the policy it holds the version, but it is not there".to_owned();
            findings.push(finding(
                "version-file-absent",
                None,
                detail,
                "fix `[[version-file]]` in the policy".to_owned(),
            ));
            continue;
        };
        match edit::versions_in(file, text) {
            Ok(places) => findings.extend(places.iter().filter(|place| !place.holds(&group.version)).map(|place| {
                let (line, right) = (u32::try_from(place.line).ok(), place.part.of(&group.version));
                finding(
                    "version-file-behind",
                    line,
                    format!("it holds `{}`", place.written),
                    format!("write `{right}`"),
                )
            })),
            Err(error) => {
                let detail = format!("it shows no version where the policy looks: {error}");
                let help = "fix the file, or `[[version-file]]` in the policy".to_owned();
                let line = error.line().and_then(|line| u32::try_from(line).ok());
                findings.push(finding("version-file-unreadable", line, detail, help));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
