//! The way of X1: cut from main on one day, released from the branch on a later one, with candidates between (X11).

use jiff::civil::{Date, date};

use super::table;
use crate::{
    model::PullRequestState,
    plan::examples::{self, World},
};

fn main_at(main: &str, today: Date) -> World {
    World::of(&examples::cut(), today, main)
}

/// The branch of 1.0.0 was cut, and main moved on.
fn boarding(today: Date) -> World {
    main_at("2.0.0-dev", today).branch("release-1.0.0", 2).files(2, "1.0.0-dev")
}

#[test]
fn a_branch_is_cut_on_its_day_from_main_that_carries_its_version() {
    let day = date(2026, 1, 5);
    let next = "cut release-2.0.0 waits for 2026-02-05";
    let bumped = main_at("1.0.0-dev", day)
        .merged("stationmaster/bump-2.0.0-dev", "main", 1)
        .branch("release-1.0.0", 2)
        .files(2, "1.0.0-dev");
    table(vec![
        ("long before", main_at("0.9.0", date(2025, 12, 1)), &["bump main to 1.0.0-dev waits for 2025-12-05"]),
        (
            "a month before, main is moved on",
            main_at("0.9.0", date(2025, 12, 5)),
            &["do: open pull request stationmaster/bump-1.0.0-dev"],
        ),
        ("the day before", main_at("1.0.0-dev", date(2026, 1, 4)), &["cut release-1.0.0 waits for 2026-01-05"]),
        ("the day", main_at("1.0.0-dev", day), &["do: cut release-1.0.0"]),
        ("main went past it", main_at("2.0.0-dev", day), &["cut release-1.0.0 waits for missed-cut", next]),
        (
            "main was moved on, and carries the old version",
            bumped,
            &[
                "do: open pull request stationmaster/candidate-1.0.0-rc.1",
                "open pull request stationmaster/release-1.0.0 waits for 2026-01-20",
                "bump main to 2.0.0-dev waits for main-went-back",
            ],
        ),
    ]);
}

#[test]
fn a_branch_has_a_candidate_at_once_and_its_release_on_its_day() {
    let next = "cut release-2.0.0 waits for 2026-02-05";
    let head = "stationmaster/candidate-1.0.0-rc.1";
    let on = |day: i8| boarding(date(2026, 1, day));
    let open = on(6).branch(head, 99).pull(head, "release-1.0.0", PullRequestState::Open);
    let merged = || on(6).files(3, "1.0.0-rc.1").packaged(3, "1.0.0-rc.1").merged(head, "release-1.0.0", 3);
    let out = merged().tag("v1.0.0-rc.1", 3).index(&["1.0.0-rc.1"]);
    let release = "open pull request stationmaster/release-1.0.0 waits for 2026-01-20";
    table(vec![
        ("it was cut", on(6), &["do: open pull request stationmaster/candidate-1.0.0-rc.1", release]),
        (
            "its candidate is open",
            open,
            &["open pull request stationmaster/candidate-1.0.0-rc.1 waits for the merge of #1", release],
        ),
        ("its candidate is merged", merged(), &["do: tag v1.0.0-rc.1", release]),
        ("its candidate is out", out, &["do: release v1.0.0-rc.1", release]),
        ("its day has come", on(20), &["do: open pull request stationmaster/release-1.0.0", next]),
        (
            "the release takes the place of the candidate",
            examples::superseding(),
            &["do: yank candidates before 1.0.0", next],
        ),
    ]);
}
