//! The world as one comparable value: all that anyone can see of it, and nothing of how it came about.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use stationmaster_core::model::{CommitId, ForgeRelease, IndexVersion, PullRequest, PullRequestState, RepositoryName};

use crate::{
    forge::seen,
    world::{SimWorld, Site, State},
};

/// What can be seen. Moments are rounded to days: a run that was stopped and started anew takes longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The project's own repository.
    pub own: SitePicture,
    /// Others, by name.
    pub others: BTreeMap<RepositoryName, SitePicture>,
    /// What the registry accepted.
    pub crates: BTreeMap<String, IndexVersion>,
}

/// What can be seen of a repository and its forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePicture {
    /// Branches.
    pub branches: BTreeMap<String, CommitId>,
    /// Tags: commit, annotation and day.
    pub tags: BTreeMap<String, (CommitId, String, i64)>,
    /// Pull requests by head branch, and the days on which they were opened and merged. Their numbers are left out: where one
    /// could not be opened at once, another gets its number.
    pub pull_requests: Vec<(PullRequest, Date, Option<Date>)>,
    /// Releases on the forge.
    pub releases: BTreeMap<String, ForgeRelease>,
}

/// What can be seen, and what lies about unseen. Two worlds that agree in it have the same future.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substance {
    /// What can be seen.
    pub picture: Picture,
    /// All commits, also those that no branch holds.
    pub commits: BTreeSet<CommitId>,
    /// Checksums of all packaged crates.
    pub staging: BTreeSet<String>,
    /// Archives that are kept, by commit.
    pub archives: BTreeSet<(CommitId, String)>,
    /// Versions that the index does not show yet.
    pub hidden: usize,
    /// The day.
    pub today: Date,
}

impl SimWorld {
    /// All that matters for what comes next.
    pub fn substance(&self) -> Substance {
        let picture = self.picture();
        let state = self.state();
        let accepted = state.registry.crates.values().flat_map(BTreeMap::values);
        Substance {
            picture,
            commits: sites(&state).flat_map(|site| site.repository.ids()).cloned().collect(),
            staging: state.staging.keys().cloned().collect(),
            archives: state.workshop.kept.clone(),
            hidden: accepted.filter(|accepted| accepted.hidden.is_some()).count(),
            today: state.today(),
        }
    }

    /// What can be seen now.
    pub fn picture(&self) -> Picture {
        let state = self.state();
        let crates = state.registry.crates.iter().flat_map(|(name, versions)| {
            versions.iter().map(move |(version, accepted)| (format!("{name} {version}"), accepted.entry.clone()))
        });
        Picture {
            own: of_site(&state.own),
            others: state.others.iter().map(|(name, site)| (name.clone(), of_site(site))).collect(),
            crates: crates.collect(),
        }
    }
}

fn sites(state: &State) -> impl Iterator<Item = &Site> {
    [&state.own].into_iter().chain(state.others.values())
}

fn of_site(site: &Site) -> SitePicture {
    let tags = site.repository.tags.iter();
    let mut pull_requests: Vec<_> = site.forge.pull_requests.values().map(|pr| rounded(&seen(site, pr))).collect();
    pull_requests.sort_by(|a, b| a.0.head.cmp(&b.0.head));
    SitePicture {
        branches: site.repository.branches.clone(),
        tags: tags
            .map(|(name, tag)| (name.clone(), (tag.commit.clone(), tag.message.clone(), tag.seconds / 86_400)))
            .collect(),
        pull_requests,
        releases: site.forge.releases.clone(),
    }
}

fn rounded(pr: &PullRequest) -> (PullRequest, Date, Option<Date>) {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let mut pr = PullRequest { number: 0, ..pr.clone() };
    let opened = std::mem::replace(&mut pr.opened, Timestamp::UNIX_EPOCH);
    let merged = match &mut pr.state {
        PullRequestState::Merged { at, .. } => Some(day(std::mem::replace(at, Timestamp::UNIX_EPOCH))),
        PullRequestState::Open | PullRequestState::Closed => None,
    };
    (pr, day(opened), merged)
}
