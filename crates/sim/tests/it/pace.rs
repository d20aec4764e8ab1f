//! How long a large release takes at a registry with crates.io's rates, and what is said of it beforehand.
//!
//! Rules: R11.

use std::collections::BTreeSet;

use semver::Version;
use stationmaster_core::{
    model::{CommitId, CrateRelease, Pace, Rate},
    step::Publish,
    upload::{Conditions, forecast},
    workspace::Workspace,
};
use stationmaster_engine::effect;
use stationmaster_sim::{
    SimWorld,
    project::{Member, Project},
};

use crate::{play::block_on, policy::PolicyText};

/// Names and edges of a real workspace.
const GRAPH: &str = include_str!("wasmtime.crates");

/// A world in which this workspace is released, and its crates. The registry has all but the last `new` of them.
fn wasmtime(new: usize) -> (SimWorld, CommitId, Vec<CrateRelease>) {
    let lines: Vec<Vec<&str>> =
        GRAPH.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect()).collect();
    let place = |name: &&str| lines.iter().position(|line| line[0] == *name).expect("a crate of the release");
    let member = |line: &Vec<&str>| Member {
        name: line[0].to_owned(),
        group: 0,
        needs: line[2..].iter().map(place).collect(),
        published: true,
    };
    let project = Project {
        versions: vec![Version::new(5, 0, 0)],
        noted: Version::new(5, 0, 0),
        members: lines.iter().map(member).collect(),
    };
    let world = SimWorld::new();
    project.plant(&world, false);
    let commit = world.state().own.repository.branches["main"].clone();
    world.person("a maintainer").tag("v5.0.0", &commit);
    let publish = PolicyText::on_merge().parse().epochs()[0].rules.publish.clone();
    let workspace = Workspace::read(&project.files()).expect("a workspace");
    let crates = workspace.release_order(&publish).expect("an order");
    for name in lines.iter().take(lines.len() - new).map(|line| line[0]) {
        world.state().registry.had(name, Version::new(4, 0, 0));
    }
    (world, commit, crates)
}

/// Seconds that a publish takes, the least that any could take by the rates, and what is forecast.
fn publish(new: usize) -> (i64, i64, i64) {
    let (world, commit, crates) = wasmtime(new);
    world.state().registry.index_looks = 3;
    let began = world.state().now;
    let process = world.process();
    let wanted = Publish { tag: None, commit, crates: crates.clone(), pace: Pace::CRATES_IO, expected_seconds: 0 };
    let step = Publish::named("v5.0.0");
    let published = block_on(effect::publish::publish(&process.ports(), &step, &wanted)).expect("published");
    assert_eq!(published.len(), crates.len());
    assert_eq!(world.breaches(), []);
    let took = began.duration_until(world.state().now).as_secs();
    let names: BTreeSet<String> = crates.iter().filter(|it| is_new(&world, it)).map(|it| it.name.clone()).collect();
    assert_eq!(names.len(), new);
    (took, least(&crates, &names), forecast(&crates, &names, Pace::CRATES_IO, Conditions::USUAL).as_secs())
}

/// Seconds that the rates alone ask for: so many updates; and so many new crates, from the moment on at which the first of them
/// has all that it needs.
fn least(crates: &[CrateRelease], new: &BTreeSet<String>) -> i64 {
    let by_rate = |rate: Option<Rate>, count: usize| {
        let rate = rate.expect("crates.io's");
        i64::try_from(count).expect("few").saturating_sub(rate.burst.into()).max(0) * i64::from(rate.every_seconds)
    };
    let updates = |count| by_rate(Pace::CRATES_IO.updates, count);
    let first = new.iter().map(|name| updates(before(crates, name).difference(new).count())).min().unwrap_or(0);
    updates(crates.len() - new.len()).max(first + by_rate(Pace::CRATES_IO.new_crates, new.len()))
}

/// All that must be there before a crate.
fn before(crates: &[CrateRelease], name: &str) -> BTreeSet<String> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![name.to_owned()]);
    while let Some(name) = open.pop() {
        let needed = &crates.iter().find(|it| it.name == name).expect("a crate of the release").after;
        open.extend(needed.iter().filter(|it| reached.insert((*it).clone())).cloned());
    }
    reached
}

/// It has no version but ours.
fn is_new(world: &SimWorld, release: &CrateRelease) -> bool {
    world.state().registry.crates[&release.name].len() == 1
}

#[test]
fn a_large_release_takes_what_the_rates_ask_for_and_what_was_forecast() {
    for new in [0, 3, 12, 57] {
        let (took, least, said) = publish(new);
        assert!(least > 1000, "the rates are what it waits for");
        assert!(took >= least && took <= least + least / 50, "{new}: {took} s, at least {least} s");
        assert!((took - said).abs() <= took / 20, "{new}: {took} s, and {said} s were forecast");
    }
}
