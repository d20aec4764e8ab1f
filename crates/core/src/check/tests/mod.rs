//! Every invariant is shown to fire: a good plan of each kind of step, made by the planner, is spoiled once for each.

mod asked;
mod spoiled;

use std::collections::BTreeSet;

use super::{Invariant, check};
use crate::{
    plan::examples::{self, World},
    step::{Action, Plan, Step},
};

/// The kinds of step. A new one does not compile until it has a place here, and then fails until a good plan has it.
const KINDS: usize = 12;

fn kind(step: &Step) -> usize {
    match step.action {
        Action::CutBranch(_) => 0,
        Action::OpenPullRequest(_) => 1,
        Action::RefreshPullRequest(_) => 2,
        Action::Tag(_) => 3,
        Action::Publish(_) => 4,
        Action::CreateForgeRelease(_) => 5,
        Action::MakeArchives(_) => 6,
        Action::Attest(_) => 7,
        Action::ShowForgeRelease(_) => 8,
        Action::MarkLatest(_) => 9,
        Action::Yank(_) => 10,
        Action::Deliver(_) => 11,
    }
}

/// Each is a world in which the planner makes one kind of step.
fn worlds() -> Vec<(&'static str, World)> {
    use examples::{ARCHIVE, BESIDE};
    let all = [&[ARCHIVE], &BESIDE[..]].concat();
    let untold = examples::tagged().seen.own.branches["release-1.0.0"].clone();
    let mut branchless = examples::tagged();
    assert!(branchless.seen.own.branches.remove("release-1.0.0") == Some(untold));
    vec![
        ("a bump is due", examples::due()),
        ("a bump does not merge", stale()),
        ("a bump is merged", examples::merged()),
        ("a release has no branch", branchless),
        ("a branch is to be cut", examples::to_cut()),
        ("a release is tagged", examples::tagged()),
        ("its crates are there", examples::published()),
        ("its archives are missing", examples::prepared(&[])),
        ("nothing says where they are from", examples::prepared(&[ARCHIVE])),
        ("all of its files are there", examples::prepared(&all)),
        ("it is not marked", examples::shown()),
        ("a candidate is superseded", examples::superseding()),
        ("a fix goes to lines", examples::to_backport()),
        ("patches are merged", examples::to_patch()),
    ]
}

/// The bump's pull request is open, and main moved under it.
fn stale() -> World {
    let head = "stationmaster/release-1.0.0";
    let open = crate::model::PullRequestState::Open;
    examples::due().branch(head, 99).pull(head, "main", open).conflicting()
}

fn broken(world: &World, plan: &Plan) -> BTreeSet<Invariant> {
    check(&world.policy, &world.seen, plan).into_iter().map(|violation| violation.invariant).collect()
}

#[test]
fn what_the_planner_makes_of_every_kind_is_safe() {
    let mut kinds = BTreeSet::new();
    for (name, world) in worlds() {
        let plan = world.plan();
        assert!(!plan.steps.is_empty(), "{name}: {:#?}", plan.waits);
        assert_eq!(check(&world.policy, &world.seen, &plan), [], "{name}");
        kinds.extend(plan.steps.iter().map(kind));
    }
    kinds.extend(asked::steps().iter().map(|(_, _, step)| kind(step)));
    assert_eq!(kinds, (0..KINDS).collect(), "each kind of step has a good plan");
}

#[test]
fn a_step_without_any_one_of_its_preconditions_is_unsafe() {
    for (name, world) in worlds() {
        let plan = world.plan();
        for (at, step) in plan.steps.iter().enumerate() {
            assert!(!step.preconditions.is_empty(), "{name}: {} has none", step.id);
            for without in 0..step.preconditions.len() {
                let mut spoiled = plan.clone();
                let gone = spoiled.steps[at].preconditions.remove(without);
                assert_eq!(broken(&world, &spoiled), [Invariant::Unguarded].into(), "{name}: {} {gone:?}", step.id);
            }
        }
    }
}

#[test]
fn a_plan_of_another_day_is_unsafe_whatever_its_steps_are() {
    for (name, world) in worlds() {
        let mut plan = world.plan();
        plan.today = plan.today.tomorrow().expect("a day");
        let all = check(&world.policy, &world.seen, &plan);
        let of_the_day = all.iter().filter(|violation| violation.invariant == Invariant::AnotherDay);
        assert_eq!(of_the_day.count(), plan.steps.len(), "{name}");
    }
}

#[test]
fn a_plan_in_which_a_step_comes_twice_is_unsafe() {
    for (name, world) in worlds() {
        let mut plan = world.plan();
        let again = plan.steps[0].clone();
        plan.steps.push(again);
        assert_eq!(broken(&world, &plan), [Invariant::Twice].into(), "{name}");
    }
}

#[test]
fn a_plan_without_steps_is_always_safe() {
    let world = examples::due();
    let plan = Plan { steps: Vec::new(), today: jiff::civil::date(2000, 1, 1), ..world.plan() };
    assert_eq!(check(&world.policy, &world.seen, &plan), []);
}
