//! Generated policies, worlds, people and faults: half a year each, once in calm and once in a storm.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::{
    ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use semver::Version;
use stationmaster_core::{
    check,
    facts::Facts,
    model::{FileEdit, PullRequest, PullRequestState},
    plan,
    policy::Policy,
    step::Plan,
    workspace::Workspace,
};
use stationmaster_engine::answer;
use stationmaster_sim::{
    SimWorld,
    gate::{CrashPlan, Mishap},
    invariants,
    people::MergeStyle,
    project::{Member, Project},
};

use crate::{
    play::{Stage, block_on},
    policy::PolicyText,
};

/// More effects than any one day can need.
const TOO_MANY: usize = 3000;

/// What is generated.
#[derive(Debug, Clone)]
struct Case {
    way: Way,
    weekly: bool,
    weekend: &'static str,
    patience: u32,
    supported: u32,
    groups: usize,
    /// For each package: which earlier ones it needs, one bit each.
    needs: Vec<u8>,
    major: u64,
    last_is_private: bool,
    index_looks: u32,
    people_close: bool,
    seed: u64,
    per_mille: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    OnMerge,
    Cut,
    Candidates,
}

fn cases() -> impl Strategy<Value = Case> {
    let process = (
        prop_oneof![Just(Way::OnMerge), Just(Way::Cut), Just(Way::Candidates)],
        any::<bool>(),
        prop_oneof![Just("next"), Just("previous"), Just("keep")],
        1..10_u32,
        1..4_u32,
    );
    let project = (1..4_usize, prop::collection::vec(any::<u8>(), 3..7), 1..60_u64, any::<bool>());
    let world = (0..5_u32, any::<bool>(), any::<u64>(), 0..150_u16);
    (process, project, world).prop_map(|(process, project, world)| {
        let (way, weekly, weekend, patience, supported) = process;
        let (groups, needs, major, last_is_private) = project;
        let (index_looks, people_close, seed, per_mille) = world;
        Case {
            way,
            weekly,
            weekend,
            patience,
            supported,
            groups,
            needs,
            major,
            last_is_private,
            index_looks,
            people_close,
            seed,
            per_mille,
        }
    })
}

impl Case {
    fn policy(&self) -> PolicyText {
        let mut text = match self.way {
            Way::OnMerge => PolicyText::on_merge(),
            Way::Cut => PolicyText::cut(),
            Way::Candidates => PolicyText::candidates(),
        };
        let first = self.first();
        let cut = if self.weekly { "2022-02-03" } else { "2022-02-05" };
        text.set("train.first", &format!("{{ version = \"{first}.0.0\", cut = {cut} }}"));
        if self.weekly {
            text.set("train.cadence", "{ every-weeks = 5, weekday = \"thursday\" }");
            if self.way != Way::OnMerge {
                text.set("train.release", "{ after-days = 14 }");
            }
        }
        text.set("train.weekend", &format!("\"{}\"", self.weekend));
        text.set("train.patience-days", &self.patience.to_string());
        text.set("support.latest", &self.supported.to_string());
        text.groups((0..self.groups).map(|at| (format!("group{at}"), format!("[\"g{at}-*\"]"))).collect());
        text
    }

    /// The major of the first train. Where a bump is a release, main has the version that is out.
    fn first(&self) -> u64 {
        self.major + u64::from(self.way == Way::OnMerge)
    }

    fn project(&self) -> Project {
        let suffix = if self.way == Way::Candidates { "-dev" } else { "" };
        let versions = (0..self.groups).map(|at| match at {
            0 => format!("{}.0.0{suffix}", self.major),
            _ => format!("0.{}.0{suffix}", self.major * 7 + at as u64),
        });
        let last = self.needs.len() - 1;
        let members = self.needs.iter().enumerate().map(|(at, bits)| Member {
            name: format!("g{}-part{at}", at % self.groups),
            group: at % self.groups,
            needs: (0..at).filter(|other| bits >> other & 1 == 1).collect(),
            published: !(self.last_is_private && at == last),
        });
        Project {
            versions: versions.map(|text| text.parse().expect("a version")).collect(),
            noted: format!("{}.0.0{suffix}", self.first()).parse().expect("a version"),
            members: members.collect(),
        }
    }

    /// A number that depends on the case and on what is asked, and on nothing else.
    fn draw(&self, what: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, what).hash(&mut hasher);
        hasher.finish()
    }
}

/// What the maintainers do on a day. They know heads, not numbers: a storm may change the numbers.
fn people(case: &Case, world: &SimWorld) {
    let today = world.today();
    let maintainer = world.person("a maintainer");
    if case.draw((today.to_string(), "main")).is_multiple_of(4) {
        let edit = FileEdit { path: "crates/notes.txt".into(), text: format!("{today}\n") };
        maintainer.commit("main", edit, "Think").expect("main is there");
    }
    if case.draw((today.to_string(), "notes")).is_multiple_of(6) {
        let (path, mut text) = ("RELEASES.md".to_owned(), notes_of_main(world));
        text += &format!("\n* Something on {today}.\n");
        maintainer.commit("main", FileEdit { path, text }, "Note").expect("main is there");
    }
    let mut pulls: Vec<PullRequest> = world.state().own.forge.pull_requests.values().cloned().collect();
    pulls.sort_by(|a, b| a.head.cmp(&b.head));
    for pull in pulls {
        let age = (today - day_of(&pull)).get_days();
        let patience = case.draw((&pull.head, "days")) % 9;
        let closes = case.people_close && case.draw((&pull.head, "closes")).is_multiple_of(5);
        match pull.state {
            PullRequestState::Open if i64::from(age) < patience as i64 => {}
            PullRequestState::Open if closes && age < 14 => maintainer.close(&pull.head).expect("it is open"),
            PullRequestState::Open => {
                let squash = case.draw((&pull.head, "squash")).is_multiple_of(2);
                let style = if squash { MergeStyle::Squash } else { MergeStyle::Merge };
                // A conflict is the program's to fix on its next run.
                let _ = maintainer.merge(&pull.head, style);
            }
            PullRequestState::Closed if age >= 14 => maintainer.reopen(&pull.head).expect("it is closed"),
            PullRequestState::Closed | PullRequestState::Merged { .. } => {}
        }
    }
}

fn day_of(pull: &PullRequest) -> Date {
    pull.opened.to_zoned(TimeZone::UTC).date()
}

fn notes_of_main(world: &SimWorld) -> String {
    let state = world.state();
    let main = state.own.repository.commit(&state.own.repository.branches["main"]).expect("main is a commit");
    main.tree["RELEASES.md"].clone()
}

/// Half a year. Every day ends in calm, so that what a storm kept from being done is done.
fn half_a_year(case: &Case, stormy: bool) -> Stage {
    let mut stage = Stage::at(SimWorld::new(), case.policy());
    stage.disturbed = true;
    let policy = stage.policy.parse();
    case.project().plant(&stage.world, case.seed.is_multiple_of(2));
    stage.world.state().registry.index_looks = case.index_looks;
    let mut day = date(2022, 1, 20);
    while day < date(2022, 7, 31) {
        stage.world.day(day);
        people(case, &stage.world);
        let before = stage.world.effects();
        stage.world.plan_crash(CrashPlan { at: before + TOO_MANY, when: Mishap::CrashBefore });
        if stormy {
            stage.world.storm(case.draw(day.to_string()), case.per_mille, 6);
            stage.run();
            stage.world.calm();
        }
        stage.run();
        assert!(stage.world.effects() < before + TOO_MANY, "the loop does not end on {day}");
        nothing_is_left(&stage, &policy, day);
        let pause = 1 + case.draw((day.to_string(), "pause")) % 6;
        day = day.saturating_add((pause as i64).days());
    }
    stage
}

/// The plan of a world at rest has no steps, is sound, is the same twice, and survives being saved.
fn nothing_is_left(stage: &Stage, policy: &Policy, day: Date) {
    let process = stage.world.process();
    let (seen, made) = block_on(answer::plan(&process.ports(), policy, day)).expect("the world can be seen");
    assert_eq!(made.steps, [], "{day}:\n{}", stage.log.join("\n"));
    assert_eq!(check::check(policy, &seen, &made), []);
    assert_eq!(plan::plan(policy, &seen).as_ref(), Ok(&made));
    let saved = serde_json::to_string(&(&seen, &made)).expect("all of it is JSON");
    let (again, read): (Facts, Plan) = serde_json::from_str(&saved).expect("and reads back");
    assert_eq!((again, read), (seen, made));
}

/// Every tag has all its crates in the registry, and its release on the forge.
fn releases_are_whole(world: &SimWorld, policy: &Policy) -> usize {
    let state = world.state();
    for (tag, at) in &state.own.repository.tags {
        assert!(state.own.forge.releases.contains_key(tag), "{tag} has no release");
        let tree = &state.own.repository.commit(&at.commit).expect("a tag is on a commit").tree;
        let workspace = Workspace::read(tree).expect("the workspace can be read");
        for package in workspace.packages.iter().filter(|package| package.publish) {
            let versions = &state.registry.crates[&package.name];
            assert!(versions.contains_key(&package.version), "{tag}: {} is not published", package.name);
        }
        let version: Version = policy.project.tag.version_of(tag).expect("our tags hold versions");
        let names = workspace.packages.iter().filter(|package| package.name.starts_with("g0-"));
        names.for_each(|package| assert_eq!(package.version, version, "{tag}: {}", package.name));
    }
    state.own.repository.tags.len()
}

proptest! {
    #![proptest_config(Config {
        cases: 8,
        rng_seed: RngSeed::Fixed(2022),
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    })]

    #[test]
    fn half_a_year_in_a_storm_ends_as_half_a_year_in_calm(case in cases()) {
        let policy = case.policy().parse();
        let calm = half_a_year(&case, false);
        let storm = half_a_year(&case, true);
        for stage in [&calm, &storm] {
            let at_rest = invariants::judge_at_rest(&stage.world.state(), |tag| policy.project.tag.version_of(tag));
            prop_assert_eq!(at_rest, vec![], "{}", stage.log.join("\n"));
            prop_assert_eq!(stage.world.breaches(), vec![], "{}", stage.log.join("\n"));
        }
        let released = releases_are_whole(&calm.world, &policy);
        prop_assert!(case.people_close || released >= 3, "{} releases:\n{}", released, calm.log.join("\n"));
        prop_assert_eq!(calm.world.picture(), storm.world.picture(), "{}", storm.log.join("\n"));
    }
}
