//! Crash everywhere: the process is stopped at every effect of every story, and run again.

use stationmaster_core::policy::Policy;
use stationmaster_sim::{
    gate::{CrashPlan, Mishap},
    invariants,
    picture::Substance,
};

use crate::{play::Stage, stories::STORIES};

/// Dying before an effect leaves the same world as dying after the one before it, so that is tried at the first effect only.
fn modes(first: bool) -> &'static [Mishap] {
    let all = &[Mishap::CrashBefore, Mishap::CrashAfter, Mishap::LostReply];
    if first { all } else { &all[1..] }
}

/// One of our crashes: the story up to the command in which it comes, and the effect.
struct Case {
    start: Stage,
    /// The line of the command.
    line: usize,
    effects: std::ops::Range<usize>,
    /// The world after the command.
    after: Substance,
}

/// Play a story undisturbed, and keep the moment before each command in which our program has effects.
fn cases(text: &str) -> (Stage, Vec<Case>) {
    let mut stage = Stage::new();
    let mut cases = Vec::new();
    for (line, command) in text.lines().enumerate() {
        let runs = matches!(command.trim(), "run" | "apply");
        let before = runs.then(|| (stage.fork(), stage.world.effects()));
        stage.line(command);
        if let Some((start, first)) = before {
            let effects = first..stage.world.effects();
            cases.push(Case { start, line, effects, after: stage.world.substance() });
        }
    }
    (stage, cases)
}

fn crash_everywhere(name: &str, text: &str) {
    let (undisturbed, cases) = cases(text);
    let policy = undisturbed.policy.parse();
    assert_eq!(at_rest(&undisturbed, &policy), [], "{name}:\n{}", undisturbed.log.join("\n"));
    let picture = undisturbed.world.picture();
    for case in &cases {
        for at in case.effects.clone() {
            for &when in modes(at == case.effects.start) {
                let mut stage = case.start.fork();
                stage.disturbed = true;
                stage.world.plan_crash(CrashPlan { at, when });
                let mut lines = text.lines().skip(case.line);
                lines.next().into_iter().for_each(|line| stage.line(line));
                // Where nothing at all is different after the command, what follows is what was seen already.
                if stage.world.substance() != case.after {
                    lines.for_each(|line| stage.line(line));
                    let context = || format!("{name}, effect {at}, {when:?}:\n{}", stage.log.join("\n"));
                    assert_eq!(stage.world.picture(), picture, "{}", context());
                    assert_eq!(at_rest(&stage, &policy), [], "{}", context());
                }
                let breaches = stage.world.breaches();
                assert_eq!(breaches, [], "{name}, effect {at}, {when:?}:\n{}", stage.log.join("\n"));
            }
        }
    }
}

fn at_rest(stage: &Stage, policy: &Policy) -> Vec<invariants::Breach> {
    invariants::judge_at_rest(&stage.world.state(), |tag| policy.project.tag.version_of(tag))
}

/// Two tests, for two cores.
fn every_other_story(from: usize) {
    for (name, text) in STORIES.into_iter().skip(from).step_by(2) {
        crash_everywhere(name, text);
    }
}

#[test]
fn a_process_that_dies_at_any_effect_can_be_run_again_even_stories() {
    every_other_story(0);
}

#[test]
fn a_process_that_dies_at_any_effect_can_be_run_again_odd_stories() {
    every_other_story(1);
}
