//! Steps that people ask for: safe for them, and in no plan; and what nobody may ask for.

use std::collections::BTreeSet;

use crate::{
    check::{Invariant, check, check_asked},
    model::{CrateRelease, FileDigest, LockFile, Rule},
    plan::examples::{self, ARCHIVE, World, version},
    step::{Action, Deliver, DeliveredFile, IndexedCrate, Plan, Publish, Step, Yank, Yanked},
};

fn plan(world: &World, step: Step) -> Plan {
    Plan { today: world.seen.today, steps: vec![step], waits: Vec::new(), trains: Vec::new() }
}

fn asked(action: Action) -> Step {
    Step::new(version("1.0.0"), Rule::R11, "somebody asked for it", action)
}

fn file(name: &str) -> DeliveredFile {
    DeliveredFile { name: name.to_owned(), digest: FileDigest::of(b"own"), size: 3 }
}

fn delivered(world: &World, names: &[&str]) -> Step {
    let there = world.seen.own.forge_releases.known().expect("they are known")["v1.0.0"].files.clone();
    let files = names.iter().map(|name| file(name)).collect();
    asked(Action::Deliver(Deliver { tag: "v1.0.0".to_owned(), folder: "dist".into(), files, there }))
}

fn publish(world: &World) -> Publish {
    let planned = world.plan();
    let Action::Publish(publish) = &planned.steps[0].action else { panic!("{:?}", planned.steps) };
    Publish { tag: None, ..publish.clone() }
}

fn yank(name: &str, checksum: &str) -> Step {
    let release = CrateRelease {
        name: name.to_owned(),
        version: version("1.0.0"),
        after: BTreeSet::new(),
        lock_file: LockFile::Never,
    };
    let present = IndexedCrate { name: name.to_owned(), version: version("1.0.0"), checksum: checksum.to_owned() };
    asked(Action::Yank(Yank { crates: vec![release], rate: None, why: Yanked::Asked, present: vec![present] }))
}

/// A good one of each kind that people ask for.
pub(super) fn steps() -> Vec<(&'static str, World, Step)> {
    let (tagged, published, hidden) = (examples::tagged(), examples::published(), examples::prepared(&[]));
    let ours = examples::checksum("own", &version("1.0.0"));
    vec![
        ("a commit is published", tagged.clone(), asked(Action::Publish(publish(&tagged)))),
        ("a release is yanked", published, yank("own", &ours)),
        ("an archive is delivered", hidden.clone(), delivered(&hidden, &[ARCHIVE])),
    ]
}

#[test]
fn what_people_ask_for_is_safe_and_is_no_plan() {
    for (name, world, step) in steps() {
        let (whole, is_delivery) = (world.answered(), matches!(step.action, Action::Deliver(_)));
        let plan = plan(&whole, step);
        assert_eq!(check_asked(&whole.policy, &whole.seen, &plan), [], "{name}");
        assert_eq!(check(&whole.policy, &whole.seen, &plan).is_empty(), is_delivery, "{name}");
    }
}

#[test]
fn nobody_may_ask_for_what_is_unsafe() {
    let (tagged, hidden) = (examples::tagged(), examples::prepared(&[]));
    let backwards = || {
        let mut publish = publish(&tagged);
        publish.crates.reverse();
        asked(Action::Publish(publish))
    };
    let unguarded = || {
        let mut step = asked(Action::Publish(publish(&tagged)));
        step.preconditions.clear();
        step
    };
    let shown = hidden.clone().release("v1.0.0", false, &[]);
    let ours = examples::checksum("own", &version("1.0.0"));
    let rows = [
        ("in the wrong order", tagged.clone(), backwards(), Invariant::OutOfOrder),
        ("without preconditions", tagged.clone(), unguarded(), Invariant::Unguarded),
        (
            "twice",
            tagged.clone().index(&["1.0.0"]),
            asked(Action::Publish(publish(&tagged))),
            Invariant::PublishedTwice,
        ),
        ("what the index lacks", tagged.clone(), yank("own", &ours), Invariant::YankedWhatIsNotThere),
        ("other bytes", examples::published(), yank("own", "other"), Invariant::NotAsSeen),
        ("a stranger's file", hidden.clone(), delivered(&hidden, &["notes.txt"]), Invariant::ArchivesOutOfPlace),
        ("to a release that is shown", shown, delivered(&hidden, &[ARCHIVE]), Invariant::ArchivesOutOfPlace),
    ];
    for (name, world, step, breaks) in rows {
        let whole = world.answered();
        let broken = check_asked(&whole.policy, &whole.seen, &plan(&whole, step));
        assert!(broken.iter().any(|it| it.invariant == breaks), "{name}: {broken:#?}");
    }
}

#[test]
fn a_plan_of_another_day_is_nothing_to_ask_for() {
    let (_, world, step) = steps().remove(0);
    let mut plan = plan(&world, step);
    plan.today = plan.today.tomorrow().expect("a day");
    assert_eq!(check_asked(&world.policy, &world.seen, &plan)[0].invariant, Invariant::AnotherDay);
}
