//! A fix to the lines that need it: a pull request each, and why there is none.

use jiff::civil::date;

use super::table;
use crate::{
    model::{FixDecision, Observed, Picked, PullRequest, PullRequestState},
    plan::examples::{self, World, id},
};

const NEXT: &str = "bump to 3.0.0 waits for 2026-03-05";

/// The fix can be carried to 2.0; on 1.0 it has this.
fn one(picked: Picked) -> World {
    let clean = Picked::Clean { commit: id(31), paths: vec!["src/lib.rs".to_owned()] };
    examples::with_fix().picked(5, 20, "security (R7)", picked).picked(5, 30, "security (R7)", clean)
}

fn pulled(state: PullRequestState, change: fn(&mut PullRequest)) -> World {
    let head = format!("stationmaster/backport-1.0-{}", id(5).short());
    examples::to_backport().branch(&head, 99).pull(&head, "release-1.0.0", state).newest_pull(change)
}

#[test]
fn a_fix_goes_to_every_line_that_needs_it() {
    let (first, second) = ("backport 0505050505 to 1.0", "backport 0505050505 to 2.0");
    let (open_first, open_second) = (format!("do: {first}"), format!("do: {second}"));
    let waits = |what: &str| format!("{first} waits for {what}");
    let mut unseen = one(Picked::Present);
    unseen.seen.own.picks[0].1 = Observed::Unknown("no answer".to_owned());
    let waive = FixDecision::Waive { change: id(5), line: "1.0".parse().expect("a line"), why: String::new() };
    let conflict = Picked::Conflict { change: id(5), paths: vec!["src/lib.rs".to_owned()] };
    let merge = waits("the merge of #1, which is overdue");
    let (reopen, stuck) = (waits("#1 to be reopened"), waits("backport-conflict"));
    let unknown = waits("what 0505050505 comes to on 1.0: no answer");
    table(vec![
        ("both need it", examples::to_backport(), &[&open_first, &open_second, NEXT]),
        ("one has it in other words", one(Picked::Present), &[&open_second, NEXT]),
        ("one does without it", examples::to_backport().decided(waive), &[&open_second, NEXT]),
        ("it does not merge into one", one(conflict), &[&open_second, NEXT, &stuck]),
        ("what becomes of it was not seen", unseen, &[&open_second, NEXT, &unknown]),
        ("one is open", pulled(PullRequestState::Open, |_| {}), &[&open_second, NEXT, &merge]),
        (
            "one is open and does not merge",
            pulled(PullRequestState::Open, |_| {}).conflicting(),
            &[&open_first, &open_second, NEXT],
        ),
        ("one was closed", pulled(PullRequestState::Closed, |_| {}), &[&open_second, NEXT, &reopen]),
        (
            "one has ended",
            examples::to_backport().on(date(2026, 3, 6)).tag("v3.0.0", 1).release("v3.0.0", false, &[]),
            &[&open_second, "do: mark v3.0.0 latest", "bump to 4.0.0 waits for 2026-04-05"],
        ),
    ]);
}
