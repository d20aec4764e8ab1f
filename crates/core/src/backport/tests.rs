use jiff::{Timestamp, civil::date};

use super::*;
use crate::{
    model::{
        BranchHead, ChangeClass, CommitId, Decided, FixDecision, LineHistory, LineName, LoggedCommit, Maintenance,
        Observation, Observed, Pick, Picked, Rule, TagRef,
    },
    policy::Policy,
};

/// On 2026-10-20, 3.0 and 4.0 are supported, 2.0 has ended, and 5.0 is cut and not released.
const POLICY: &str = "preset = \"2022-cut\"\n[project]\nname = \"Demo\"\nrelease-branch = \"r-{version}\"\n[train]\nfirst = { \
                      version = \"2.0.0\", cut = 2026-07-05 }\n[backport]\ncorrectness = { latest = 1 }\n";

fn id(n: u8) -> CommitId {
    format!("{n:02x}").repeat(20).parse().expect("an id")
}

fn line(name: &str) -> LineName {
    name.parse().expect("a line")
}

fn commit(n: u8, message: &str) -> LoggedCommit {
    LoggedCommit { id: id(n), message: message.to_owned(), seconds: i64::from(n), brought: Vec::new() }
}

fn seen() -> Observation {
    let branches = [("main", 1), ("r-2.0.0", 20), ("r-3.0.0", 30), ("r-4.0.0", 40), ("r-5.0.0", 50)];
    let tags = [("v2.0.0", 20), ("v3.0.0", 30), ("v4.0.0", 40)];
    Observation {
        branches: branches.map(|(name, n)| (name.to_owned(), BranchHead { commit: id(n) })).into_iter().collect(),
        tags: tags.map(|(name, n)| (name.to_owned(), TagRef { commit: id(n) })).into_iter().collect(),
        ..Observation::of_nothing(date(2026, 10, 19))
    }
}

fn policy() -> Policy {
    Policy::parse(POLICY).expect("a sound policy")
}

/// Main, newest first, and lines that parted after so many of its commits.
fn known(main: &[LoggedCommit], lines: &[(&str, usize, Vec<LoggedCommit>)], decisions: Vec<Decided>) -> Maintenance {
    let history = |(name, parted, commits): &(&str, usize, Vec<LoggedCommit>)| {
        let branch = format!("r-{name}.0");
        let head = seen().branches[&branch].commit.clone();
        (line(name), LineHistory { branch, head, parted: Some(*parted), commits: commits.clone() })
    };
    Maintenance {
        changes: relevant(main, &decisions, &[]),
        lines: lines.iter().map(history).collect(),
        decisions,
        ..Maintenance::default()
    }
}

fn decided(decision: FixDecision) -> Decided {
    Decided { decision, by: "a maintainer".to_owned(), at: Timestamp::UNIX_EPOCH }
}

fn standing(matrix: &Matrix, row: usize, name: &str) -> String {
    matrix.rows[row].cells[&line(name)].standing.to_string()
}

const SECURITY: &str = "Mend the sink (#12)\n\nChange-Class: security\n";

#[test]
fn lines_are_boarding_supported_or_ended_by_the_calendar_and_their_first_tag() {
    let states = line_states(&policy(), &seen());
    let ended = LineState::Ended(date(2026, 9, 21));
    let wanted =
        [("2.0", ended), ("3.0", LineState::Supported), ("4.0", LineState::Supported), ("5.0", LineState::Boarding)];
    assert_eq!(states, wanted.map(|(name, state)| (line(name), state)).into_iter().collect());
}

#[test]
fn each_class_must_may_or_must_not_go_to_a_line_by_a_rule() {
    let (policy, today) = (policy(), seen().today);
    let judge = |class, on_by_default, satellite, state, newer| {
        let fix = Classified { class, on_by_default, satellite, source: Source::Hand };
        demand::by_state(&policy, today, &fix, state, newer)
    };
    let supported = LineState::Supported;
    assert_eq!(judge(ChangeClass::Security, true, false, supported, 1), Demand::Must { rule: Rule::R7 });
    assert_eq!(judge(ChangeClass::Miscompilation, true, false, supported, 1), Demand::Must { rule: Rule::R9 });
    assert_eq!(judge(ChangeClass::Correctness, true, false, supported, 0), Demand::Must { rule: Rule::R7 });
    assert_eq!(judge(ChangeClass::Correctness, true, false, supported, 1), Demand::May { rule: Rule::R7 });
    assert_eq!(judge(ChangeClass::Correctness, true, false, LineState::Boarding, 0), Demand::Must { rule: Rule::X2 });
    let not = |rule, why| Demand::MustNot { rule, why };
    let feature = Refusal::Class { class: ChangeClass::Feature };
    assert_eq!(judge(ChangeClass::Feature, true, false, supported, 0), not(Rule::R6, feature));
    assert_eq!(judge(ChangeClass::Security, false, false, supported, 0), not(Rule::R6, Refusal::OffByDefault));
    assert_eq!(judge(ChangeClass::Security, true, true, supported, 0), not(Rule::R13, Refusal::Satellite));
    let day = date(2026, 9, 21);
    assert_eq!(
        judge(ChangeClass::Security, true, false, LineState::Ended(day), 2),
        not(Rule::R7, Refusal::EndOfLife { day })
    );
    let unclassified =
        Classified { class: ChangeClass::Other, on_by_default: true, satellite: false, source: Source::Nothing };
    assert_eq!(
        demand::by_state(&policy, today, &unclassified, supported, 0),
        Demand::May { rule: Rule::R6 },
        "nobody said what it is"
    );
}

#[test]
fn a_fix_is_found_on_lines_by_what_they_say_and_by_what_they_were_cut_from() {
    let main = [commit(3, "Go on"), commit(2, SECURITY), commit(1, "Begin")];
    let picked = format!("Mend the sink (#40)\n\n(cherry picked from commit {})\n", id(2));
    let lines = [
        ("3.0", 2, vec![commit(31, &picked), commit(30, "Release 3.0.0")]),
        ("4.0", 2, vec![commit(40, "Release 4.0.0")]),
        ("5.0", 1, vec![]),
    ];
    let mut seen = seen();
    let mut known = known(&main, &lines, Vec::new());
    let before = matrix(&policy(), &seen, &known);
    assert_eq!(standing(&before, 0, "3.0"), "merged");
    assert_eq!(standing(&before, 0, "5.0"), "in it from the start");
    let pick = Pick { changes: vec![id(2)], onto: id(40), why: Some("security (R7)".to_owned()) };
    assert_eq!(wanted_picks(&policy(), &seen, &known), std::slice::from_ref(&pick));
    known.picks.push((pick, Observed::Known(Picked::Conflict { change: id(2), paths: vec!["a.rs".into()] })));
    assert_eq!(standing(&matrix(&policy(), &seen, &known), 0, "4.0"), "conflict in a.rs");
    seen.tags.insert("v3.0.1".to_owned(), TagRef { commit: id(31) });
    assert_eq!(standing(&matrix(&policy(), &seen, &known), 0, "3.0"), "released in 3.0.1");
}

#[test]
fn a_line_that_took_a_fix_back_lacks_it() {
    let main = [commit(2, SECURITY), commit(1, "Begin")];
    let picked = commit(31, "Mend the sink (#12)");
    let back = commit(32, &format!("Revert it\n\nThis reverts commit {}.\n", id(31)));
    let lines = [("3.0", 1, vec![back, picked.clone(), commit(30, "Release 3.0.0")]), ("4.0", 1, vec![picked])];
    let found = matrix(&policy(), &seen(), &known(&main, &lines, Vec::new()));
    assert_eq!(standing(&found, 0, "3.0"), "unknown: it was not looked at");
    assert_eq!(standing(&found, 0, "4.0"), "merged");
}

#[test]
fn a_revert_is_needed_just_where_its_fix_is() {
    let main = [
        commit(3, &format!("Revert \"Mend the sink (#12)\"\n\nThis reverts commit {}.\n", id(2))),
        commit(2, SECURITY),
        commit(1, "Begin"),
    ];
    let lines = [("3.0", 2, vec![commit(31, "Mend the sink (#12)"), commit(30, "Release 3.0.0")]), ("4.0", 2, vec![])];
    let found = matrix(&policy(), &seen(), &known(&main, &lines, Vec::new()));
    assert_eq!(found.rows[0].fix.reverts, Some(id(2)));
    assert_eq!(standing(&found, 0, "3.0"), "unknown: it was not looked at", "it is to be picked");
    assert_eq!((standing(&found, 0, "4.0"), standing(&found, 1, "4.0")), ("not needed".into(), "not needed".into()));
    let again = commit(4, &format!("Bring it back\n\nThis reverts commit {}.\n", id(3)));
    let relanded = fixes(&known(&[&[again], &main[..]].concat(), &lines, Vec::new()));
    assert_eq!(relanded.iter().find(|fix| fix.change.id == id(2)).expect("the fix").reverted_by, None);
}

#[test]
fn what_people_decided_last_counts_and_goes_before_the_message() {
    let main = [commit(3, "Mend the tap"), commit(2, SECURITY), commit(1, "Begin")];
    let nominate = |n, class, lines: &[&str]| {
        let lines = lines.iter().map(|name| line(name)).collect();
        let (change, why) = (id(n), "why".to_owned());
        decided(FixDecision::Nominate { change, class, on_by_default: true, lines, why })
    };
    let waive = FixDecision::Waive { change: id(3), line: line("4.0"), why: "unused there".to_owned() };
    let withdraw = FixDecision::Withdraw { change: id(2), why: "it is none".to_owned() };
    let decisions = vec![
        nominate(3, ChangeClass::Security, &[]),
        nominate(3, ChangeClass::Correctness, &["3.0"]),
        decided(waive),
        decided(withdraw),
    ];
    let lines = [("3.0", 2, vec![]), ("4.0", 2, vec![])];
    let found = matrix(&policy(), &seen(), &known(&main, &lines, decisions));
    assert_eq!(found.rows.len(), 1, "the other is withdrawn");
    assert_eq!(found.rows[0].fix.class.class, ChangeClass::Correctness);
    assert_eq!(found.rows[0].cells[&line("3.0")].demand, Demand::Must { rule: Rule::R7 }, "asked for by hand");
    assert_eq!(standing(&found, 0, "4.0"), "waived by a maintainer");
}

#[test]
fn a_squash_with_words_of_its_own_is_known_by_its_pull_request() {
    let main = [commit(2, SECURITY), commit(1, "Begin")];
    let mut own = commit(31, "Backport things");
    own.brought = Vec::new();
    let lines = [("3.0", 1, vec![own, commit(30, "Release 3.0.0")]), ("4.0", 1, vec![])];
    let mut seen = seen();
    let pull = crate::model::PullRequest {
        number: 7,
        head: crate::plan::PullRequestKind::backport(line("3.0"), &id(2)).head_branch(),
        base: "r-3.0.0".to_owned(),
        head_commit: id(90),
        title: String::new(),
        body: String::new(),
        opened: Timestamp::UNIX_EPOCH,
        state: crate::model::PullRequestState::Merged { commit: id(31), at: Timestamp::UNIX_EPOCH, by: String::new() },
        checks: crate::model::CheckState::Green,
        approvals: Vec::new(),
        conflicting: false,
    };
    seen.pull_requests = Observed::Known(vec![pull]);
    assert_eq!(standing(&matrix(&policy(), &seen, &known(&main, &lines, Vec::new())), 0, "3.0"), "merged");
}
