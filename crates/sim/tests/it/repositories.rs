//! Steps in two repositories: what one of them needs of the other, and stops at every effect.
//!
//! Rules: R12.

use std::collections::BTreeSet;

use semver::Version;
use stationmaster_core::{
    facts::{Ask, Facts, Unseen},
    model::{
        CommitSpec, Condition, DraftChange, FileEdit, FileSelection, ForgeReleaseDraft, Identity, JournalEvent,
        PullRequest, PullRequestDraft, PullRequestState, RepositoryId, Rule, StepResult, TreeFiles,
    },
    step::{Action, CreateForgeRelease, OpenPullRequest, Plan, Step, Tag},
};
use stationmaster_engine::{
    answer,
    apply::{apply, refusals},
    lease::Lease,
    observe::observe,
    ports::PortResult,
};
use stationmaster_sim::{
    Process, SimWorld,
    gate::{CrashPlan, Mishap},
    people::MergeStyle,
};

use crate::play::block_on;

const HEAD: &str = "stationmaster/release-5.0.0";
const TAG: &str = "v5.0.0";
const FILE: &str = "VERSION";

fn satellite() -> RepositoryId {
    RepositoryId::Other("wasmtime-py".parse().expect("a name"))
}

fn both() -> [RepositoryId; 2] {
    [RepositoryId::Own, satellite()]
}

/// Two repositories that carry their version in a file.
fn world() -> SimWorld {
    let world = SimWorld::new();
    for repository in both() {
        let files = TreeFiles::from([(FILE.to_owned(), "4.0.0\n".to_owned())]);
        world.plant_at(&repository, "main", files);
    }
    world
}

/// What is next in a repository: a proposal, a tag once it is merged, a release. The satellite's tag waits for that of the core.
fn next<'f>(ask: &Ask<'f>, at: &RepositoryId) -> Result<Option<Step>, Unseen<'f>> {
    let (ask, core) = (ask.at(at)?, ask.at(&RepositoryId::Own)?.here());
    let here = ask.here();
    let pulls = here.pull_requests.seen().map_err(Unseen::Unknown)?;
    let releases = here.forge_releases.seen().map_err(Unseen::Unknown)?;
    let pull = pulls.iter().find(|pull| pull.head == HEAD);
    let mut step = match (pull, here.tag(TAG)) {
        (None, _) => propose(&ask, at)?,
        (Some(pull), None) => match tag(at, pull) {
            Some(step) => step,
            None => return Ok(None),
        },
        (Some(_), Some(commit)) if !releases.contains_key(TAG) => {
            let (tag, title, notes) = (TAG.to_owned(), "5.0.0".to_owned(), String::new());
            let draft = ForgeReleaseDraft { tag, title, notes, prerelease: false, latest: true, hidden: false };
            of(at, Action::CreateForgeRelease(CreateForgeRelease { commit: commit.clone(), draft }))
        }
        _ => return Ok(None),
    };
    if !at.is_own() && matches!(step.action, Action::Tag(_)) {
        let Some(commit) = core.tag(TAG) else { return Ok(None) };
        let followed = Condition::TagAt { tag: TAG.to_owned(), commit: commit.clone() };
        step.preconditions.push(followed.at(&RepositoryId::Own));
    }
    Ok(Some(step))
}

fn propose<'f>(ask: &Ask<'f>, at: &RepositoryId) -> Result<Step, Unseen<'f>> {
    let here = ask.here();
    let parent = here.branch("main").expect("there is a main").clone();
    let wanted = FileSelection { names: vec![FILE.to_owned()], ..FileSelection::default() };
    let text = ask.files(&parent, &wanted)?[FILE].replace("4.0.0", "5.0.0");
    let edits = vec![FileEdit { path: FILE.to_owned(), text }];
    let message = "Release 5.0.0\n".to_owned();
    let spec = CommitSpec { parent, edits, removed: Vec::new(), message, identity: identity(), seconds: 0 };
    let draft = PullRequestDraft {
        head: HEAD.to_owned(),
        base: "main".to_owned(),
        title: "Release 5.0.0".to_owned(),
        body: String::new(),
        replaces: here.branch(HEAD).cloned(),
        change: DraftChange::Commit(spec),
    };
    Ok(of(at, Action::OpenPullRequest(OpenPullRequest { draft, merged_before: Vec::new() })))
}

/// None: it is not merged.
fn tag(at: &RepositoryId, pull: &PullRequest) -> Option<Step> {
    let PullRequestState::Merged { commit, .. } = &pull.state else { return None };
    let tag = Tag {
        tag: TAG.to_owned(),
        commit: commit.clone(),
        message: format!("{TAG}\n"),
        identity: identity(),
        seconds: 0,
        pull_request: pull.number,
        checks: Vec::new(),
        together: Vec::new(),
    };
    Some(of(at, Action::Tag(tag)))
}

fn of(at: &RepositoryId, action: Action) -> Step {
    Step::at(at.clone(), Version::new(5, 0, 0), Rule::R12, "5.0.0 is due", action)
}

fn identity() -> Identity {
    Identity { name: "Bot".to_owned(), email: "bot@example.org".to_owned() }
}

/// What is to be done in both. What could not be seen is left for another time.
async fn look(process: &Process) -> PortResult<(Facts, Plan)> {
    let world = process.ports();
    let mut facts = observe(&world, world.clock.today()).await?;
    let decision = |ask: &Ask<'_>| both().iter().filter_map(|at| next(ask, at).ok().flatten()).collect();
    let steps: Vec<Step> = answer::decide(&world, &mut facts, decision).await?;
    let plan = Plan { today: facts.today, steps, waits: Vec::new(), trains: Vec::new() };
    Ok((facts, plan))
}

/// One process, until nothing is left to do or it dies.
async fn run(process: &Process) -> PortResult<()> {
    let lease = Lease::take(process).await?;
    loop {
        let (_, plan) = look(process).await?;
        if plan.steps.is_empty() {
            return Ok(());
        }
        apply(&process.ports(), &lease, &plan).await?;
    }
}

/// Processes, one after another, until one of them comes to its end; then a person merges what is open, and so on.
fn live(world: &SimWorld) {
    loop {
        while block_on(run(&world.process())).is_err() {}
        let open = both().into_iter().filter(|at| {
            let seen = world.picture();
            let site = match at {
                RepositoryId::Own => &seen.own,
                RepositoryId::Other(name) => &seen.others[name],
            };
            site.pull_requests.iter().any(|(pull, ..)| pull.state == PullRequestState::Open)
        });
        let open: Vec<RepositoryId> = open.collect();
        if open.is_empty() {
            return;
        }
        for at in open {
            world.person("ann").at(&at).merge(HEAD, MergeStyle::Merge).expect("it merges");
        }
    }
}

#[test]
fn a_release_goes_through_two_repositories_and_each_step_says_in_which_it_is() {
    let world = world();
    live(&world);
    assert_eq!(
        world.transcript(),
        [
            "2022-01-01 (a maintainer) write c1 \"Begin\"",
            "2022-01-01 (a maintainer) in wasmtime-py: write c1 \"Begin\"",
            "2022-01-01 write c2 \"Release 5.0.0\": VERSION",
            "2022-01-01 create branch stationmaster/release-5.0.0 at c2",
            "2022-01-01 open #1 \"Release 5.0.0\" from stationmaster/release-5.0.0 to main",
            "2022-01-01 in wasmtime-py: write c2 \"Release 5.0.0\": VERSION",
            "2022-01-01 in wasmtime-py: create branch stationmaster/release-5.0.0 at c2",
            "2022-01-01 in wasmtime-py: open #1 \"Release 5.0.0\" from stationmaster/release-5.0.0 to main",
            "2022-01-01 (ann) move branch main from c1 to c2",
            "2022-01-01 (ann) merge #1 as c2",
            "2022-01-01 (ann) in wasmtime-py: move branch main from c1 to c2",
            "2022-01-01 (ann) in wasmtime-py: merge #1 as c2",
            "2022-01-01 tag v5.0.0 at c2",
            "2022-01-01 create forge release v5.0.0, latest",
            "2022-01-01 in wasmtime-py: tag v5.0.0 at c2",
            "2022-01-01 in wasmtime-py: create forge release v5.0.0, latest",
        ]
    );
    let journal = world.state().journal.clone();
    let done = |event: &JournalEvent| match event {
        JournalEvent::Outcome(outcome) => Some(outcome.step.to_string()),
        _ => None,
    };
    let steps: BTreeSet<String> = journal.iter().filter_map(|entry| done(&entry.event)).collect();
    assert!(steps.contains("tag v5.0.0") && steps.contains("tag v5.0.0 in wasmtime-py"), "{steps:?}");
}

#[test]
fn a_process_that_dies_at_any_effect_in_either_repository_can_be_run_again() {
    let undisturbed = world();
    live(&undisturbed);
    let (effects, picture) = (undisturbed.effects(), undisturbed.picture());
    for at in 0..effects {
        for when in [Mishap::CrashBefore, Mishap::CrashAfter, Mishap::LostReply, Mishap::Failure] {
            let world = world();
            world.plan_crash(CrashPlan { at, when });
            live(&world);
            let context = || format!("effect {at}, {when:?}:\n{}", world.transcript().join("\n"));
            assert_eq!(world.picture(), picture, "{}", context());
            assert_eq!(world.breaches(), [], "{}", context());
        }
    }
}

#[test]
fn a_step_is_refused_where_what_it_needs_of_another_repository_is_so_no_more() {
    let world = world();
    let process = world.process();
    let (_, mut plan) = block_on(look(&process)).expect("seen");
    let main = world.state().own.repository.branches["main"].clone();
    let needed = Condition::BranchAt { branch: "main".to_owned(), commit: main }.at(&RepositoryId::Own);
    plan.steps.retain(|step| step.repository == satellite());
    plan.steps[0].preconditions.push(needed.clone());
    assert_eq!(block_on(refusals(&process.ports(), &plan)), Ok(Vec::new()));
    let edit = FileEdit { path: FILE.to_owned(), text: "4.0.1\n".to_owned() };
    world.person("ann").commit("main", edit, "Go on").expect("committed");
    let before = world.picture();
    let lease = block_on(Lease::take(&process)).expect("free");
    let outcomes = block_on(apply(&process.ports(), &lease, &plan)).expect("applied");
    let refused =
        |result: &StepResult| matches!(result, StepResult::Refused { precondition, .. } if *precondition == needed);
    assert!(outcomes.len() == 1 && refused(&outcomes[0].result), "{outcomes:?}");
    assert_eq!(world.picture(), before);
}

#[test]
fn one_forge_that_is_down_does_not_keep_the_other_repository_from_going_on() {
    let world = world();
    let RepositoryId::Other(name) = satellite() else { panic!("it has a name") };
    world.state().others.get_mut(&name).expect("it is there").forge.down = true;
    let (facts, plan) = block_on(look(&world.process())).expect("seen");
    assert!(facts.of(&satellite()).expect("its refs were seen").pull_requests.known().is_none());
    assert_eq!(plan.steps.iter().map(|step| &step.repository).collect::<Vec<_>>(), [&RepositoryId::Own]);
    let saved = serde_json::to_string(&facts).expect("JSON");
    assert_eq!(serde_json::from_str::<Facts>(&saved).expect("facts"), facts);
}
