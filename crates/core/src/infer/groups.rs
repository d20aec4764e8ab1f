//! Packages that share a version (R1, R10).

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use semver::Version;

use crate::workspace::{Package, Workspace};

/// So many packages of one first word make a pattern.
const ENOUGH_FOR_PATTERN: usize = 3;

/// A group to be.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) version: Version,
    /// Names and globs; no two groups can share a package by them.
    pub(super) members: Vec<String>,
    /// The packages themselves.
    pub(super) packages: Vec<String>,
    /// The first group needs a package of this one, so a patch of this one brings one of the first (R10).
    pub(super) is_needed_by_first: bool,
}

/// Groups by version; first the one with the root package, else with the package that others are named after, else the
/// largest.
pub(super) fn find(workspace: &Workspace) -> Vec<Group> {
    let publishes = workspace.packages.iter().any(|package| package.publish);
    let mut by_version: BTreeMap<&Version, Vec<&Package>> = BTreeMap::new();
    for package in workspace.packages.iter().filter(|package| package.publish || !publishes) {
        by_version.entry(&package.version).or_default().push(package);
    }
    for package in workspace.packages.iter().filter(|package| publishes && !package.publish && package.inherits_version)
    {
        // It moves with the others that inherit, whether it is named or not.
        if let Some(packages) = by_version.get_mut(&package.version) {
            packages.push(package);
        }
    }
    let mut sorted: Vec<(&Version, Vec<&Package>)> = by_version.into_iter().collect();
    let holds_root = |packages: &[&Package]| packages.iter().any(|package| package.manifest == workspace.root);
    // The package that the others are named after, such as `tracing` of `tracing-core` and `tracing-log`.
    let namesake = common_word(sorted.iter().flat_map(|(_, packages)| packages).map(|package| package.name.as_str()));
    let holds_namesake = |packages: &[&Package]| packages.iter().any(|package| Some(package.name.as_str()) == namesake);
    sorted.sort_by_key(|(version, packages)| {
        let size = (Reverse(packages.len()), Reverse((*version).clone()));
        (!holds_root(packages), !holds_namesake(packages), size)
    });
    let mut names = BTreeSet::new();
    let first: Vec<&Package> = sorted.first().map(|(_, packages)| packages.clone()).unwrap_or_default();
    let all = sorted;
    let groups = all.iter().map(|(version, packages)| {
        let others = || all.iter().filter(|(other, _)| other != version).flat_map(|(_, packages)| packages);
        let needed = |package: &&Package| {
            let needs = first.iter().flat_map(|package| &package.dependencies);
            needs.filter_map(|dependency| dependency.member.as_deref()).any(|name| name == package.name)
        };
        Group {
            name: name(packages, workspace, &mut names),
            version: (*version).clone(),
            members: if all.len() == 1 { vec!["*".to_owned()] } else { patterns(packages, others) },
            packages: packages.iter().map(|package| package.name.clone()).collect(),
            is_needed_by_first: *packages != first && packages.iter().any(needed),
        }
    });
    groups.collect()
}

/// The part of a name before the first `-` or `_`.
pub(super) fn first_word(name: &str) -> &str {
    name.split(['-', '_']).next().unwrap_or(name)
}

/// The first word that most names share, if two do.
pub(super) fn common_word<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(first_word(name)).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(word, count)| (*count, Reverse(*word)));
    most.filter(|(word, count)| *count > 1 && !word.is_empty()).map(|(word, _)| word)
}

/// A name for a group that no other has.
fn name(packages: &[&Package], workspace: &Workspace, taken: &mut BTreeSet<String>) -> String {
    let within: BTreeSet<&str> = packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter_map(|dependency| dependency.member.as_deref())
        .collect();
    let root = packages.iter().find(|package| package.manifest == workspace.root);
    // Where words do not help, the package that none of the others needs.
    let top = packages.iter().find(|package| !within.contains(package.name.as_str())).or(packages.first());
    let word = common_word(packages.iter().map(|package| package.name.as_str()));
    let named = [root, top].into_iter().flatten().chain(packages).map(|package| package.name.as_str());
    let free = word.into_iter().chain(named).find(|name| !taken.contains(*name)).map(str::to_owned);
    let name = free.unwrap_or_else(|| format!("group {}", taken.len() + 1));
    taken.insert(name.clone());
    name
}

/// Names, and globs where many packages start with a word that no package of another group starts with.
fn patterns<'p, I>(packages: &[&Package], others: impl Fn() -> I) -> Vec<String>
where
    I: Iterator<Item = &'p &'p Package>,
{
    let mut words: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        words.entry(first_word(&package.name)).or_default().push(&package.name);
    }
    let foreign: BTreeSet<&str> = others().map(|package| first_word(&package.name)).collect();
    let mut members = Vec::new();
    for (word, names) in words {
        let prefix = format!("{word}-");
        let (inside, outside): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| name.starts_with(&prefix));
        if inside.len() >= ENOUGH_FOR_PATTERN && !foreign.contains(word) {
            members.extend(outside.iter().map(|name| (*name).to_owned()));
            members.push(format!("{prefix}*"));
        } else {
            members.extend(names.iter().map(|name| (*name).to_owned()));
        }
    }
    members.sort();
    members
}
