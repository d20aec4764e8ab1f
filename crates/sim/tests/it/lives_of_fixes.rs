//! Random lives of fixes: people nominate, merge, close, revert and waive as they like, days go by, processes die. Whatever they do,
//! a patch leaves with a fix only where every supported line that needs it has it, or is waived (X5).

use std::collections::BTreeSet;

use jiff::ToSpan;
use semver::Version;
use stationmaster_core::{
    calendar,
    model::{CheckState, CommitId, FixDecision, JournalEvent, LineName, PullRequestKind, PullRequestState},
    policy::Policy,
};
use stationmaster_sim::{
    gate::{CrashPlan, Mishap},
    people::MergeStyle,
    random::Random,
    world::State,
};

use crate::play::Stage;

const LIVES: u64 = 40;
const DEEDS: usize = 40;
const LINES: [&str; 4] = ["1.0.0 0.88.0", "5.0.0 0.92.0", "6.0.0 0.93.0", "7.0.0 0.94.0"];
const PATHS: [&str; 3] = ["crates/demo/src/lib.rs", "crates/demo-cli/src/lib.rs", "crates/codegen/src/lib.rs"];

fn begin() -> Stage {
    let mut stage = Stage::new();
    for line in ["policy lines", "world 8.0.0 0.95.0", "day 2022-06-02"] {
        stage.line(line);
    }
    LINES.iter().for_each(|versions| stage.line(&format!("line {versions}")));
    stage
}

/// One thing that somebody does.
fn deed(stage: &mut Stage, random: &mut Random) {
    let fixes: Vec<String> = stage.fixes.keys().filter(|key| !key.starts_with("no")).cloned().collect();
    let any = |random: &mut Random, all: &[String]| all.get(random.below(all.len() as u64) as usize).cloned();
    match random.below(14) {
        0 | 1 if fixes.len() < 3 => {
            let path = PATHS[fixes.len()];
            stage.line(&format!("fix f{} security {path}", fixes.len()));
        }
        2 if random.per_mille(300) => {
            if let Some(key) = any(random, &fixes).filter(|key| !stage.fixes.contains_key(&format!("no{key}"))) {
                stage.line(&format!("revert {key}"));
            }
        }
        3 if random.per_mille(500) => {
            let line = ["1.0", "5.0", "6.0", "7.0"][random.below(4) as usize];
            any(random, &fixes).into_iter().for_each(|key| stage.line(&format!("waive {key} {line}")));
        }
        4 => {
            let tomorrow = stage.world.today().saturating_add(1.days());
            stage.world.day(tomorrow);
        }
        5..=9 => (0..3).for_each(|_| meddle(stage, random)),
        _ => {
            stage.disturbed = true;
            let at = stage.world.effects() + random.below(12) as usize;
            if random.per_mille(400) {
                stage.world.plan_crash(CrashPlan { at, when: Mishap::CrashAfter });
            }
            stage.line("run");
        }
    }
}

/// Merge, close or fail an open pull request.
fn meddle(stage: &mut Stage, random: &mut Random) {
    let open: Vec<String> = {
        let state = stage.world.state();
        let pulls = state.own.forge.pull_requests.values().filter(|pull| pull.state == PullRequestState::Open);
        pulls.map(|pull| pull.head.clone()).collect()
    };
    let Some(head) = open.get(random.below(open.len() as u64) as usize) else { return };
    let person = stage.world.person("a maintainer");
    // What does not merge is left as it is.
    let _ = match random.below(20) {
        0 => person.close(head),
        1 => person.checks(head, CheckState::Failed),
        2 => person.checks(head, CheckState::Green),
        3..=6 => person.merge(head, MergeStyle::Squash).map(drop),
        _ => person.merge(head, MergeStyle::Merge).map(drop),
    };
}

/// The lines that a patch of ours left behind with a fix that they need, as it is now.
fn left_behind(stage: &Stage, policy: &Policy, known: &BTreeSet<String>) -> Vec<String> {
    let state = stage.world.state();
    let supported = calendar::supported(policy, state.today());
    let mut found = Vec::new();
    let new = state.own.repository.tags.iter().filter(|(tag, _)| !known.contains(*tag));
    for (tag, at) in new {
        let Some(version) = policy.project.tag.version_of(tag).filter(|version| version.patch > 0) else { continue };
        let own = LineName::of(&version);
        for (key, fix) in stage.fixes.iter().filter(|(key, _)| !key.starts_with("no")) {
            // It was out before, or is not in it.
            let before = state.own.repository.commit(&at.commit).and_then(|commit| commit.parents.first()).cloned();
            let released_before = known.iter().any(|old| {
                policy.project.tag.version_of(old).is_some_and(|version| LineName::of(&version) == own)
                    && has(&state, &state.own.repository.tags[old].commit, fix)
            });
            let taken_back = stage.fixes.contains_key(&format!("no{key}"));
            if taken_back || before.is_none() || released_before || !has(&state, &at.commit, fix) {
                continue;
            }
            for line in supported.iter().filter(|line| **line != own && !is_waived(&state, fix, **line)) {
                if !leaves_with(&state, policy, *line, fix) {
                    found.push(format!("{tag} has {key}, and no release of {line} has it"));
                }
            }
        }
    }
    found
}

/// Whether a line has a release with a fix, or one that is merged and green.
fn leaves_with(state: &State, policy: &Policy, line: LineName, fix: &CommitId) -> bool {
    let is_of_line = |version: &Version| LineName::of(version) == line;
    let tagged = state.own.repository.tags.iter().any(|(tag, at)| {
        policy.project.tag.version_of(tag).is_some_and(|version| is_of_line(&version))
            && ever_had(state, &at.commit, fix)
    });
    let merged =
        state.own.forge.pull_requests.values().any(|pull| match (&pull.state, PullRequestKind::of_head(&pull.head)) {
            (PullRequestState::Merged { commit, .. }, Some(PullRequestKind::Release(version))) => {
                let green = state.own.forge.checks_of(commit) == CheckState::Green;
                is_of_line(&version) && green && ever_had(state, commit, fix)
            }
            _ => false,
        });
    tagged || merged
}

fn is_waived(state: &State, fix: &CommitId, line: LineName) -> bool {
    state.journal.iter().any(|entry| {
        matches!(&entry.event, JournalEvent::Fix(FixDecision::Waive { change, line: at, .. }) if change == fix && *at == line)
    })
}

/// Whether a commit has a fix, by its whole history, and no revert of it.
fn has(state: &State, commit: &CommitId, fix: &CommitId) -> bool {
    let mark = format!("This reverts commit {fix}");
    let messages = |wanted: &dyn Fn(&str) -> bool| {
        let all = state.own.repository.ancestors(commit);
        all.iter().filter_map(|id| state.own.repository.commit(id)).any(|commit| wanted(&commit.message))
    };
    ever_had(state, commit, fix) && !messages(&|message| message.contains(&mark))
}

fn ever_had(state: &State, commit: &CommitId, fix: &CommitId) -> bool {
    let origin = format!("(cherry picked from commit {fix})");
    // A squash has words of its own, but the name of the pull request's branch.
    let head = format!("-{}", fix.short());
    state.own.repository.ancestors(commit).iter().any(|id| {
        let message = state.own.repository.commit(id).map_or("", |commit| &commit.message);
        id == fix || message.contains(&origin) || (message.starts_with("Merge ") && message.contains(&head))
    })
}

#[test]
fn no_patch_leaves_with_a_fix_that_a_line_which_needs_it_lacks() {
    let mut patches = 0;
    for seed in 0..LIVES {
        let mut random = Random::seeded(seed);
        let mut stage = begin();
        let policy = stage.policy.parse();
        for _ in 0..DEEDS {
            let known: BTreeSet<String> = stage.world.state().own.repository.tags.keys().cloned().collect();
            deed(&mut stage, &mut random);
            let found = left_behind(&stage, &policy, &known);
            assert_eq!(found, Vec::<String>::new(), "seed {seed}:\n{}", stage.log.join("\n"));
            assert_eq!(stage.world.breaches(), [], "seed {seed}:\n{}", stage.log.join("\n"));
        }
        let state = stage.world.state();
        let versions = state.own.repository.tags.keys().filter_map(|tag| policy.project.tag.version_of(tag));
        patches += versions.filter(|version| version.patch > 0).count();
    }
    assert!(patches > 20, "only {patches} patches in {LIVES} lives: too few to say anything");
}
