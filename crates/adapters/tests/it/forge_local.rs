//! The embedded forge keeps what it is told, once.
//!
//! Rules: X13.

use std::collections::BTreeMap;

use jiff::Timestamp;
use stationmaster_adapters::forge::LocalForge;
use stationmaster_core::model::{
    CheckOutcome, Checks, CommitId, CommitSpec, DraftChange, FileDigest, ForgeReleaseDraft, Identity, PullRequestDraft,
    PullRequestState,
};
use stationmaster_engine::ports::{ArchiveFile, Forge, MergeRecords, PortError, PortResult};

use crate::scratch::Scratch;

fn id(digit: char) -> CommitId {
    digit.to_string().repeat(40).parse().expect("an id")
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).expect("a time")
}

fn draft(head: &str, title: &str) -> PullRequestDraft {
    let identity = Identity { name: "Bot".to_owned(), email: "bot@example.org".to_owned() };
    let commit = CommitSpec {
        parent: id('0'),
        edits: Vec::new(),
        removed: Vec::new(),
        message: "m\n".to_owned(),
        identity,
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

fn release(tag: &str, latest: bool) -> ForgeReleaseDraft {
    let (title, notes) = (tag.to_uppercase(), "notes".to_owned());
    ForgeReleaseDraft { tag: tag.to_owned(), title, notes, prerelease: false, latest, hidden: false }
}

struct Fixture {
    scratch: Scratch,
    commits: BTreeMap<char, CommitId>,
    forge: LocalForge,
}

impl Fixture {
    fn id(&self, letter: char) -> CommitId {
        self.commits[&letter].clone()
    }

    /// Open a pull request for a branch that is put there.
    async fn open(&self, head: &str, title: &str, letter: char, at: Timestamp) -> PortResult<u64> {
        let commit = self.push(head, letter);
        self.forge.open_pull_request(&draft(head, title), &commit, at).await
    }

    fn push(&self, head: &str, letter: char) -> CommitId {
        let commit = self.id(letter);
        self.scratch.run(&["update-ref", &format!("refs/heads/{head}"), commit.as_str()]);
        commit
    }
}

fn forge() -> Fixture {
    let scratch = Scratch::with_files();
    let commits = ['a', 'b', 'c'].map(|letter| (letter, scratch.commit(&letter.to_string()))).into();
    for tag in ["v1", "v2"] {
        scratch.run(&["tag", tag]);
    }
    Fixture { forge: LocalForge::open(&scratch.folder().join("state"), &scratch.open()), commits, scratch }
}

fn reported(checks: &[(&str, CheckOutcome)]) -> Checks {
    checks.iter().map(|(name, said)| ((*name).to_owned(), *said)).collect()
}

#[tokio::test]
async fn looking_makes_no_file() {
    let fixture = forge();
    let forge = &fixture.forge;
    assert_eq!(forge.pull_requests("").await, Ok(Vec::new()));
    assert!(forge.releases().await.expect("none").is_empty());
    assert!(forge.checks(&fixture.id('a')).await.expect("none").is_empty());
    assert_eq!(forge.get(1).await, Err(PortError::Missing { what: "pull request 1".to_owned() }));
    assert!(!fixture.scratch.folder().join("state").exists());
}

#[tokio::test]
async fn a_head_has_one_open_pull_request_and_its_number_is_given_again() {
    let fixture = forge();
    let forge = &fixture.forge;
    let first = fixture.open("stationmaster/a", "A", 'a', at(0)).await.expect("opened");
    assert_eq!(fixture.open("stationmaster/a", "A2", 'b', at(1)).await, Ok(first));
    let other = fixture.open("theirs/b", "B", 'b', at(2)).await.expect("opened");
    assert_eq!((first, other), (1, 2));
    let ours = forge.pull_requests("stationmaster/").await.expect("listed");
    assert_eq!(ours.len(), 1);
    assert_eq!(
        (ours[0].title.as_str(), &ours[0].head_commit, ours[0].opened),
        ("A", &fixture.id('b'), at(0)),
        "where its branch is"
    );
    assert_eq!((&ours[0].state, &ours[0].checks), (&PullRequestState::Open, &Checks::new()));

    forge.claim(first).await.expect("claimed").closed().await.expect("closed");
    forge.claim(first).await.expect("claimed").closed().await.expect("again: fine");
    let next = fixture.open("stationmaster/a", "A3", 'c', at(3)).await;
    assert_eq!(next, Ok(3), "a closed one is not opened again by itself");
    assert!(matches!(forge.reopen(first).await, Err(PortError::Refused { .. })));
    forge.claim(3).await.expect("claimed").closed().await.expect("closed");
    forge.reopen(first).await.expect("opened again");
    assert_eq!(forge.get(first).await.expect("there").state, PullRequestState::Open);
}

#[tokio::test]
async fn approvals_and_checks_are_of_one_commit() {
    let fixture = forge();
    let forge = &fixture.forge;
    let number = fixture.open("stationmaster/a", "A", 'a', at(0)).await.expect("opened");
    for who in ["ann", "bob", "ann"] {
        forge.approve(number, who, at(1)).await.expect("approved");
    }
    let checks = async || forge.get(number).await.expect("there").checks;
    assert_eq!(checks().await, reported(&[]));
    forge.report_check(&fixture.id('a'), "test", CheckOutcome::Success).await.expect("reported");
    forge.report_check(&fixture.id('a'), "doc", CheckOutcome::Failure).await.expect("reported");
    assert_eq!(checks().await, reported(&[("test", CheckOutcome::Success), ("doc", CheckOutcome::Failure)]));
    forge.report_check(&fixture.id('a'), "doc", CheckOutcome::Pending).await.expect("reported");
    assert_eq!(checks().await, reported(&[("test", CheckOutcome::Success), ("doc", CheckOutcome::Pending)]));
    assert_eq!(forge.get(number).await.expect("there").approvals, ["ann", "bob"]);

    let head = fixture.push("stationmaster/a", 'b');
    for title in ["A", "A2"] {
        let pull = forge.get(number).await.expect("there");
        assert_eq!((pull.title.as_str(), &pull.head_commit, pull.checks), (title, &head, reported(&[])));
        assert!(pull.approvals.is_empty(), "what was approved is not what is there now");
        forge.refresh_pull_request(number, &draft("stationmaster/a", "A2"), &head).await.expect("refreshed");
    }
}

#[tokio::test]
async fn a_merge_is_recorded_once_and_is_final() {
    let fixture = forge();
    let forge = &fixture.forge;
    let number = fixture.open("stationmaster/a", "A", 'a', at(0)).await.expect("opened");
    forge.report_check(&fixture.id('a'), "test", CheckOutcome::Success).await.expect("reported");
    forge.claim(number).await.expect("claimed").merged(&fixture.id('b'), at(5), "ann").await.expect("recorded");
    let pull = forge.get(number).await.expect("there");
    let merged = PullRequestState::Merged { commit: fixture.id('b'), at: at(5), by: "ann".to_owned() };
    assert_eq!((&pull.state, pull.checks), (&merged, reported(&[])), "the merged commit has its own checks");
    let found = format!("it was merged by ann as {}", fixture.id('b').short());
    let moved = PortError::Moved { what: format!("pull request {number}"), found };
    let claim = || async { forge.claim(number).await.expect("claimed") };
    assert_eq!(claim().await.merged(&fixture.id('c'), at(7), "bob").await, Err(moved.clone()));
    assert_eq!(claim().await.closed().await, Err(moved.clone()));
    assert_eq!(forge.reopen(number).await, Err(moved.clone()));
    assert_eq!(forge.approve(number, "ann", at(8)).await, Err(moved.clone()));
    assert_eq!(forge.refresh_pull_request(number, &draft("x", "y"), &fixture.id('c')).await, Err(moved));
}

/// A file in the fixture's folder.
fn file(fixture: &Fixture, name: &str, text: &str) -> ArchiveFile {
    let path = fixture.scratch.folder().join(format!("{name}-{}", text.len()));
    std::fs::write(&path, text).expect("written");
    let (digest, size) = (FileDigest::of(text.as_bytes()), text.len() as u64);
    ArchiveFile { name: name.to_owned(), path, digest, size }
}

#[tokio::test]
async fn a_hidden_release_takes_files_until_it_is_shown_and_then_gives_them_out() {
    let fixture = forge();
    let (forge, first, second) = (&fixture.forge, file(&fixture, "a.zip", "one"), file(&fixture, "a.zip", "another"));
    forge.create_release(&release("v1", true)).await.expect("created");
    forge.create_release(&ForgeReleaseDraft { hidden: true, ..release("v2", true) }).await.expect("created");
    let seen = async |tag: &str| forge.releases().await.expect("listed").remove(tag).expect("there");
    assert!(seen("v2").await.hidden && !seen("v2").await.latest && seen("v1").await.latest);

    for it in [&first, &first, &second] {
        forge.put_file("v2", it).await.expect("nobody has seen what was there before");
    }
    assert_eq!(seen("v2").await.files, [("a.zip".to_owned(), second.digest)].into());
    assert_eq!(forge.add_file("v2", &first).await, Ok(false), "it stays as it is");
    assert_eq!(seen("v2").await.files, [("a.zip".to_owned(), second.digest)].into());
    let wrong = ArchiveFile { digest: FileDigest::of(b"none"), name: "b.zip".to_owned(), ..second.clone() };
    assert!(matches!(forge.put_file("v2", &wrong).await, Err(PortError::Failed { .. })), "its bytes are not those");

    forge.put_file("v2", &ArchiveFile { name: "b.zip".to_owned(), ..first.clone() }).await.expect("there");
    for _ in 0..2 {
        forge.remove_file("v2", "b.zip").await.expect("away, and not there any more");
    }
    assert_eq!(seen("v2").await.files.len(), 1);

    forge.show_release("v2", true).await.expect("shown");
    forge.show_release("v2", true).await.expect("again: fine");
    assert!(!seen("v2").await.hidden && seen("v2").await.latest && !seen("v1").await.latest);
    forge.put_file("v2", &second).await.expect("it is there already");
    assert!(matches!(forge.put_file("v2", &first).await, Err(PortError::Moved { .. })));
    assert!(matches!(forge.remove_file("v2", "a.zip").await, Err(PortError::Moved { .. })));
    assert_eq!(seen("v2").await.files.len(), 1);

    let into = fixture.scratch.folder().join("out");
    forge.get_file("v2", "a.zip", &into).await.expect("copied");
    assert_eq!(std::fs::read_to_string(into.join("a.zip")).expect("read"), "another");
    assert!(matches!(forge.get_file("v2", "b.zip", &into).await, Err(PortError::Missing { .. })));
    assert!(matches!(forge.show_release("v9", true).await, Err(PortError::Missing { .. })));
}
