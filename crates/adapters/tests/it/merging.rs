//! Merging a pull request, with everything real but the registry.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_adapters::{
    clock::SimulatedClock, forge::LocalForge, git::Repository, journal::SqliteJournal, signing::LocalNotary,
};
use stationmaster_core::{
    artifact::Job,
    model::{
        CheckOutcome, CommitId, CommitSpec, CrateFacts, CrateRelease, CrateVersions, Credential, DraftChange,
        JournalEvent, Machine, Observed, PullRequestDraft, PullRequestState, UploadKind, WaitReason,
    },
    policy::Policy,
};
use stationmaster_engine::{
    merge::{Brought, MergeError, bring, merge_message, merge_pull_request},
    ports::{
        Builder, Forge, Journal, MergeRecords as _, MergeSpec, PortError, PortResult, Registry, RepositoryPorts,
        StagedCrate, UploadReply, Workshop, Workshops, World,
    },
    progress::Silent,
};

use crate::scratch::{Scratch, identity};

fn spec(head: &CommitId, message: &str) -> MergeSpec {
    let (identity, seconds) = identity();
    MergeSpec { head: head.clone(), message: message.to_owned(), identity, seconds }
}

/// No part of a merge.
pub(crate) struct Unused;

#[async_trait]
impl Workshops for Unused {
    async fn look(&self, _commit: &CommitId, _folder: &str, _jobs: &[Job]) -> PortResult<Machine> {
        panic!("a merge builds nothing")
    }
    async fn open(&self, _commit: &CommitId, _folder: &str) -> PortResult<Box<dyn Workshop>> {
        panic!("a merge builds nothing")
    }
}

#[async_trait]
impl Builder for Unused {
    async fn stage(&self, _commit: &CommitId, _crates: &[CrateRelease]) -> PortResult<Vec<StagedCrate>> {
        panic!("a merge builds nothing")
    }
    async fn facts(&self, _staged: &[StagedCrate]) -> PortResult<Vec<CrateFacts>> {
        panic!("a merge builds nothing")
    }
}

#[async_trait]
impl Registry for Unused {
    async fn index(&self, _names: &[String]) -> BTreeMap<String, Observed<CrateVersions>> {
        panic!("a merge asks no registry")
    }
    async fn owners(&self, _name: &str) -> PortResult<BTreeSet<String>> {
        panic!("a merge asks no registry")
    }
    async fn credential(&self, _kind: UploadKind) -> PortResult<Credential> {
        panic!("a merge uploads nothing")
    }
    async fn upload(&self, _staged: &StagedCrate, _kind: UploadKind) -> PortResult<UploadReply> {
        panic!("a merge uploads nothing")
    }
    async fn finish(&self) -> PortResult<()> {
        panic!("a merge uploads nothing")
    }
    async fn yank(&self, _name: &str, _version: &semver::Version) -> PortResult<UploadReply> {
        panic!("a merge withdraws nothing")
    }
}

struct Fixture {
    scratch: Scratch,
    git: Repository,
    forge: LocalForge,
    journal: SqliteJournal,
    clock: SimulatedClock,
    policy: Policy,
    head: CommitId,
    number: u64,
}

impl Fixture {
    /// One open pull request that adds a file to `main`, which has moved since.
    async fn new(gates: &str) -> Self {
        let scratch = Scratch::with_files();
        let git = scratch.open();
        let start: Timestamp = "2025-01-06T09:00:00Z".parse().expect("a time");
        let clock = SimulatedClock::open(scratch.folder().join("clock"), start).expect("a clock");
        let forge = LocalForge::open(&git.state_dir(), &git);
        scratch.run(&["switch", "-qc", "stationmaster/bump-2.0.0"]);
        scratch.write("bumped", "2.0.0\n");
        let head = scratch.commit("Bump to 2.0.0");
        scratch.run(&["switch", "-q", "main"]);
        scratch.write("other", "work\n");
        let parent = scratch.commit("Other work");
        let (identity, seconds) = identity();
        let commit = CommitSpec {
            parent,
            edits: Vec::new(),
            removed: Vec::new(),
            message: "unused\n".to_owned(),
            identity,
            seconds,
        };
        let draft = PullRequestDraft {
            head: "stationmaster/bump-2.0.0".to_owned(),
            base: "main".to_owned(),
            title: "Bump to 2.0.0".to_owned(),
            body: String::new(),
            replaces: None,
            change: DraftChange::Commit(commit),
        };
        let number = forge.open_pull_request(&draft, &head, start).await.expect("opened");
        let text = format!(
            "[project]\nname = \"Demo\"\nidentity = {{ name = \"Release Bot\", email = \"bot@example.org\" }}\n\n\
             [train]\ncadence = {{ monthly = 5 }}\nrelease = \"on-merge\"\nfirst = {{ version = \"1.0.0\", cut = 2024-12-05 }}\n\n\
             [[group]]\nname = \"demo\"\nmembers = [\"*\"]\n\n[support]\nlatest = 2\n\n{gates}"
        );
        let policy = Policy::parse(&text).unwrap_or_else(|error| panic!("line {}: {error}", error.line()));
        let journal = SqliteJournal::open(&git.state_dir());
        Self { scratch, git, forge, journal, clock, policy, head, number }
    }

    async fn merge(&self, by: &str) -> Result<CommitId, MergeError> {
        let store = self.git.state_dir().join("attested");
        let notary = LocalNotary { key: None, vouching: None, policy: None, tool: String::new(), store };
        let own = RepositoryPorts {
            objects: &self.git,
            refs: &self.git,
            forge: &self.forge,
            builder: &Unused,
            workshops: &Unused,
        };
        let world = World {
            here: own,
            own,
            others: BTreeMap::new(),
            registry: &Unused,
            notary: &notary,
            journal: &self.journal,
            clock: &self.clock,
            progress: &Silent,
            who: "ann@desk",
        };
        merge_pull_request(&world, &self.forge, &self.policy, self.number, by).await
    }

    async fn state(&self) -> PullRequestState {
        self.forge.get(self.number).await.expect("there").state
    }
}

#[tokio::test]
async fn a_merge_moves_the_branch_and_is_recorded_with_a_name() {
    let fixture = Fixture::new("").await;
    let commit = fixture.merge("ann").await.expect("merged");
    assert_eq!(fixture.scratch.id("main"), commit);
    assert_eq!(fixture.scratch.run(&["show", "main:bumped"]), "2.0.0");
    assert_eq!(fixture.scratch.run(&["log", "-1", "--format=%s", "main"]), "Bump to 2.0.0 (#1)");
    let at = fixture.clock_now();
    assert_eq!(fixture.state().await, PullRequestState::Merged { commit: commit.clone(), at, by: "ann".to_owned() });
    let entries = fixture.journal.entries().await.expect("entries");
    assert!(matches!(&entries[..], [entry] if matches!(&entry.event, JournalEvent::Decision { .. })));
    let again = fixture.merge("bob").await;
    assert_eq!(again, Err(MergeError::AlreadyMerged { number: 1, commit, by: "ann".to_owned() }));
}

impl Fixture {
    fn clock_now(&self) -> Timestamp {
        stationmaster_engine::ports::Clock::now(&self.clock)
    }
}

#[tokio::test]
async fn stopped_between_branch_and_record_the_same_merge_is_finished_and_not_done_twice() {
    let fixture = Fixture::new("").await;
    let head = &fixture.head;
    let done = bring(&fixture.git, &fixture.git, "main", &spec(head, "Bump to 2.0.0 (#1)\n")).await.expect("merged");
    let later = "2025-01-07T12:00:00Z".parse().expect("a time");
    fixture.clock.advance_to(later).expect("moved");
    let tip = fixture.scratch.id("main");
    let commit = fixture.merge("ann").await.expect("finished");
    assert_eq!(Brought::By(commit), done);
    assert_eq!(fixture.scratch.id("main"), tip);
    assert!(matches!(fixture.state().await, PullRequestState::Merged { .. }));
}

fn held(by: Vec<WaitReason>) -> MergeError {
    MergeError::Held { number: 1, by }
}

fn checks(failed: bool) -> WaitReason {
    WaitReason::Checks { number: 1, failed }
}

fn approvals(missing: u32) -> WaitReason {
    WaitReason::Approval { number: 1, missing }
}

#[tokio::test]
async fn what_the_policy_asks_for_comes_first() {
    let fixture = Fixture::new("[gates]\napprovals = 2\nchecks = [\"test\"]\n").await;
    let before = fixture.scratch.id("main");
    fixture.forge.approve(1, "ann", fixture.clock_now()).await.expect("approved");
    assert_eq!(fixture.merge("ann").await, Err(held(vec![checks(false), approvals(1)])));
    fixture.forge.approve(1, "bob", fixture.clock_now()).await.expect("approved");
    assert_eq!(fixture.merge("ann").await, Err(held(vec![checks(false)])));
    fixture.forge.report_check(&fixture.head, "test", CheckOutcome::Failure).await.expect("reported");
    assert_eq!(fixture.merge("ann").await, Err(held(vec![checks(true)])));
    assert_eq!(fixture.scratch.id("main"), before);
    assert!(fixture.journal.entries().await.expect("entries").is_empty(), "nothing was decided");
    fixture.forge.report_check(&fixture.head, "test", CheckOutcome::Success).await.expect("reported");
    fixture.merge("ann").await.expect("merged");
}

#[tokio::test]
async fn what_a_person_adds_to_the_branch_is_merged_too_and_approved_anew() {
    let fixture = Fixture::new("[gates]\napprovals = 1\n").await;
    fixture.forge.approve(1, "ann", fixture.clock_now()).await.expect("approved");
    fixture.scratch.run(&["switch", "-q", "stationmaster/bump-2.0.0"]);
    fixture.scratch.write("notes", "by hand\n");
    let added = fixture.scratch.commit("Better notes");
    fixture.scratch.run(&["switch", "-q", "main"]);
    assert_eq!(fixture.merge("ann").await, Err(held(vec![approvals(1)])));
    assert_eq!(fixture.forge.get(1).await.expect("there").head_commit, added);
    fixture.forge.approve(1, "ann", fixture.clock_now()).await.expect("approved");
    fixture.merge("ann").await.expect("merged");
    assert_eq!(fixture.scratch.run(&["show", "main:notes"]), "by hand");
}

#[tokio::test]
async fn a_conflict_names_the_paths() {
    let fixture = Fixture::new("").await;
    fixture.scratch.write("bumped", "something else\n");
    let before = fixture.scratch.commit("In the way");
    let conflict = MergeError::Conflict { number: 1, paths: vec!["bumped".to_owned()] };
    assert_eq!(fixture.merge("ann").await, Err(conflict.clone()));
    assert_eq!(fixture.scratch.id("main"), before);
    let port: PortError = conflict.into();
    let why = "pull request 1 conflicts with its base in bumped".to_owned();
    assert_eq!(port, PortError::Refused { what: "the merge".to_owned(), why });
}

#[tokio::test]
async fn a_closed_pull_request_is_not_merged_and_a_missing_one_is_missing() {
    let mut fixture = Fixture::new("").await;
    fixture.forge.claim(1).await.expect("claimed").closed().await.expect("closed");
    assert_eq!(fixture.merge("ann").await, Err(MergeError::Closed { number: 1 }));
    fixture.number = 7;
    let missing = MergeError::Port(PortError::Missing { what: "pull request 7".to_owned() });
    assert_eq!(fixture.merge("ann").await, Err(missing));
}

#[tokio::test]
async fn while_a_merge_is_under_way_nobody_closes_the_pull_request() {
    let fixture = Fixture::new("").await;
    let merging = fixture.forge.claim(1).await.expect("claimed");
    let other = LocalForge::open(&fixture.git.state_dir(), &fixture.git);
    let close = tokio::spawn(async move {
        let claim = other.claim(1).await?;
        let seen = claim.pull_request().state.clone();
        claim.closed().await.map(|()| seen)
    });
    tokio::task::yield_now().await;
    let message = merge_message(merging.pull_request());
    let merged = bring(&fixture.git, &fixture.git, "main", &spec(&fixture.head, &message)).await.expect("merged");
    let Brought::By(commit) = merged else { panic!("no conflict") };
    merging.merged(&commit, fixture.clock_now(), "ann").await.expect("recorded");
    let closed = close.await.expect("it ends");
    assert!(matches!(closed, Err(PortError::Moved { .. })), "{closed:?}");
    assert!(matches!(fixture.state().await, PullRequestState::Merged { .. }));
}

#[tokio::test]
async fn whoever_merges_first_decides_and_main_and_the_record_agree() {
    for _ in 0..6 {
        let fixture = Fixture::new("").await;
        let before = fixture.scratch.id("main");
        let other = LocalForge::open(&fixture.git.state_dir(), &fixture.git);
        let close = async { other.claim(1).await?.closed().await };
        let (merged, closed) = tokio::join!(fixture.merge("ann"), close);
        let is_on_main = fixture.scratch.id("main") != before;
        let is_recorded = matches!(fixture.state().await, PullRequestState::Merged { .. });
        assert_eq!((merged.is_ok(), closed.is_err()), (is_on_main, is_on_main));
        assert_eq!(is_recorded, is_on_main);
    }
}

#[tokio::test]
async fn a_merge_that_was_stopped_before_its_record_is_seen_on_the_branch() {
    for parted in [false, true] {
        let fixture = Fixture::new("").await;
        if parted {
            fixture.scratch.write("other", "meanwhile\n");
            fixture.scratch.commit("Meanwhile");
        }
        let message = merge_message(&fixture.forge.get(1).await.expect("there"));
        let brought = || fixture.git.merged_as("main", &fixture.head, &message).expect("looked");
        assert_eq!(brought(), None);
        let done = bring(&fixture.git, &fixture.git, "main", &spec(&fixture.head, &message)).await.expect("merged");
        assert_eq!(brought().map(Brought::By), Some(done));
    }
}
