//! What would stop a publish on the day, as far as it is known before: the rules over packaged crates, the index, and the order.

use std::collections::{BTreeMap, BTreeSet};

use semver::{Version, VersionReq};
use serde::Serialize;

use super::{CrateFacts, RegistryLimits, breach, in_files, information, owners, packages, tokens};
use crate::{
    model::{CrateRelease, CrateVersions, Credentials, Finding, Observed, Rule, Severity},
    policy::Publish,
    upload::{self, Conditions},
    workspace::Workspace,
};

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Preflight<'a> {
    /// The manifests.
    pub workspace: &'a Workspace,
    /// How it is published.
    pub publish: &'a Publish,
    /// The crates, in order.
    pub crates: &'a [CrateRelease],
    /// Each as packaged, with its checksum; in the order of `crates`, or none where they cannot be packaged.
    pub packaged: &'a [(CrateFacts, String)],
    /// What the index says of them and of what they need.
    pub index: &'a BTreeMap<String, Observed<CrateVersions>>,
    /// Who owns those that the registry has; asked where the policy names an owner.
    pub owners: &'a BTreeMap<String, Observed<BTreeSet<String>>>,
    /// With what they would be uploaded from here; asked where the policy wants short-lived tokens (X10).
    pub credentials: Option<&'a Credentials>,
}

/// How long it will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Forecast {
    /// Crates that the registry has never seen.
    pub new_crates: usize,
    /// New versions of crates that it has.
    pub updates: usize,
    /// Seconds from the first upload until the index shows the last crate.
    pub seconds: i64,
}

impl Preflight<'_> {
    /// Everything that is wrong, each with its place.
    pub fn findings(&self) -> Vec<Finding> {
        let facts: Vec<CrateFacts> = self.packaged.iter().map(|(facts, _)| facts.clone()).collect();
        let mut found = packages(&facts, RegistryLimits::of(self.publish));
        for (facts, checksum) in self.packaged {
            found.extend(self.taken(facts, checksum));
            found.extend(self.spelling(facts));
            let at_home = facts.dependencies.iter().filter(|it| it.registry.is_none());
            found.extend(at_home.filter_map(|it| self.unresolved(facts, &it.name, &it.requirement)));
        }
        found.extend(owners::judge(self.publish, self.packaged, self.owners));
        found.extend(self.tokens());
        let mut found = in_files(found, self.workspace);
        found.extend(dev_circles(self.workspace, self.publish));
        found
    }

    /// How long publishing what is not there yet will take.
    pub fn forecast(&self) -> Forecast {
        let known = |name: &str| self.index.get(name).and_then(Observed::known);
        let there = |it: &CrateRelease| known(&it.name).is_some_and(|versions| versions.contains_key(&it.version));
        let missing: Vec<CrateRelease> = self.crates.iter().filter(|it| !there(it)).cloned().collect();
        let is_new = |it: &&CrateRelease| known(&it.name).is_some_and(BTreeMap::is_empty);
        let new = missing.iter().filter(is_new).map(|it| it.name.clone()).collect();
        let takes = upload::forecast(&missing, &new, self.publish.pace, Conditions::USUAL);
        Forecast { new_crates: new.len(), updates: missing.len() - new.len(), seconds: takes.as_secs() }
    }

    /// The version is in the index: with our bytes it is done, with others it can never be ours.
    fn taken(&self, facts: &CrateFacts, checksum: &str) -> Option<Finding> {
        let version = facts.version.parse::<Version>().ok()?;
        let versions = match self.index.get(&facts.name)? {
            Observed::Known(versions) => versions,
            Observed::Unknown(why) => {
                let detail = format!("whether the version is taken is not known: {why}");
                return Some(information(
                    facts,
                    "index-unknown",
                    detail,
                    "run it again where the registry can be reached",
                ));
            }
        };
        let entry = versions.get(&version)?;
        if entry.checksum == checksum {
            return Some(information(
                facts,
                "already-published",
                "it is in the index, with these bytes".to_owned(),
                "",
            ));
        }
        let detail = format!("the version is in the index, with other bytes (checksum {})", entry.checksum);
        Some(breach(
            facts,
            "duplicate-version",
            detail,
            "release under a new version, or `skip` the crate in the policy",
        ))
    }

    /// `a-b` and `a_b` are one name to the registry.
    fn spelling(&self, facts: &CrateFacts) -> Option<Finding> {
        let is_new = self.index.get(&facts.name)?.known()?.is_empty();
        let other = spellings(&facts.name).into_iter().find(|other| {
            self.index.get(other).and_then(Observed::known).is_some_and(|versions| !versions.is_empty())
        })?;
        is_new.then(|| {
            let detail = format!("the registry has a crate `{other}`, and takes this for the same name");
            breach(facts, "name-taken", detail, "take another name")
        })
    }

    /// A requirement that neither a crate of this release nor the index fulfills.
    fn unresolved(&self, facts: &CrateFacts, name: &str, requirement: &str) -> Option<Finding> {
        let wanted = VersionReq::parse(requirement).ok()?;
        let ours = self.crates.iter().any(|it| it.name == name && wanted.matches(&it.version));
        let versions = self.index.get(name)?.known()?;
        let there = versions.iter().any(|(version, entry)| !entry.yanked && wanted.matches(version));
        (!ours && !there).then(|| {
            let newest =
                versions.keys().max().map_or("there is no such crate".to_owned(), |it| format!("its newest is {it}"));
            let detail = format!("nothing in this release or in the index fulfills `{name}` {requirement}: {newest}");
            breach(facts, "unresolved-dependency", detail, "publish that crate first, or correct the requirement")
        })
    }

    /// Whether the tokens will do (X10). Where nothing is left to upload, none is needed.
    fn tokens(&self) -> Vec<Finding> {
        let Forecast { new_crates, updates, seconds } = self.forecast();
        let Some(credentials) = self.credentials.filter(|_| new_crates + updates > 0) else { return Vec::new() };
        let is_new =
            |facts: &&CrateFacts| self.index.get(&facts.name).and_then(Observed::known).is_some_and(BTreeMap::is_empty);
        let new: Vec<&CrateFacts> = self.packaged.iter().map(|(facts, _)| facts).filter(is_new).collect();
        tokens::judge(credentials, &new, seconds)
    }
}

/// Circles that dev-dependencies with a version close: our upload minds them not, but plain `cargo publish` would stop there.
/// Nothing where the crates have no order at all.
pub fn dev_circles(workspace: &Workspace, publish: &Publish) -> Vec<Finding> {
    let circles = workspace.dev_circles(publish).unwrap_or_default();
    let said = circles.into_iter().map(|circle| {
        let detail = format!("a dev-dependency with a version closes a circle: {}", circle.join(" -> "));
        let mend = "take the version off that dev-dependency and leave its path, or `cargo publish` cannot verify it";
        release("versioned-dev-circle", detail, mend)
    });
    said.collect()
}

/// Names that the registry takes for the same.
pub fn spellings(name: &str) -> Vec<String> {
    let mut others = vec![name.replace('-', "_"), name.replace('_', "-")];
    others.retain(|other| other != name);
    others
}

/// Something to know of the release as a whole.
pub(super) fn release(kind: &str, detail: String, mend: &str) -> Finding {
    Finding {
        kind: kind.to_owned(),
        severity: Severity::Information,
        subject: "the release".to_owned(),
        detail,
        mend: mend.to_owned(),
        rule: Rule::X12,
        date: None,
        evidence: None,
        file: None,
        line: None,
    }
}
