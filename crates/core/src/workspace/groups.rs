//! Packages that share a version (R1, R10).

use std::collections::BTreeSet;

use semver::Version;
use serde::Serialize;
use thiserror::Error;

use super::{
    Package, Workspace,
    patterns::{BadPattern, NamePatterns},
};
use crate::policy::{Unpublished, VersionGroup};

/// A version group as it is in one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupMembers {
    /// The group's name in the policy.
    pub name: String,
    /// The version all of them have.
    pub version: Version,
    /// Their names, sorted; at least one.
    pub packages: Vec<String>,
}

/// Why a policy's groups do not fit a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GroupError {
    /// A group that names no package that is there.
    #[error("no package of this workspace belongs to group `{group}` (members: {})", members.join(", "))]
    NoMembers {
        /// The group.
        group: String,
        /// Its patterns.
        members: Vec<String>,
    },
    /// A group whose packages all belong to groups before it.
    #[error(
        "group `{group}` has no package left: `{package}` belongs to `{first}`, which comes first; put `{group}` above it"
    )]
    NothingLeft {
        /// The group.
        group: String,
        /// A package that it names.
        package: String,
        /// The group that has it.
        first: String,
    },
    /// Publishable packages of one group that do not share a version.
    #[error("packages of group `{group}` have different versions: {}", listing(versions))]
    VersionsDiffer {
        /// The group.
        group: String,
        /// Each package and its version, by name.
        versions: Vec<(String, Version)>,
    },
    /// A pattern that is no glob.
    #[error("group `{group}`: `{pattern}` is not a pattern: {why}")]
    Pattern {
        /// The group.
        group: String,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
}

/// `a 1.0.0, b and 3 others 2.0.0`: few words, whatever the number of packages.
fn listing(versions: &[(String, Version)]) -> String {
    let distinct: BTreeSet<&Version> = versions.iter().map(|(_, version)| version).collect();
    let parts = distinct.into_iter().map(|version| {
        let names: Vec<&str> =
            versions.iter().filter(|(_, other)| other == version).map(|(name, _)| name.as_str()).collect();
        match names[..] {
            [name] => format!("{name} {version}"),
            [first, second] => format!("{first} and {second} {version}"),
            [first, ref rest @ ..] => format!("{first} and {} others {version}", rest.len()),
            [] => version.to_string(),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn patterns_of(group: &VersionGroup) -> Result<NamePatterns, GroupError> {
    NamePatterns::new(&group.members).map_err(|BadPattern { pattern, why }| GroupError::Pattern {
        group: group.name.clone(),
        pattern,
        why,
    })
}

impl Workspace {
    /// Sort the packages into the policy's groups; the first group that matches takes a package.
    ///
    /// The group's version is that of its publishable packages. An unpublishable one that has another version, such as a test
    /// crate at 0.0.0, is left out, and so is a package that no group names. Where the group leaves the unpublishable, all
    /// of them are left out (unless there are no others).
    ///
    /// # Errors
    ///
    /// When a group is empty, or its publishable packages have different versions.
    pub fn groups(&self, groups: &[VersionGroup]) -> Result<Vec<GroupMembers>, GroupError> {
        let patterns = groups.iter().map(patterns_of).collect::<Result<Vec<_>, _>>()?;
        let mut taken: Vec<Vec<&Package>> = vec![Vec::new(); groups.len()];
        let first = |name: &str| patterns.iter().position(|patterns| patterns.take(name));
        for package in &self.packages {
            if let Some(at) = first(&package.name) {
                taken[at].push(package);
            }
        }
        for (group, (own, packages)) in groups.iter().zip(patterns.iter().zip(&taken)) {
            let lost = self.packages.iter().find(|package| packages.is_empty() && own.take(&package.name));
            if let Some((lost, at)) = lost.and_then(|lost| Some((lost, first(&lost.name)?))) {
                let (group, package, first) = (group.name.clone(), lost.name.clone(), groups[at].name.clone());
                return Err(GroupError::NothingLeft { group, package, first });
            }
        }
        groups.iter().zip(taken).map(|(group, packages)| members(group, &packages)).collect()
    }
}

fn members(group: &VersionGroup, packages: &[&Package]) -> Result<GroupMembers, GroupError> {
    let publishable: Vec<&Package> = packages.iter().copied().filter(|package| package.publish).collect();
    let deciding = if publishable.is_empty() { packages } else { &publishable[..] };
    let Some(first) = deciding.first() else {
        return Err(GroupError::NoMembers { group: group.name.clone(), members: group.members.clone() });
    };
    if deciding.iter().any(|package| package.version != first.version) {
        let versions = deciding.iter().map(|package| (package.name.clone(), package.version.clone())).collect();
        return Err(GroupError::VersionsDiffer { group: group.name.clone(), versions });
    }
    let moving = match group.unpublished {
        Unpublished::Follow => packages,
        Unpublished::Leave => deciding,
    };
    let same = moving.iter().filter(|package| package.version == first.version);
    Ok(GroupMembers {
        name: group.name.clone(),
        version: first.version.clone(),
        packages: same.map(|package| package.name.clone()).collect(),
    })
}
