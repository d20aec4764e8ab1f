//! The order in which crates can go to a registry (R11).

use std::collections::{BTreeMap, BTreeSet};

use globset::Glob;
use thiserror::Error;

use super::{DependencyKind, Package, Workspace};
use crate::{model::CrateRelease, policy::Publish};

/// Crates that wait for each other, so that none can be published first.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("crates depend on each other in a circle and cannot be published: {}", crates.join(" -> "))]
pub struct CycleError {
    /// The circle: each needs the next, and the last is the first again.
    pub crates: Vec<String>,
}

impl Workspace {
    /// The crates that are published, each after all that it needs; where there is a choice, by name.
    ///
    /// A crate needs its normal and build dependencies. It comes after those dev-dependencies that carry a version
    /// requirement as well, unless that closes a circle: registries ask that such a crate exists, not this version of it.
    /// Nothing where the policy publishes nothing.
    ///
    /// # Errors
    ///
    /// When crates need each other in a circle, dev-dependencies aside.
    pub fn release_order(&self, publish: &Publish) -> Result<Vec<CrateRelease>, CycleError> {
        Ok(self.order(publish)?.0)
    }

    /// The circles that dev-dependencies with a version requirement close. `cargo publish` cannot verify the crates on them:
    /// the first of them to go out needs a version that is not there yet.
    ///
    /// # Errors
    ///
    /// As [`Self::release_order`].
    pub fn dev_circles(&self, publish: &Publish) -> Result<Vec<Vec<String>>, CycleError> {
        Ok(self.order(publish)?.1)
    }

    fn order(&self, publish: &Publish) -> Result<(Vec<CrateRelease>, Vec<Vec<String>>), CycleError> {
        let chosen: BTreeMap<&str, &Package> = self
            .packages
            .iter()
            .filter(|package| package.is_published(publish))
            .map(|package| (package.name.as_str(), package))
            .collect();
        let firm: Needs<'_> =
            chosen.iter().map(|(name, package)| (*name, needed_by(package, &chosen, false))).collect();
        let mut needs: Needs<'_> =
            chosen.iter().map(|(name, package)| (*name, needed_by(package, &chosen, true))).collect();
        let mut circles = Vec::new();
        let order = loop {
            match sort(&needs) {
                Ok(order) => break order,
                Err(circle) if open_circle(&mut needs, &firm, &circle) => circles.push(circle.crates),
                Err(circle) => return Err(circle),
            }
        };
        let release = |name: &str| CrateRelease {
            name: name.to_owned(),
            version: chosen[name].version.clone(),
            after: needs[name].iter().map(|other| (*other).to_owned()).collect(),
            lock_file: publish.lock_file,
        };
        Ok((order.into_iter().map(release).collect(), circles))
    }
}

/// Crate, and the crates that come before it.
type Needs<'p> = BTreeMap<&'p str, BTreeSet<&'p str>>;

/// Drop the steps of a circle that are dev-dependencies only. False: there is none.
fn open_circle(needs: &mut Needs<'_>, firm: &Needs<'_>, circle: &CycleError) -> bool {
    let mut opened = false;
    for step in circle.crates.windows(2) {
        let (from, to) = (step[0].as_str(), step[1].as_str());
        if !firm[from].contains(to) {
            opened |= needs.get_mut(from).is_some_and(|others| others.remove(to));
        }
    }
    opened
}

impl Package {
    /// Whether it is for the policy's registry and not skipped by the policy.
    pub fn is_published(&self, publish: &Publish) -> bool {
        let registry = publish.registry.as_deref().unwrap_or("crates-io");
        let allowed = self.registries.is_empty() || self.registries.iter().any(|name| name == registry);
        // A pattern that is no glob can still be a name.
        let skips = |pattern: &String| {
            Glob::new(pattern).map_or(*pattern == self.name, |glob| glob.compile_matcher().is_match(&self.name))
        };
        publish.enabled && self.publish && allowed && !publish.skip.iter().any(skips)
    }
}

fn needed_by<'p>(package: &'p Package, chosen: &BTreeMap<&str, &'p Package>, dev: bool) -> BTreeSet<&'p str> {
    let counts = |kind: DependencyKind, versioned: bool| kind != DependencyKind::Dev || (dev && versioned);
    let ordering = package.dependencies.iter().filter(|other| counts(other.kind, other.requirement.is_some()));
    let members = ordering.filter_map(|other| other.member.as_deref());
    members.filter(|name| *name != package.name && chosen.contains_key(name)).collect()
}

fn sort<'p>(needs: &Needs<'p>) -> Result<Vec<&'p str>, CycleError> {
    let mut waiting: BTreeMap<&str, usize> = needs.iter().map(|(name, others)| (*name, others.len())).collect();
    let mut ready: BTreeSet<&str> = waiting.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
    let mut needed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, others) in needs {
        for other in others {
            needed.entry(other).or_default().push(name);
        }
    }
    let mut order = Vec::with_capacity(needs.len());
    while let Some(name) = ready.pop_first() {
        order.push(name);
        waiting.remove(name);
        for other in needed.get(name).into_iter().flatten() {
            let count = waiting.get_mut(other).expect("a crate waits until all it needs are out");
            *count -= 1;
            if *count == 0 {
                ready.insert(other);
            }
        }
    }
    if waiting.is_empty() { Ok(order) } else { Err(circle(needs, &waiting)) }
}

/// Walk from any waiting crate to one it needs that waits as well, until a crate comes up again.
fn circle(needs: &Needs<'_>, waiting: &BTreeMap<&str, usize>) -> CycleError {
    let mut walk: Vec<&str> = Vec::new();
    let mut next = waiting.keys().next().copied();
    while let Some(name) = next {
        if let Some(at) = walk.iter().position(|seen| *seen == name) {
            let crates = walk[at..].iter().chain([&name]).map(|name| (*name).to_owned()).collect();
            return CycleError { crates };
        }
        walk.push(name);
        next = needs[name].iter().find(|other| waiting.contains_key(*other)).copied();
    }
    CycleError { crates: walk.into_iter().map(str::to_owned).collect() }
}
