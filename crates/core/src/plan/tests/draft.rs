//! A pull request that is wanted: opened, written anew, or waited for.

use jiff::civil::date;

use super::table;
use crate::{
    model::{CheckOutcome, PullRequest, PullRequestState},
    plan::examples::{self, World, checks},
};

const HEAD: &str = "stationmaster/release-1.0.0";

#[test]
fn a_pull_request_is_followed_until_it_is_merged_and_green() {
    let open = |change: fn(&mut PullRequest)| {
        examples::due()
            .on(date(2026, 1, 7))
            .branch(HEAD, 99)
            .pull(HEAD, "main", PullRequestState::Open)
            .newest_pull(change)
    };
    let merged = |change: fn(&mut PullRequest)| examples::merged().newest_pull(change);
    let approvals = |given: &[&str]| {
        let policy = format!("{}[gates]\napprovals = 2\n", examples::ON_MERGE);
        let world = World::of(&policy, date(2026, 1, 7), "0.9.0").branch(HEAD, 99);
        let given: Vec<String> = given.iter().map(|name| (*name).to_owned()).collect();
        world.pull(HEAD, "main", PullRequestState::Open).newest_pull(|pull| pull.approvals = given)
    };
    let next = "bump to 2.0.0 waits for 2026-02-05";
    let step = "open pull request stationmaster/release-1.0.0";
    let waits = |what: &str| format!("{step} waits for {what}");
    let tag = |what: &str| format!("tag v1.0.0 waits for {what}");
    let refresh = format!("do: {step}");
    for (name, world, first) in [
        ("it is open", open(|_| {}), waits("the merge of #1")),
        ("it waits for long", open(|_| {}).on(date(2026, 1, 20)), waits("the merge of #1, which is overdue")),
        ("its checks failed", open(|pull| pull.checks = checks(CheckOutcome::Failure)), waits("failed checks of #1")),
        ("it does not merge", open(|_| {}).conflicting(), refresh.clone()),
        ("it was closed", open(|pull| pull.state = PullRequestState::Closed), waits("#1 to be reopened")),
        ("nobody approved it", approvals(&[]), waits("2 approvals of #1")),
        ("one approved it", approvals(&["ann"]), waits("1 approvals of #1")),
        ("two approved it", approvals(&["ann", "bob"]), waits("the merge of #1")),
        ("its checks run", open(|pull| pull.checks = checks(CheckOutcome::Pending)), waits("checks of #1")),
        (
            "merged, and not checked yet",
            merged(|pull| pull.checks = checks(CheckOutcome::Pending)),
            tag("checks of #1"),
        ),
        ("merged, and red", merged(|pull| pull.checks = checks(CheckOutcome::Failure)), tag("failed checks of #1")),
        ("merged, and green", merged(|_| {}), "do: tag v1.0.0".to_owned()),
        ("a branch was left behind", examples::due().branch(HEAD, 98), refresh),
    ] {
        table(vec![(name, world, &[first.as_str(), next])]);
    }
}

#[test]
fn what_was_left_behind_is_replaced_and_what_does_not_merge_is_written_anew() {
    use crate::{
        model::Condition,
        step::{Action, OpenPullRequest, RefreshPullRequest},
    };
    let left = examples::due().branch(HEAD, 98).plan();
    let Action::OpenPullRequest(OpenPullRequest { draft, .. }) = &left.steps[0].action else {
        panic!("{:?}", left.steps)
    };
    assert_eq!(draft.replaces, Some(examples::id(98)));
    let open = examples::due().branch(HEAD, 99).pull(HEAD, "main", PullRequestState::Open);
    let stale = open.conflicting().plan();
    let Action::RefreshPullRequest(RefreshPullRequest { number: 1, draft }) = &stale.steps[0].action else {
        panic!("{:?}", stale.steps)
    };
    assert_eq!(draft.replaces, Some(examples::id(99)));
    let open = Condition::PullRequestOpen { number: 1, head: HEAD.to_owned() }.into();
    assert!(stale.steps[0].preconditions.contains(&open), "{:?}", stale.steps[0].preconditions);
}
