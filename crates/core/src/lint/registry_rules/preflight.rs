//! What would stop a publish on the day, as far as it is known before: the rules over packaged crates, the index, and the order.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{CrateFacts, RegistryLimits, ReleaseInIndex, in_files, owners, packages, tokens};
use crate::{
    model::{CrateRelease, CrateVersions, Credentials, Finding, Observed, Packaged, Rule, Severity},
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
    pub packaged: &'a [Packaged],
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
        let mut found = packages(self.packaged, RegistryLimits::of(self.publish));
        found.extend(
            ReleaseInIndex { crates: self.crates, packaged: self.packaged, index: self.index }.judge().findings(),
        );
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

    /// Whether the tokens will do (X10). Where nothing is left to upload, none is needed.
    fn tokens(&self) -> Vec<Finding> {
        let Forecast { new_crates, updates, seconds } = self.forecast();
        let Some(credentials) = self.credentials.filter(|_| new_crates + updates > 0) else { return Vec::new() };
        let is_new =
            |facts: &&CrateFacts| self.index.get(&facts.name).and_then(Observed::known).is_some_and(BTreeMap::is_empty);
        let new: Vec<&CrateFacts> = self.packaged.iter().map(|it| &it.facts).filter(is_new).collect();
        tokens::judge(credentials, &new, seconds)
    }
}

/// Circles that dev-dependencies with a version close: our upload minds them not, but plain `cargo publish` would stop there.
/// Nothing where the crates have no order at all.
pub fn dev_circles(workspace: &Workspace, publish: &Publish) -> Vec<Finding> {
    let circles = workspace.dev_circles(publish).unwrap_or_default();
    let said = circles.into_iter().map(|circle| {
        let detail = format!("a dev-dependency with a version closes a circle: {}", circle.join(" -> "));
        let help = "take the version off that dev-dependency and leave its path, or `cargo publish` cannot verify it";
        release("versioned-dev-circle", detail, help)
    });
    said.collect()
}

/// Something to know of the release as a whole.
pub(super) fn release(kind: &str, detail: String, help: &str) -> Finding {
    Finding {
        kind: kind.to_owned(),
        severity: Severity::Information,
        subject: "the release".to_owned(),
        detail,
        help: help.to_owned(),
        rule: Rule::X12,
        date: None,
        evidence: None,
        file: None,
        line: None,
    }
}
