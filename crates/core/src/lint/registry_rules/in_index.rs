//! What the index says of a release: the one list of judgments that every door asks, before the tag and after it (X12).

use std::collections::{BTreeMap, BTreeSet};

use semver::{Version, VersionReq};

use super::{CrateFacts, breach, information};
use crate::model::{CrateRelease, CrateVersions, Finding, IndexStanding, Observed, Packaged};

/// A packaged release, beside what the index says.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseInIndex<'a> {
    /// The crates of the release.
    pub crates: &'a [CrateRelease],
    /// Each as packaged.
    pub packaged: &'a [Packaged],
    /// What the index says of [`names_to_ask`] and [`other_spellings`]. A name that was not asked is not judged, but for the
    /// release's own.
    pub index: &'a BTreeMap<String, Observed<CrateVersions>>,
}

/// What was found of a release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InIndex {
    /// What stands in the way, and what is to be known, with the crates in their order.
    pub known: Vec<Finding>,
    /// What could not be seen: one note for each crate and cause.
    pub unknown: Vec<Finding>,
}

impl InIndex {
    /// All of it, for people.
    pub fn findings(self) -> Vec<Finding> {
        self.known.into_iter().chain(self.unknown).collect()
    }
}

/// The crates that a release is judged by: its own, and those of the same registry that they need.
pub(super) fn names_to_ask(packaged: &[Packaged]) -> BTreeSet<String> {
    let needed = packaged.iter().flat_map(|it| needed(&it.facts)).map(|(name, _)| name.to_owned());
    needed.chain(packaged.iter().map(|it| it.facts.name.clone())).collect()
}

/// Names that the registry takes for the same as those of crates that it has never seen.
pub(super) fn other_spellings(
    packaged: &[Packaged],
    index: &BTreeMap<String, Observed<CrateVersions>>,
) -> BTreeSet<String> {
    let names = packaged.iter().map(|it| it.facts.name.as_str()).filter(|name| is_new(index, name));
    names.flat_map(spellings).collect()
}

fn is_new(index: &BTreeMap<String, Observed<CrateVersions>>, name: &str) -> bool {
    index.get(name).and_then(Observed::known).is_some_and(BTreeMap::is_empty)
}

/// `a-b` and `a_b` are one name to the registry.
fn spellings(name: &str) -> Vec<String> {
    let mut others = vec![name.replace('-', "_"), name.replace('_', "-")];
    others.retain(|other| other != name);
    others
}

/// What a crate needs of the registry that it goes to, and as written.
fn needed(facts: &CrateFacts) -> impl Iterator<Item = (&str, &str)> {
    let at_home = facts.dependencies.iter().filter(|it| it.registry.is_none());
    at_home.map(|it| (it.name.as_str(), it.requirement.as_str()))
}

impl ReleaseInIndex<'_> {
    /// Judge every crate. One that is there already, with our bytes, is judged no further: it needs nothing more.
    pub fn judge(&self) -> InIndex {
        let mut judged = InIndex::default();
        for Packaged { facts, checksum } in self.packaged {
            self.judge_crate(facts, checksum, &mut judged);
        }
        judged
    }

    fn judge_crate(&self, facts: &CrateFacts, checksum: &str, judged: &mut InIndex) {
        let Ok(version) = facts.version.parse::<Version>() else { return };
        let versions = match self.index.get(&facts.name) {
            Some(Observed::Known(versions)) => versions,
            Some(Observed::Unknown(why)) => return judged.unknown.push(unknown(facts, "the version is taken", why)),
            None => return judged.unknown.push(unknown(facts, "the version is taken", "the registry did not answer")),
        };
        match IndexStanding::of(versions, &version, checksum) {
            IndexStanding::Ours => {
                let detail = "it is in the index, with these bytes".to_owned();
                judged.known.push(information(facts, "already-published", detail, ""));
            }
            IndexStanding::Yanked => judged.known.push(yanked(facts)),
            IndexStanding::Taken { by, checksum } => judged.known.push(taken(facts, &version, by, checksum)),
            IndexStanding::Absent => {
                self.spelling(facts, versions, judged);
                for (name, requirement) in needed(facts) {
                    self.dependency(facts, name, requirement, judged);
                }
            }
        }
    }

    fn spelling(&self, facts: &CrateFacts, versions: &CrateVersions, judged: &mut InIndex) {
        for other in spellings(&facts.name).into_iter().filter(|_| versions.is_empty()) {
            match self.index.get(&other) {
                Some(Observed::Known(versions)) if !versions.is_empty() => {
                    let detail = format!("the registry has a crate `{other}`, and takes this for the same name");
                    judged.known.push(breach(facts, "name-taken", detail, "take another name"));
                }
                Some(Observed::Unknown(why)) => {
                    judged.unknown.push(unknown(facts, &format!("the name is taken as `{other}`"), why));
                }
                Some(Observed::Known(_)) | None => {}
            }
        }
    }

    /// A requirement that neither a crate of this release nor the index fulfills.
    fn dependency(&self, facts: &CrateFacts, name: &str, requirement: &str, judged: &mut InIndex) {
        let Ok(wanted) = VersionReq::parse(requirement) else { return };
        if self.crates.iter().any(|it| it.name == name && wanted.matches(&it.version)) {
            return;
        }
        let versions = match self.index.get(name) {
            Some(Observed::Known(versions)) => versions,
            Some(Observed::Unknown(why)) => {
                return judged.unknown.push(unknown(facts, &format!("the index has `{name}` {requirement}"), why));
            }
            None => return,
        };
        let fitting = || versions.iter().filter(|(version, _)| wanted.matches(version));
        if fitting().any(|(_, entry)| !entry.yanked) {
            return;
        }
        let why = match versions.keys().max() {
            None => "there is no such crate".to_owned(),
            Some(_) if fitting().next().is_some() => "every version that would do is yanked".to_owned(),
            Some(newest) => format!("its newest is {newest}"),
        };
        let detail = format!("nothing in this release or in the index fulfills `{name}` {requirement}: {why}");
        judged.known.push(breach(
            facts,
            "unresolved-dependency",
            detail,
            "publish that crate first, or correct the requirement",
        ));
    }
}

fn taken(facts: &CrateFacts, version: &Version, by: &Version, checksum: &str) -> Finding {
    let detail = match by == version {
        true => format!("the version is in the index, with other bytes (checksum {checksum})"),
        false => format!("the index has {by}, which the registry takes for the same version (checksum {checksum})"),
    };
    breach(facts, "duplicate-version", detail, "release under a new version, or `skip` the crate in the policy")
}

fn yanked(facts: &CrateFacts) -> Finding {
    breach(
        facts,
        "yanked-version",
        "the version is in the index with these bytes, but it is yanked: new builds do not select it".to_owned(),
        format!(
            "take the yank back with `cargo yank --undo {}@{}`, or release under a new version",
            facts.name, facts.version
        ),
    )
}

fn unknown(facts: &CrateFacts, what: &str, why: &str) -> Finding {
    let detail = format!("whether {what} is not known: {why}");
    information(facts, "index-unknown", detail, "run it again where the registry can be reached")
}

#[cfg(test)]
mod tests;
