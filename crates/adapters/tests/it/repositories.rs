//! One plan in two repositories, each with an embedded forge of its own.
//!
//! Rules: R12.

use std::collections::BTreeMap;

use semver::Version;
use stationmaster_adapters::{
    clock::SystemClock, forge::LocalForge, git::Repository, journal::SqliteJournal, lease::FileLease,
    signing::LocalNotary,
};
use stationmaster_core::{
    facts::Facts,
    model::{Condition, ForgeReleaseDraft, Observed, RepositoryId, RepositoryName, Rule, StepResult},
    step::{Action, CreateForgeRelease, CutBranch, CutFrom, Plan, Step},
};
use stationmaster_engine::{
    apply::apply,
    lease::Lease,
    observe::observe,
    ports::{Clock as _, Refs as _, RepositoryPorts, World},
    progress::Silent,
};

use crate::{merging::Unused, scratch::Scratch};

struct Site {
    scratch: Scratch,
    git: Repository,
    forge: LocalForge,
}

impl Site {
    fn new() -> Self {
        let scratch = Scratch::with_files();
        scratch.run(&["tag", "v1.0.0"]);
        let git = scratch.open();
        Self { forge: LocalForge::open(&git.state_dir(), &git), scratch, git }
    }

    fn ports(&self) -> RepositoryPorts<'_> {
        RepositoryPorts {
            objects: &self.git,
            refs: &self.git,
            forge: &self.forge,
            builder: &Unused,
            workshops: &Unused,
        }
    }

    /// A branch for patches, and the release of its tag.
    fn steps(&self, at: &RepositoryId) -> Vec<Step> {
        let (branch, tag, commit) = ("release-1.0.0".to_owned(), "v1.0.0".to_owned(), self.scratch.id("HEAD"));
        let cut = CutBranch { branch, commit: commit.clone(), from: CutFrom::Tag(tag.clone()) };
        let (title, notes) = ("1.0.0".to_owned(), String::new());
        let draft = ForgeReleaseDraft { tag, title, notes, prerelease: false, latest: true, hidden: false };
        let show = CreateForgeRelease { commit, draft };
        let actions = [Action::CutBranch(cut), Action::CreateForgeRelease(show)];
        actions.map(|it| Step::at(at.clone(), Version::new(1, 0, 0), Rule::R12, "1.0.0 is out", it)).into()
    }
}

#[tokio::test]
async fn each_step_is_done_in_its_repository_and_is_known_there_by_the_next_look() {
    let (core, py) = (Site::new(), Site::new());
    let name: RepositoryName = "wasmtime-py".parse().expect("a name");
    let satellite = RepositoryId::Other(name.clone());
    let (state, clock) = (core.git.state_dir(), SystemClock);
    let journal = SqliteJournal::open(&state);
    let notary = LocalNotary { key: None, vouching: None, policy: None, tool: String::new(), store: state.clone() };
    let world = World {
        here: core.ports(),
        own: core.ports(),
        others: BTreeMap::from([(name.clone(), py.ports())]),
        registry: &Unused,
        notary: &notary,
        journal: &journal,
        clock: &clock,
        progress: &Silent,
        who: "ann@desk",
    };
    let mut steps = [core.steps(&RepositoryId::Own), py.steps(&satellite)].concat();
    let needed = Condition::TagAt { tag: "v1.0.0".to_owned(), commit: core.scratch.id("HEAD") };
    steps[3].preconditions.push(needed.at(&RepositoryId::Own));
    let plan = Plan { today: clock.today(), steps, waits: Vec::new(), trains: Vec::new() };
    let lease = Lease::take(&FileLease::new(&state, "ann@desk".to_owned())).await.expect("free");

    let outcomes = apply(&world, &lease, &plan).await.expect("applied");
    assert!(outcomes.iter().all(|it| matches!(it.result, StepResult::Done { .. })), "{outcomes:?}");
    let named: Vec<String> = outcomes.iter().map(|it| it.step.to_string()).collect();
    assert_eq!(named[0], "cut release-1.0.0");
    assert_eq!(named[2], "cut release-1.0.0 in wasmtime-py");

    let facts: Facts = observe(&world, plan.today).await.expect("seen");
    for (at, site) in [(&RepositoryId::Own, &core), (&satellite, &py)] {
        let known = facts.of(at).expect("seen");
        assert_eq!(known.branch("release-1.0.0"), Some(&site.scratch.id("HEAD")), "{at:?}");
        assert!(known.is_released("v1.0.0"), "{at:?}");
    }
    let again = apply(&world, &lease, &plan).await.expect("asked");
    assert!(matches!(&again[..], [only] if matches!(only.result, StepResult::Refused { .. })), "{again:?}");
    core.scratch.assert_sound();
    py.scratch.assert_sound();
}

#[tokio::test]
async fn another_repository_that_cannot_be_read_is_unknown_and_the_rest_is_seen() {
    let (core, gone) = (Site::new(), Site::new());
    let name: RepositoryName = "wasmtime-py".parse().expect("a name");
    let (state, clock) = (core.git.state_dir(), SystemClock);
    let journal = SqliteJournal::open(&state);
    let notary = LocalNotary { key: None, vouching: None, policy: None, tool: String::new(), store: state };
    let commit = gone.scratch.id("HEAD");
    std::fs::remove_dir_all(gone.git.git_dir()).expect("removed");
    assert!(gone.git.has_tag("v1.0.0").is_err() && gone.git.branch("main").is_err());
    assert!(gone.git.tags().await.is_err() && gone.git.branches().await.is_err());
    assert!(gone.git.set_branch("new", None, &commit).await.is_err());
    let world = World {
        here: core.ports(),
        own: core.ports(),
        others: BTreeMap::from([(name.clone(), gone.ports())]),
        registry: &Unused,
        notary: &notary,
        journal: &journal,
        clock: &clock,
        progress: &Silent,
        who: "ann@desk",
    };
    let facts = observe(&world, clock.today()).await.expect("seen");
    assert!(facts.own.tag("v1.0.0").is_some());
    assert!(matches!(facts.others[&name], Observed::Unknown(_)), "{:?}", facts.others);
}
