//! Patch releases: of all lines that need a fix, or of none.

use super::table;
use crate::{
    model::{CheckOutcome, FixDecision, PullRequestState},
    plan::examples::{self, World, id, version},
};

const NEXT: &str = "bump to 3.0.0 waits for 2026-03-05";

/// The fix is on these lines, and nothing is proposed.
fn on_lines(lines: &[&str]) -> World {
    let carried = format!("Fix the sink\n\n(cherry picked from commit {})\n", id(5));
    let mut world = examples::to_backport();
    if lines.contains(&"1.0") {
        world = world.line("1.0", 9, &[(21, &carried), (20, "Release 1.0.0")]).files(21, "1.0.0");
    }
    if lines.contains(&"2.0") {
        world = world.line("2.0", 5, &[(31, &carried), (30, "Release 2.0.0")]).files(31, "2.0.0");
    }
    world
}

fn asked(versions: &[&str], forced: bool) -> FixDecision {
    FixDecision::Patch { versions: versions.iter().map(|it| version(it)).collect(), forced, why: String::new() }
}

#[test]
fn a_patch_is_proposed_once_every_line_that_needs_its_fix_has_it() {
    let open = "do: open pull request stationmaster/release-";
    let (first, second) = (format!("{open}1.0.1"), format!("{open}2.0.1"));
    table(vec![
        (
            "no line has it",
            examples::to_backport(),
            &["do: backport 0505050505 to 1.0", "do: backport 0505050505 to 2.0", NEXT],
        ),
        (
            "one line has it",
            on_lines(&["1.0"]),
            &[
                "do: backport 0505050505 to 2.0",
                NEXT,
                "open pull request stationmaster/release-1.0.1 waits for line 2.0: needed",
            ],
        ),
        ("both lines have it", on_lines(&["1.0", "2.0"]), &[&first, &second, NEXT]),
        (
            "a branch carries a version that was never released",
            on_lines(&["1.0", "2.0"]).files(21, "1.0.4"),
            &[&second, NEXT, "open pull request stationmaster/release-1.0.1 waits for branch-at-another-version"],
        ),
        (
            "a person asked for one",
            examples::with_fix().files(20, "1.0.0").decided(asked(&["1.0.1"], false)),
            &[
                "do: open pull request stationmaster/release-1.0.1",
                NEXT,
                "backport 0505050505 to 1.0 waits for what 0505050505 comes to on 1.0: not said",
                "backport 0505050505 to 2.0 waits for what 0505050505 comes to on 2.0: not said",
            ],
        ),
    ]);
}

#[test]
fn patches_are_tagged_together_once_all_of_them_are_merged_and_green() {
    let red = |number: u64, checks| {
        let mut world = examples::to_patch();
        let crate::model::Observed::Known(pulls) = &mut world.seen.own.pull_requests else { panic!("known") };
        pulls.iter_mut().filter(|pull| pull.number == number).for_each(|pull| pull.checks = examples::checks(checks));
        world
    };
    let mut open = examples::to_patch();
    let crate::model::Observed::Known(pulls) = &mut open.seen.own.pull_requests else { panic!("known") };
    pulls[1].state = PullRequestState::Open;
    table(vec![
        ("both are merged", examples::to_patch(), &["do: tag v1.0.1", "do: tag v2.0.1", NEXT]),
        (
            "one is not checked",
            red(2, CheckOutcome::Pending),
            &[
                NEXT,
                "tag v1.0.1 waits for line 2.0: on it, but the release of 2.0.1 is not merged and green",
                "tag v2.0.1 waits for checks of #2",
            ],
        ),
        (
            "one is open",
            open,
            &[
                NEXT,
                "tag v1.0.1 waits for line 2.0: on it, but the release of 2.0.1 is not merged and green",
                "open pull request stationmaster/release-2.0.1 waits for the merge of #2, which is overdue",
            ],
        ),
        (
            "another was asked for with them",
            examples::to_patch().decided(asked(&["1.0.1", "2.0.1", "2.0.2"], false)),
            &[NEXT, "tag v1.0.1 waits for 2.0.2", "tag v2.0.1 waits for 2.0.2"],
        ),
    ]);
}
