//! What every kind of step is judged by: the policy, what was seen, the whole plan; and what is read from them once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};
use semver::Version;

use super::{Breach, Invariant, breach};
use crate::{
    calendar::{Calendar, Train, is_over},
    facts::Facts,
    model::{
        CheckState, CommitId, Condition, ForgeRelease, IndexStanding, LineName, Observed, Packages, PullRequest,
        PullRequestState, day_of,
    },
    policy::{Policy, Publish, Rules},
    releases::Releases,
    step::Plan,
    workspace::{Package, Workspace},
};

/// How far ahead trains are looked for: main may be moved on to one long before its cut.
const AHEAD_DAYS: i64 = 400;

/// Head branches of our pull requests start so: written on every forge, and not the planner's to change.
pub(super) const HEADS: &str = "stationmaster/";

/// What is judged, and by what.
pub(super) struct Case<'a> {
    pub(super) policy: &'a Policy,
    pub(super) seen: &'a Facts,
    pub(super) plan: &'a Plan,
    /// What the tags say is released.
    pub(super) releases: Releases<'a>,
    trains: BTreeMap<LineName, Train>,
}

impl<'a> Case<'a> {
    pub(super) fn new(policy: &'a Policy, seen: &'a Facts, plan: &'a Plan) -> Self {
        let until = seen.today.saturating_add(AHEAD_DAYS.days());
        let trains = Calendar::new(policy, Date::MIN, until).trains.into_iter().map(|train| (train.line, train));
        Self { policy, seen, plan, releases: Releases::of(&policy.project, seen), trains: trains.collect() }
    }

    /// The train that opens a version's line.
    pub(super) fn train_of(&self, version: &Version) -> Option<&Train> {
        self.trains.get(&LineName::of(version))
    }

    /// The rules that a version leaves by: those of its line's cut; where the calendar does not know the line any more, those of
    /// the day on which the release was merged.
    pub(super) fn rules_of(&self, version: &Version) -> &'a Rules {
        let merged = || self.merged_for(version).last().map_or(self.seen.today, |(pull, _)| day_of_merge(pull));
        self.train_of(version).map_or_else(|| self.policy.on(merged()), |train| train.rules(self.policy))
    }

    /// The name of the tag of a version.
    pub(super) fn tag_of(&self, version: &Version) -> String {
        self.policy.project.tag.with(version)
    }

    /// The name of the branch of a version's line.
    pub(super) fn branch_of(&self, version: &Version) -> String {
        self.policy.project.release_branch.with(&LineName::of(version).first_version())
    }

    /// Where a branch is.
    pub(super) fn branch(&self, name: &str) -> Option<&'a CommitId> {
        self.seen.own.branch(name)
    }

    /// Where a tag is.
    pub(super) fn tag(&self, name: &str) -> Option<&'a CommitId> {
        self.seen.own.tag(name)
    }

    /// Our pull requests, as far as they are known.
    pub(super) fn pulls(&self) -> impl Iterator<Item = &'a PullRequest> + use<'a> {
        self.seen.own.pulls()
    }

    /// The pull requests whose merge makes a release or candidate, and the commits that they were merged as.
    pub(super) fn merged_for(
        &self,
        version: &Version,
    ) -> impl Iterator<Item = (&'a PullRequest, &'a CommitId)> + use<'a> {
        let kind = if version.pre.is_empty() { "release" } else { "candidate" };
        self.merged_from(&format!("{HEADS}{kind}-{version}"))
    }

    /// The pull requests from a head branch that are merged, and the commits that they were merged as.
    pub(super) fn merged_from(&self, head: &str) -> impl Iterator<Item = (&'a PullRequest, &'a CommitId)> + use<'a> {
        let head = head.to_owned();
        self.pulls().filter(move |pull| pull.head == head).filter_map(|pull| match &pull.state {
            PullRequestState::Merged { commit, .. } => Some((pull, commit)),
            PullRequestState::Open | PullRequestState::Closed => None,
        })
    }

    /// The checks of a pull request have passed, by the policy of its day.
    pub(super) fn is_green(&self, pull: &PullRequest) -> bool {
        self.policy.checks_of(pull, self.seen.today) == CheckState::Green
    }

    /// That a pull request is merged as a commit, and green.
    pub(super) fn merged(&self, pull: &PullRequest, commit: &CommitId) -> Condition {
        let checks = self.policy.required_checks(pull, self.seen.today).to_vec();
        Condition::PullRequestMerged { number: pull.number, commit: commit.clone(), checks }
    }

    /// The support of a line has not ended, by the calendar.
    pub(super) fn is_open(&self, line: LineName) -> bool {
        self.trains.get(&line).is_some_and(|train| !is_over(train.end_of_life, self.seen.today))
    }

    /// The release of a tag on the forge, as far as that is known.
    pub(super) fn forge_release(&self, tag: &str) -> Option<&'a ForgeRelease> {
        self.seen.own.forge_release(tag)
    }

    /// The workspace at a commit.
    pub(super) fn workspace(&self, commit: &CommitId) -> Result<Workspace, String> {
        match self.seen.own.files.get(commit) {
            Some(Observed::Known(files)) => Workspace::read(files).map_err(|error| error.to_string()),
            _ => Err(format!("the files of {} were not seen", commit.short())),
        }
    }

    /// What is wrong with a tag as that of a version at a commit: it has another name, or is not there.
    pub(super) fn untagged(&self, version: &Version, tag: &str, commit: Option<&CommitId>) -> Vec<Breach> {
        let named = (self.tag_of(version) != tag)
            .then(|| breach(Invariant::Misnamed, format!("`{tag}` is not the tag of {version}")));
        let at = match (self.tag(tag), commit) {
            (None, _) => Some(format!("there is no tag `{tag}`")),
            (Some(at), Some(commit)) if at != commit => Some(format!("`{tag}` is not at {}", commit.short())),
            (Some(_), _) => None,
        };
        named.into_iter().chain(at.map(|detail| breach(Invariant::WithoutTag, detail))).collect()
    }

    /// A crate of a tagged release that the index is not known to have, with our bytes and not yanked.
    pub(super) fn crate_missing(&self, version: &Version, commit: &CommitId) -> Option<Breach> {
        let publish = &self.rules_of(version).publish;
        if !publish.enabled {
            return None;
        }
        let detail = match self.workspace(commit) {
            Err(why) => Some(format!("the crates of {} are not known: {why}", commit.short())),
            Ok(workspace) => published(&workspace, publish).find_map(|package| {
                let is_ours = self.our_checksum(commit, &package.name).is_some_and(|ours| {
                    let versions = self.seen.index.get(&package.name).and_then(Observed::known);
                    versions.is_some_and(|all| IndexStanding::of(all, &package.version, ours) == IndexStanding::Ours)
                });
                (!is_ours).then(|| format!("{} {} is not known to be in the index", package.name, package.version))
            }),
        };
        detail.map(|detail| breach(Invariant::BeforeItsCrates, detail))
    }

    /// The checksum of a crate as it was packaged from a commit.
    pub(super) fn our_checksum(&self, commit: &CommitId, name: &str) -> Option<&'a str> {
        match self.seen.own.packages.get(commit).and_then(Observed::known)? {
            Packages::Whole(all) => all.iter().find(|it| it.facts.name == name).map(|it| it.checksum.as_str()),
            Packages::Refused(_) => None,
        }
    }

    /// The files that lie beside a release by the rules it leaves by: its archives, and what is always beside them.
    pub(super) fn files_of(&self, version: &Version) -> BTreeSet<String> {
        let rules = self.rules_of(version);
        let mut names = BTreeSet::new();
        for artifact in &rules.artifacts {
            for target in artifact.targets() {
                let stem = artifact.stem(&self.policy.project.name, version, target);
                names.extend(artifact.formats_for(target).iter().map(|format| format!("{stem}.{format}")));
            }
        }
        if !names.is_empty() {
            let (key, identity) = (rules.provenance.key.is_some(), rules.provenance.identity.is_some());
            names.insert("SHA256SUMS".to_owned());
            names.extend(key.then(|| "SHA256SUMS.minisig".to_owned()));
            names.extend((key || !identity).then(|| "provenance.intoto.jsonl".to_owned()));
            names.extend(identity.then(|| "provenance.sigstore.json".to_owned()));
        }
        names
    }
}

/// The packages of a workspace that go to the registry.
pub(super) fn published<'w>(workspace: &'w Workspace, publish: &'w Publish) -> impl Iterator<Item = &'w Package> {
    workspace.packages.iter().filter(|package| package.is_published(publish))
}

/// The day of a merge, at UTC; of the opening, where it is not merged.
fn day_of_merge(pull: &PullRequest) -> Date {
    let at = match &pull.state {
        PullRequestState::Merged { at, .. } => *at,
        PullRequestState::Open | PullRequestState::Closed => pull.opened,
    };
    day_of(at)
}
