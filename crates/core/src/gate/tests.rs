//! Each gate at each door.

use std::collections::BTreeMap;

use jiff::civil::date;

use crate::{
    gate::of_record,
    model::{CheckOutcome, PullRequest, PullRequestState, WaitReason},
    plan::examples::{self, World, id},
    policy::Policy,
};

const REQUIRED: &str = "[gates]\nchecks = [\"test\"]\napprovals = 2\n";

fn policy(gates: &str) -> Policy {
    Policy::parse(&format!("{}{gates}", examples::ON_MERGE)).expect("a policy")
}

fn pull(checks: &[(&str, CheckOutcome)], approvals: &[&str]) -> PullRequest {
    let World { seen, .. } = examples::due().pull("stationmaster/release-1.0.0", "main", PullRequestState::Open);
    let mut pull = seen.own.pull_requests.known().expect("they are known")[0].clone();
    pull.checks = checks.iter().map(|(name, said)| ((*name).to_owned(), *said)).collect();
    pull.approvals = approvals.iter().map(|name| (*name).to_owned()).collect();
    pull
}

fn checks(failed: bool) -> WaitReason {
    WaitReason::Checks { number: 1, failed }
}

fn approvals(missing: u32) -> WaitReason {
    WaitReason::Approval { number: 1, missing }
}

#[test]
fn a_proposal_is_held_by_its_checks_and_its_approvals() {
    use CheckOutcome::{Failure, Pending, Success};
    let (free, strict) = (policy(""), policy(REQUIRED));
    let rows = [
        (&free, pull(&[], &[]), vec![]),
        (&free, pull(&[("lint", Pending)], &[]), vec![checks(false)]),
        (&free, pull(&[("lint", Failure)], &[]), vec![checks(true)]),
        (&strict, pull(&[], &[]), vec![checks(false), approvals(2)]),
        (&strict, pull(&[("test", Failure)], &["ann"]), vec![checks(true), approvals(1)]),
        (&strict, pull(&[("test", Success), ("lint", Failure)], &["ann", "bob"]), vec![]),
    ];
    for (policy, pull, holds) in rows {
        assert_eq!(of_record(policy, &pull, date(2026, 1, 7)), holds, "{:?} {:?}", pull.checks, pull.approvals);
    }
}

#[test]
fn what_was_merged_is_judged_by_the_checks_of_the_day_of_its_merge() {
    let later = format!("[[epoch]]\nfrom = 2026-03-01\n[epoch.gates]\nchecks = [\"miri\"]\n{REQUIRED}");
    let policy = policy(&later.replace(REQUIRED, ""));
    let mut merged = pull(&[], &[]);
    let on = |day: &str| PullRequestState::Merged {
        commit: id(1),
        at: format!("{day}T12:00:00Z").parse().expect("a time"),
        by: "ann".to_owned(),
    };
    merged.state = on("2026-02-28");
    assert_eq!(of_record(&policy, &merged, date(2026, 4, 1)), [], "the check came later");
    merged.state = on("2026-03-01");
    assert_eq!(of_record(&policy, &merged, date(2026, 4, 1)), [checks(false)]);
    merged.checks = BTreeMap::from([("miri".to_owned(), CheckOutcome::Success)]);
    assert_eq!(of_record(&policy, &merged, date(2026, 4, 1)), []);
}
