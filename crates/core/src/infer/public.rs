//! Which packages are public, as their requirements show (X6).

use std::collections::BTreeMap;

use crate::workspace::{Package, Workspace};

/// How often a package is required.
#[derive(Default)]
struct Required {
    exactly: usize,
    otherwise: usize,
}

/// Publishable packages that the others do not require with `=`. None where nobody requires anybody so, or one package as
/// often so as not: then the project has no such rule.
pub(super) fn find(workspace: &Workspace) -> Vec<String> {
    let publishable = || workspace.packages.iter().filter(|package| package.publish);
    let own = publishable().flat_map(|package| &package.dependencies).filter(|need| !need.inherited);
    let mut required: BTreeMap<&str, Required> = BTreeMap::new();
    for need in own.chain(&workspace.shared).filter(|need| need.requirement.is_some() && !need.is_never_built()) {
        let Some(member) = need.member.as_deref() else { continue };
        let count = required.entry(member).or_default();
        *(if need.is_exact() { &mut count.exactly } else { &mut count.otherwise }) += 1;
    }
    let count = |package: &Package| required.get(package.name.as_str());
    let is_internal = |package: &Package| count(package).is_some_and(|it| it.exactly > it.otherwise);
    let is_unclear = |package: &Package| count(package).is_some_and(|it| it.exactly == it.otherwise);
    if publishable().any(is_unclear) || !publishable().any(is_internal) {
        return Vec::new();
    }
    publishable().filter(|package| !is_internal(package)).map(|package| package.name.clone()).collect()
}
