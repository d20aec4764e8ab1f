//! Pull requests, and the world that the suite of a forge needs.

use std::{collections::BTreeSet, path::PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{
    CommitId, CommitSpec, DraftChange, Identity, PullRequest, PullRequestDraft, PullRequestState,
};

use super::{Maker, No, forge_files, says};
use crate::ports::{ArchiveFile, Forge};

/// A forge with its repository, at first without pull requests and releases. The repository has a branch `main`.
#[async_trait]
pub trait ForgeWorld: Send + Sync {
    /// The port.
    fn forge(&self) -> &dyn Forge;

    /// Push a new commit to a branch, which is made if it is absent.
    async fn push(&self, branch: &str) -> CommitId;

    /// Tag the head of main.
    async fn tag(&self, tag: &str);

    /// Somebody labels a pull request.
    async fn label(&self, number: u64, label: &str);

    /// Somebody approves an open pull request.
    async fn approve(&self, number: u64, who: &str);

    /// Somebody closes an open pull request.
    async fn close(&self, number: u64);

    /// Somebody merges an open pull request. Returns the commit that brought it.
    async fn merge(&self, number: u64, who: &str) -> CommitId;

    /// A file with these bytes.
    async fn file(&self, name: &str, bytes: &str) -> ArchiveFile;

    /// A folder to copy files into.
    fn folder(&self) -> PathBuf;

    /// What is in a file of that folder. None: files have no bytes in this world.
    async fn copied(&self, name: &str) -> Option<String>;
}

/// The suite.
///
/// # Panics
/// The port does not do what it must.
pub async fn forge<M: Maker<World: ForgeWorld>>(maker: &M) {
    an_empty_forge_has_nothing(&maker.make().await).await;
    a_pull_request_is_opened_once_for_a_branch(&maker.make().await).await;
    a_pull_request_needs_its_branches(&maker.make().await).await;
    a_pull_request_is_refreshed_while_it_is_open(&maker.make().await).await;
    an_approval_is_of_a_commit(&maker.make().await).await;
    what_came_of_a_pull_request_is_shown(&maker.make().await).await;
    labels_are_listed(&maker.make().await).await;
    forge_files::all(maker).await;
}

const HEAD: &str = "stationmaster/release-5.0.0";
const OTHER: &str = "stationmaster/release-6.0.0";

async fn an_empty_forge_has_nothing(world: &impl ForgeWorld) {
    let forge = world.forge();
    assert_eq!(forge.pull_requests("").await.expect("none"), []);
    assert!(forge.releases().await.expect("none").is_empty());
    assert!(forge.labels(7).await.expect("none").is_empty());
}

async fn a_pull_request_is_opened_once_for_a_branch(world: &impl ForgeWorld) {
    let forge = world.forge();
    let (one, other, theirs) = (world.push(HEAD).await, world.push(OTHER).await, world.push("theirs").await);
    let number = forge.open_pull_request(&draft(HEAD, "Release"), &one, at(1)).await.expect("opened");
    let again = forge.open_pull_request(&draft(HEAD, "Other words"), &one, at(2)).await.expect("it is open");
    assert_eq!(again, number);
    let second = forge.open_pull_request(&draft(OTHER, "Other"), &other, at(3)).await.expect("opened");
    let third = forge.open_pull_request(&draft("theirs", "Theirs"), &theirs, at(4)).await.expect("opened");
    assert!(number < second && second < third, "numbers grow");
    let seen = forge.pull_requests("stationmaster/").await.expect("pull requests");
    assert_eq!(seen.iter().map(|pull| pull.number).collect::<Vec<_>>(), [number, second], "by prefix and number");
    let pull = &seen[0];
    assert_eq!((pull.head.as_str(), pull.base.as_str(), &pull.head_commit), (HEAD, "main", &one));
    assert_eq!((pull.title.as_str(), pull.body.as_str()), ("Release", "why"), "the first words stay");
    assert_eq!(pull.state, PullRequestState::Open);
    assert!(pull.approvals.is_empty());
}

async fn a_pull_request_needs_its_branches(world: &impl ForgeWorld) {
    let forge = world.forge();
    let main = world.push("main").await;
    says(forge.open_pull_request(&draft(HEAD, "No head"), &main, at(1)).await, No::Missing);
    let head = world.push(HEAD).await;
    says(forge.open_pull_request(&draft(HEAD, "Head is elsewhere"), &main, at(1)).await, No::Missing);
    let no_base = PullRequestDraft { base: "absent".to_owned(), ..draft(HEAD, "No base") };
    says(forge.open_pull_request(&no_base, &head, at(1)).await, No::Missing);
    assert_eq!(forge.pull_requests("").await.expect("none"), []);
}

async fn a_pull_request_is_refreshed_while_it_is_open(world: &impl ForgeWorld) {
    let forge = world.forge();
    let head = world.push(HEAD).await;
    says(forge.refresh_pull_request(1, &draft(HEAD, "None"), &head).await, No::Missing);
    let number = forge.open_pull_request(&draft(HEAD, "Release"), &head, at(1)).await.expect("opened");
    world.push("release-5.0.0").await;
    let head = world.push(HEAD).await;
    let changed = PullRequestDraft {
        body: "other reasons".to_owned(),
        base: "release-5.0.0".to_owned(),
        ..draft(HEAD, "Release again")
    };
    for _ in 0..2 {
        forge.refresh_pull_request(number, &changed, &head).await.expect("refreshed");
        let pull = get(forge, number).await;
        assert_eq!((pull.title.as_str(), pull.body.as_str()), ("Release again", "other reasons"));
        assert_eq!((pull.base.as_str(), pull.head_commit), ("release-5.0.0", head.clone()));
    }
    world.close(number).await;
    says(forge.refresh_pull_request(number, &draft(HEAD, "Too late"), &head).await, No::Moved);
    assert_eq!(get(forge, number).await.title, "Release again");
    let next = forge.open_pull_request(&draft(HEAD, "Anew"), &head, at(2)).await.expect("a closed one is no open one");
    assert!(next > number);
    world.merge(next, "ann").await;
    says(forge.refresh_pull_request(next, &draft(HEAD, "Too late"), &head).await, No::Moved);
}

async fn an_approval_is_of_a_commit(world: &impl ForgeWorld) {
    let forge = world.forge();
    let head = world.push(HEAD).await;
    let number = forge.open_pull_request(&draft(HEAD, "Release"), &head, at(1)).await.expect("opened");
    for who in ["ann", "bob", "ann"] {
        world.approve(number, who).await;
    }
    forge.refresh_pull_request(number, &draft(HEAD, "Other words"), &head).await.expect("refreshed");
    assert_eq!(get(forge, number).await.approvals, ["ann", "bob"], "each once, and other words change nothing");
    let head = world.push(HEAD).await;
    let pushed = get(forge, number).await;
    assert_eq!((&pushed.head_commit, pushed.approvals.len()), (&head, 0), "nobody has seen the new commit");
    world.approve(number, "ann").await;
    assert_eq!(get(forge, number).await.approvals, ["ann"], "and now somebody has");
    forge.refresh_pull_request(number, &draft(HEAD, "Other words"), &head).await.expect("refreshed");
    assert_eq!(get(forge, number).await.approvals, ["ann"], "it is the same commit");
}

async fn what_came_of_a_pull_request_is_shown(world: &impl ForgeWorld) {
    let forge = world.forge();
    let (head, other) = (world.push(HEAD).await, world.push(OTHER).await);
    let closed = forge.open_pull_request(&draft(OTHER, "Other"), &other, at(1)).await.expect("opened");
    let number = forge.open_pull_request(&draft(HEAD, "Release"), &head, at(2)).await.expect("opened");
    world.close(closed).await;
    let brought = world.merge(number, "ann").await;
    assert_eq!(get(forge, closed).await.state, PullRequestState::Closed);
    let merged = get(forge, number).await;
    let PullRequestState::Merged { commit, by, .. } = &merged.state else { panic!("merged, not {:?}", merged.state) };
    assert_eq!((commit, by.as_str(), &merged.head_commit), (&brought, "ann", &head));
}

async fn labels_are_listed(world: &impl ForgeWorld) {
    let forge = world.forge();
    let head = world.push(HEAD).await;
    let number = forge.open_pull_request(&draft(HEAD, "Release"), &head, at(1)).await.expect("opened");
    for label in ["security", "backport 36.0.0", "security"] {
        world.label(number, label).await;
    }
    let expected = BTreeSet::from(["backport 36.0.0", "security"].map(str::to_owned));
    assert_eq!(forge.labels(number).await.expect("labels"), expected);
    assert!(forge.labels(number + 1).await.expect("none").is_empty());
}

async fn get(forge: &dyn Forge, number: u64) -> PullRequest {
    let all = forge.pull_requests("").await.expect("pull requests");
    all.into_iter().find(|pull| pull.number == number).expect("it is there")
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).expect("a time")
}

fn draft(head: &str, title: &str) -> PullRequestDraft {
    let commit = CommitSpec {
        parent: "0".repeat(40).parse().expect("an id"),
        edits: Vec::new(),
        removed: Vec::new(),
        message: "m\n".to_owned(),
        identity: Identity { name: "Release Bot".to_owned(), email: "bot@example.org".to_owned() },
        seconds: 0,
    };
    PullRequestDraft {
        head: head.to_owned(),
        base: "main".to_owned(),
        title: title.to_owned(),
        body: "why".to_owned(),
        replaces: None,
        change: DraftChange::Commit(commit),
    }
}
