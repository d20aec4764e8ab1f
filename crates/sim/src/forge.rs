//! The forge: pull requests, checks, approvals, releases.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{
    CheckOutcome, CheckState, Checks, CommitId, ForgeRelease, ForgeReleaseDraft, PullRequest, PullRequestDraft,
    PullRequestState,
};
use stationmaster_engine::ports::{ArchiveFile, Forge, PortResult};

use crate::{
    event::Event,
    gate::EffectKind,
    invariants::Breach,
    process::{Process, failed, missing, moved},
    world::Site,
};

/// What the forge holds.
#[derive(Debug, Clone)]
pub struct ForgeState {
    /// By number, from 1.
    pub pull_requests: BTreeMap<u64, PullRequest>,
    /// Labels by the number of the pull request.
    pub labels: BTreeMap<u64, BTreeSet<String>>,
    /// Releases by tag.
    pub releases: BTreeMap<String, ForgeRelease>,
    /// What checks say of a commit.
    pub checks: BTreeMap<CommitId, CheckState>,
    /// What checks say of any other commit.
    pub usual_checks: CheckState,
    /// It answers nothing.
    pub down: bool,
}

impl Default for ForgeState {
    fn default() -> Self {
        Self {
            pull_requests: BTreeMap::new(),
            labels: BTreeMap::new(),
            releases: BTreeMap::new(),
            checks: BTreeMap::new(),
            usual_checks: CheckState::Green,
            down: false,
        }
    }
}

impl ForgeState {
    /// What checks say of a commit.
    pub fn checks_of(&self, commit: &CommitId) -> CheckState {
        self.checks.get(commit).copied().unwrap_or(self.usual_checks)
    }

    /// The open pull request of a head branch.
    pub fn open(&self, head: &str) -> Option<&PullRequest> {
        self.pull_requests.values().find(|pr| pr.head == head && pr.state == PullRequestState::Open)
    }

    /// Show one release as the newest, and no other. False where it was so already.
    fn show_latest(&mut self, tag: &str) -> bool {
        let mut changed = false;
        for release in self.releases.values_mut() {
            let latest = release.tag == tag;
            changed |= latest && !release.latest;
            release.latest = latest;
        }
        changed
    }
}

/// The one check of this forge.
const CHECK: &str = "ci";

/// A pull request as it is seen now: at the head of its branch, with what its check says.
pub(crate) fn seen(site: &Site, stored: &PullRequest) -> PullRequest {
    let mut pr = stored.clone();
    if let Some(head) = site.repository.branches.get(&pr.head).filter(|_| pr.state == PullRequestState::Open)
        && pr.head_commit != *head
    {
        pr.head_commit = head.clone();
        pr.approvals.clear();
    }
    let judged = match &pr.state {
        PullRequestState::Merged { commit, .. } => commit,
        PullRequestState::Open | PullRequestState::Closed => &pr.head_commit,
    };
    let said = match site.forge.checks_of(judged) {
        CheckState::Green => CheckOutcome::Success,
        CheckState::Pending => CheckOutcome::Pending,
        CheckState::Failed => CheckOutcome::Failure,
    };
    pr.checks = Checks::from([(CHECK.to_owned(), said)]);
    pr
}

fn up(site: &Site, what: &str) -> PortResult<()> {
    if site.forge.down { Err(failed(what, "the forge is down")) } else { Ok(()) }
}

#[async_trait]
impl Forge for Process {
    async fn pull_requests(&self, prefix: &str) -> PortResult<Vec<PullRequest>> {
        self.turn().await;
        self.ask_outside("list of pull requests", |state| {
            let site = state.at(self.here());
            up(site, "list of pull requests")?;
            let ours = site.forge.pull_requests.values().filter(|pr| pr.head.starts_with(prefix));
            Ok(ours.map(|pr| seen(site, pr)).collect())
        })
    }

    async fn open_pull_request(&self, draft: &PullRequestDraft, head: &CommitId, at: Timestamp) -> PortResult<u64> {
        self.turn().await;
        self.effect(EffectKind::OpenPullRequest, |state| {
            let site = state.at(self.here());
            up(site, "pull request")?;
            if site.repository.branches.get(&draft.head) != Some(head) {
                return Err(missing(format!("branch {} at {head}", draft.head)));
            }
            if !site.repository.branches.contains_key(&draft.base) {
                return Err(missing(format!("branch {}", draft.base)));
            }
            if let Some(open) = site.forge.open(&draft.head) {
                return Ok((open.number, Vec::new()));
            }
            let number = site.forge.pull_requests.keys().last().copied().unwrap_or(0) + 1;
            let pr = PullRequest {
                number,
                url: None,
                head: draft.head.clone(),
                base: draft.base.clone(),
                head_commit: head.clone(),
                title: draft.title.clone(),
                body: draft.body.clone(),
                opened: at,
                state: PullRequestState::Open,
                checks: Checks::new(),
                approvals: Vec::new(),
            };
            site.forge.pull_requests.insert(number, pr);
            let opened = Event::PullRequestOpened {
                number,
                head: draft.head.clone(),
                base: draft.base.clone(),
                title: draft.title.clone(),
            };
            Ok((number, vec![opened]))
        })
    }

    async fn refresh_pull_request(&self, number: u64, draft: &PullRequestDraft, head: &CommitId) -> PortResult<()> {
        self.turn().await;
        self.effect(EffectKind::RefreshPullRequest, |state| {
            let site = state.at(self.here());
            up(site, "pull request")?;
            let stored = site.forge.pull_requests.get_mut(&number);
            let pr = stored.ok_or_else(|| missing(format!("pull request {number}")))?;
            if pr.state != PullRequestState::Open {
                return Err(moved(format!("pull request {number}"), "it is not open".to_owned()));
            }
            let before = pr.clone();
            if pr.head_commit != *head {
                pr.approvals.clear();
            }
            pr.head_commit = head.clone();
            pr.base.clone_from(&draft.base);
            pr.title.clone_from(&draft.title);
            pr.body.clone_from(&draft.body);
            if *pr == before {
                return Ok(((), Vec::new()));
            }
            Ok(((), vec![Event::PullRequestRefreshed { number, head: head.clone() }]))
        })
    }

    async fn labels(&self, number: u64) -> PortResult<BTreeSet<String>> {
        self.turn().await;
        self.ask_outside("labels", |state| {
            let site = state.at(self.here());
            up(site, "labels")?;
            Ok(site.forge.labels.get(&number).cloned().unwrap_or_default())
        })
    }

    async fn releases(&self) -> PortResult<BTreeMap<String, ForgeRelease>> {
        self.turn().await;
        self.ask_outside("list of releases", |state| {
            let site = state.at(self.here());
            up(site, "list of releases")?;
            Ok(site.forge.releases.clone())
        })
    }

    async fn create_release(&self, draft: &ForgeReleaseDraft) -> PortResult<()> {
        self.turn().await;
        self.effect(EffectKind::CreateRelease, |state| {
            let site = state.at(self.here());
            up(site, "release")?;
            if !site.repository.tags.contains_key(&draft.tag) {
                return Err(missing(format!("tag {}", draft.tag)));
            }
            if site.forge.releases.contains_key(&draft.tag) {
                return Ok(((), Vec::new()));
            }
            let release = ForgeRelease {
                tag: draft.tag.clone(),
                title: draft.title.clone(),
                notes: draft.notes.clone(),
                prerelease: draft.prerelease,
                latest: false,
                hidden: draft.hidden,
                files: BTreeMap::new(),
            };
            site.forge.releases.insert(draft.tag.clone(), release);
            if draft.hidden {
                return Ok(((), vec![Event::ReleaseHidden { tag: draft.tag.clone() }]));
            }
            if draft.latest {
                site.forge.show_latest(&draft.tag);
            }
            let created =
                Event::ReleaseCreated { tag: draft.tag.clone(), prerelease: draft.prerelease, latest: draft.latest };
            Ok(((), vec![created]))
        })
    }

    async fn show_release(&self, tag: &str, latest: bool) -> PortResult<()> {
        self.turn().await;
        self.effect(EffectKind::CreateRelease, |state| {
            let site = state.at(self.here());
            up(site, "release")?;
            let release = site.forge.releases.get_mut(tag).ok_or_else(|| missing(format!("release {tag}")))?;
            if !std::mem::take(&mut release.hidden) {
                return Ok(((), Vec::new()));
            }
            let prerelease = release.prerelease;
            if latest {
                site.forge.show_latest(tag);
            }
            Ok(((), vec![Event::ReleaseCreated { tag: tag.to_owned(), prerelease, latest }]))
        })
    }

    async fn put_file(&self, tag: &str, file: &ArchiveFile) -> PortResult<()> {
        self.turn().await;
        self.effect(EffectKind::PutFile, |state| {
            let site = state.at(self.here());
            up(site, "file of a release")?;
            let release = site.forge.releases.get_mut(tag).ok_or_else(|| missing(format!("release {tag}")))?;
            if release.files.get(&file.name) == Some(&file.digest) {
                return Ok(((), Vec::new()));
            }
            if !release.hidden {
                let what = format!("{} of release {tag}", file.name);
                return Err(moved(what, "the release is shown".to_owned()));
            }
            if release.files.insert(file.name.clone(), file.digest).is_some() {
                state.breaches.push(Breach::FileReplaced { tag: tag.to_owned(), name: file.name.clone() });
            }
            Ok(((), vec![Event::FilePut { tag: tag.to_owned(), name: file.name.clone() }]))
        })
    }

    async fn add_file(&self, tag: &str, file: &ArchiveFile) -> PortResult<bool> {
        self.turn().await;
        self.effect(EffectKind::PutFile, |state| {
            let site = state.at(self.here());
            up(site, "file of a release")?;
            let release = site.forge.releases.get_mut(tag).ok_or_else(|| missing(format!("release {tag}")))?;
            if release.files.contains_key(&file.name) {
                return Ok((false, Vec::new()));
            }
            if !release.hidden {
                let what = format!("{} of release {tag}", file.name);
                return Err(moved(what, "the release is shown".to_owned()));
            }
            release.files.insert(file.name.clone(), file.digest);
            Ok((true, vec![Event::FilePut { tag: tag.to_owned(), name: file.name.clone() }]))
        })
    }

    async fn remove_file(&self, tag: &str, name: &str) -> PortResult<bool> {
        self.turn().await;
        self.effect(EffectKind::RemoveFile, |state| {
            let site = state.at(self.here());
            up(site, "file of a release")?;
            let release = site.forge.releases.get_mut(tag).filter(|release| release.files.contains_key(name));
            let Some(release) = release else { return Ok((false, Vec::new())) };
            if !release.hidden {
                let what = format!("{name} of release {tag}");
                return Err(moved(what, "the release is shown".to_owned()));
            }
            release.files.remove(name);
            Ok((true, vec![Event::FileRemoved { tag: tag.to_owned(), name: name.to_owned() }]))
        })
    }

    async fn get_file(&self, tag: &str, name: &str, _into: &Path) -> PortResult<()> {
        self.turn().await;
        self.ask_outside("file of a release", |state| {
            let site = state.at(self.here());
            up(site, "file of a release")?;
            let release = site.forge.releases.get(tag);
            let there = release.is_some_and(|release| release.files.contains_key(name));
            // Files have no bytes in a pretend world: there is nothing to copy.
            if there { Ok(()) } else { Err(missing(format!("{name} of release {tag}"))) }
        })
    }

    async fn mark_latest(&self, tag: &str) -> PortResult<()> {
        self.turn().await;
        self.effect(EffectKind::MarkLatest, |state| {
            let site = state.at(self.here());
            up(site, "release")?;
            let release = site.forge.releases.get(tag).ok_or_else(|| missing(format!("release {tag}")))?;
            if release.hidden {
                return Err(moved(format!("release {tag}"), "it is hidden".to_owned()));
            }
            let changed = site.forge.show_latest(tag);
            Ok(((), if changed { vec![Event::LatestMarked { tag: tag.to_owned() }] } else { Vec::new() }))
        })
    }
}
