use std::collections::BTreeSet;

use jiff::{Timestamp, civil::date};

use super::*;
use crate::{
    facts::{Ask, Facts, Question, RepositoryFacts},
    model::{
        BranchHead, ChangeClass, CommitId, Decided, FixDecision, Held, Histories, LineHistory, LineName, LoggedCommit,
        Observed, PatchIds, Pick, Picked, Rule, TagRef,
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

fn seen() -> Facts {
    let branches = [("main", 1), ("r-2.0.0", 20), ("r-3.0.0", 30), ("r-4.0.0", 40), ("r-5.0.0", 50)];
    let tags = [("v2.0.0", 20), ("v3.0.0", 30), ("v4.0.0", 40)];
    let own = RepositoryFacts {
        branches: branches.map(|(name, n)| (name.to_owned(), BranchHead { commit: id(n) })).into_iter().collect(),
        tags: tags.map(|(name, n)| (name.to_owned(), TagRef { commit: id(n) })).into_iter().collect(),
        ..RepositoryFacts::default()
    };
    Facts { own, ..Facts::of_nothing(date(2026, 10, 19)) }
}

fn policy() -> Policy {
    Policy::parse(POLICY).expect("a sound policy")
}

/// Main, newest first, and lines that parted after so many of its commits.
fn known(main: &[LoggedCommit], lines: &[(&str, usize, Vec<LoggedCommit>)], decisions: Vec<Decided>) -> Facts {
    let history = |(name, parted, commits): &(&str, usize, Vec<LoggedCommit>)| {
        let branch = format!("r-{name}.0");
        let head = seen().own.branches[&branch].commit.clone();
        (line(name), LineHistory { branch, head, parted: Some(*parted), commits: commits.clone() })
    };
    let histories = Histories { main: main.to_vec(), lines: lines.iter().map(history).collect() };
    let mut known = Facts { decisions: Observed::Known(decisions), ..seen() };
    known.own.histories = Some(Observed::Known(histories));
    known
}

/// The line's head is this commit.
fn head(known: &mut Facts, name: &str, n: u8) {
    let Some(Observed::Known(histories)) = &mut known.own.histories else { panic!("known") };
    histories.lines.get_mut(&line(name)).expect("the line").head = id(n);
}

/// What is lacking for the matrix.
fn lacking(known: &Facts) -> BTreeSet<Question> {
    let ask = Ask::of(known);
    let maintenance = Maintenance::of(&policy(), &ask, |_| Vec::new());
    let matrix = maintenance.ok().map(|known| super::matrix(&policy(), &ask, &known).is_ok());
    ask.end(matrix).expect_err("something is lacking").into_values().flatten().collect()
}

/// The matrix, where all that is lacking cannot be seen.
fn matrix(known: &Facts) -> Matrix {
    let mut known = known.clone();
    let unseen = || "not seen".to_owned();
    loop {
        let ask = Ask::of(&known);
        let made = Maintenance::of(&policy(), &ask, |_| Vec::new());
        let made = made.ok().and_then(|maintenance| super::matrix(&policy(), &ask, &maintenance).ok());
        match ask.end(made) {
            Ok(matrix) => return matrix.expect("all is known"),
            Err(questions) => questions.into_values().flatten().for_each(|question| match question {
                Question::Patch { commit } => {
                    known.own.deeds.patches.insert(commit, Observed::Unknown(unseen()));
                }
                Question::Held { place: (change, at) } => {
                    known.own.deeds.held.entry(change).or_default().insert(at, Observed::Unknown(unseen()));
                }
                Question::Pick { pick } => known.own.picks.push((pick, Observed::Unknown(unseen()))),
                other => panic!("{other:?}"),
            }),
        }
    }
}

/// What a commit does, by a word: `-word` takes `word` back.
fn does(known: &mut Facts, commits: &[(u8, &str)]) {
    for (n, word) in commits {
        let inverse = word.strip_prefix('-').map_or_else(|| format!("-{word}"), str::to_owned);
        let patch = PatchIds { does: (*word).to_owned(), undoes: inverse };
        known.own.deeds.patches.insert(id(*n), Observed::Known(Some(patch)));
    }
}

fn held(known: &mut Facts, change: u8, at: u8, held: Held) {
    known.own.deeds.held.entry(id(change)).or_default().insert(id(at), Observed::Known(held));
}

fn decided(decision: FixDecision) -> Decided {
    Decided { decision, by: "a maintainer".to_owned(), at: Timestamp::UNIX_EPOCH }
}

fn standing(matrix: &Matrix, row: usize, name: &str) -> String {
    matrix.rows[row].cells[&line(name)].standing.to_string()
}

const SECURITY: &str = "Fix the sink (#12)\n\nChange-Class: security\n";

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
    let picked = format!("Fix the sink (#40)\n\n(cherry picked from commit {})\n", id(2));
    let lines = [
        ("3.0", 2, vec![commit(31, &picked), commit(30, "Release 3.0.0")]),
        ("4.0", 2, vec![commit(40, "Release 4.0.0")]),
        ("5.0", 1, vec![]),
    ];
    let mut known = known(&main, &lines, Vec::new());
    let before = matrix(&known);
    assert_eq!(standing(&before, 0, "3.0"), "merged");
    assert_eq!(standing(&before, 0, "5.0"), "in it from the start");
    let pick = Pick { changes: vec![id(2)], onto: id(40), why: Some("security (R7)".to_owned()) };
    known.own.picks.push((pick, Observed::Known(Picked::Conflict { change: id(2), paths: vec!["a.rs".into()] })));
    assert_eq!(standing(&matrix(&known), 0, "4.0"), "conflict in a.rs");
    known.own.tags.insert("v3.0.1".to_owned(), TagRef { commit: id(31) });
    assert_eq!(standing(&matrix(&known), 0, "3.0"), "released in 3.0.1");
}

#[test]
fn a_line_is_tried_only_once_it_is_known_what_it_has_and_then_all_are_at_once() {
    let main = [commit(3, SECURITY), commit(2, SECURITY), commit(1, "Begin")];
    let lines = [("3.0", 2, vec![commit(30, "Release 3.0.0")]), ("4.0", 2, vec![commit(40, "Release 4.0.0")])];
    let mut known = known(&main, &lines, Vec::new());
    let asked = lacking(&known);
    let is_pick = |question: &Question| matches!(question, Question::Pick { .. });
    assert!(!asked.is_empty() && !asked.iter().any(is_pick), "{asked:?}");
    does(&mut known, &[(2, "sink"), (3, "tap"), (30, "r"), (40, "r")]);
    for (change, at) in [(2, 3), (2, 30), (3, 30), (2, 40), (3, 40)] {
        held(&mut known, change, at, Held::Unclear);
    }
    let asked = lacking(&known);
    assert_eq!(asked.iter().filter(|question| is_pick(question)).count(), 4, "{asked:?}");
    assert_eq!(asked.len(), 4, "{asked:?}");
}

/// It is needed, and nobody tried whether it merges.
const LACKS: &str = "unknown: not seen";

#[test]
fn a_title_a_number_or_a_squash_that_lists_it_is_no_fix_and_the_same_change_under_any_name_is() {
    let main = [commit(2, SECURITY), commit(1, "Begin")];
    for (message, word, there, wanted) in [
        ("Fix the sink (#12)", "other", Some(Held::Nothing), LACKS),
        ("Backports (#40)\n\n* Fix the sink (#12)\n", "other", Some(Held::Part), LACKS),
        ("Fix the sink (#12)", "other", Some(Held::All), "merged"),
        ("Fix the sink (#12)", "other", Some(Held::Unclear), LACKS),
        ("Other words", "sink", Some(Held::All), "merged"),
        ("Other words", "sink", Some(Held::Unclear), "merged"),
        // The same lines in another place.
        ("Other words", "sink", Some(Held::Nothing), LACKS),
        ("Other words", "other", None, LACKS),
    ] {
        let lines = [("3.0", 1, vec![commit(31, message), commit(30, "Release 3.0.0")])];
        let mut known = known(&main, &lines, Vec::new());
        does(&mut known, &[(2, "sink"), (31, word), (30, "release")]);
        if let Some(there) = there {
            held(&mut known, 2, 31, there);
        }
        assert_eq!(standing(&matrix(&known), 0, "3.0"), wanted, "{message}: {word}, {there:?}");
    }
}

#[test]
fn what_took_a_pick_back_on_the_line_is_told_by_its_change_and_not_by_its_words() {
    let main = [commit(2, SECURITY), commit(1, "Begin")];
    let picked = commit(31, &format!("Fix the sink\n\n(cherry picked from commit {})\n", id(2)));
    let revert = format!("Revert it\n\nThis reverts commit {}.\n", id(31));
    for (message, word, left, wanted) in [
        (revert.as_str(), "-sink", None, LACKS),
        ("Tidy up", "-sink", None, LACKS),
        (&revert, "more", Some(Held::Nothing), LACKS),
        // Half of it, and nothing of it at all.
        (&revert, "half", Some(Held::Part), "merged"),
        (&revert, "other", Some(Held::All), "merged"),
        ("Tidy up", "other", None, "merged"),
    ] {
        let line = vec![commit(32, message), picked.clone(), commit(30, "Release 3.0.0")];
        let mut known = known(&main, &[("3.0", 1, line)], Vec::new());
        does(&mut known, &[(2, "sink"), (31, "sink"), (32, word), (30, "release")]);
        if let Some(left) = left {
            held(&mut known, 31, 32, left);
            held(&mut known, 2, 32, left);
        }
        assert_eq!(standing(&matrix(&known), 0, "3.0"), wanted, "{message}: {word}, {left:?}");
    }
}

#[test]
fn a_fix_that_left_the_tree_without_a_word_is_not_there_and_one_that_is_in_the_tree_is() {
    let main = [commit(2, SECURITY), commit(1, "Begin")];
    let picked = commit(31, &format!("Fix the sink\n\n(cherry picked from commit {})\n", id(2)));
    let line = vec![commit(3, "Rewrite"), picked, commit(30, "Release 3.0.0")];
    let mut lines = known(&main, &[("3.0", 1, line)], Vec::new());
    head(&mut lines, "3.0", 3);
    does(&mut lines, &[(2, "sink"), (31, "sink"), (3, "rewrite"), (30, "release")]);
    held(&mut lines, 2, 3, Held::Nothing);
    held(&mut lines, 2, 31, Held::All);
    assert_eq!(standing(&matrix(&lines), 0, "3.0"), LACKS);
    // A pick that never was in the tree as main has it cannot be missed there.
    held(&mut lines, 2, 31, Held::Nothing);
    assert_eq!(standing(&matrix(&lines), 0, "3.0"), "merged");
    // In two commits of other names.
    let line = vec![commit(3, "Second half"), commit(31, "First half"), commit(30, "Release 3.0.0")];
    let mut lines = known(&main, &[("3.0", 1, line)], Vec::new());
    head(&mut lines, "3.0", 3);
    does(&mut lines, &[(2, "sink"), (31, "first"), (3, "second"), (30, "release")]);
    held(&mut lines, 2, 3, Held::All);
    held(&mut lines, 2, 31, Held::Part);
    held(&mut lines, 2, 30, Held::Nothing);
    let found = matrix(&lines);
    assert_eq!(found.rows[0].cells[&self::line("3.0")].standing, Standing::Merged { commit: id(3), newer: 0 });
}

#[test]
fn a_revert_is_needed_just_where_its_fix_is_however_deep_they_go() {
    let revert = |n: u8, of: u8| commit(n, &format!("Revert it\n\nThis reverts commit {}.\n", id(of)));
    let all = [revert(6, 5), revert(5, 4), revert(4, 3), revert(3, 2), commit(2, SECURITY), commit(1, "Begin")];
    let words = [(2, "sink"), (3, "-sink"), (4, "sink"), (5, "-sink"), (6, "sink"), (31, "sink"), (30, "r"), (20, "r")];
    for depth in 1..=4 {
        let main = &all[4 - depth..];
        let picked = vec![commit(31, "Other words"), commit(30, "Release 3.0.0")];
        let lines = [("3.0", depth + 1, picked), ("4.0", depth + 1, vec![commit(20, "Release 4.0.0")])];
        let mut known = known(main, &lines, Vec::new());
        does(&mut known, &words);
        let found = matrix(&known);
        let all =
            |name: &str| -> Vec<String> { (0..found.rows.len()).map(|row| standing(&found, row, name)).collect() };
        let (with, without) = (all("3.0"), all("4.0"));
        let odd = depth % 2 == 1;
        assert_eq!(with[0], if odd { LACKS } else { "merged" }, "{depth}: {with:?}");
        assert_eq!(without[0], if odd { "not needed" } else { LACKS }, "{depth}: {without:?}");
        assert!(without[1..].iter().all(|cell| cell == "not needed"), "{depth}: {without:?}");
        assert_eq!(found.rows[0].fix.reverts, odd.then(|| id(2)), "{depth}");
    }
}

#[test]
fn main_is_searched_for_what_took_a_fix_back_without_saying_so() {
    let main = [commit(5, "Go on"), commit(4, "Tidy up"), commit(3, "Go on"), commit(2, SECURITY), commit(1, "Begin")];
    let mut known = known(&main, &[("3.0", 4, vec![])], Vec::new());
    does(&mut known, &[(2, "sink"), (4, "many things")]);
    let once = Question::Held { place: (id(2), id(5)) };
    assert_eq!(lacking(&known), [once].into_iter().collect(), "one look at the head is enough");
    for (at, there) in [(5, Held::Nothing), (4, Held::Nothing), (3, Held::All)] {
        held(&mut known, 2, at, there);
    }
    let found = matrix(&known);
    assert_eq!(found.rows.iter().map(|row| (&row.fix.change.id, row.fix.age)).next(), Some((&id(4), 1)));
    assert_eq!(standing(&found, 1, "3.0"), "not needed");
    held(&mut known, 2, 5, Held::Part);
    assert_eq!(matrix(&known).rows.len(), 1, "half of it is still there");
}

#[test]
fn what_people_decided_last_counts_and_goes_before_the_message() {
    let main = [commit(3, "Fix the tap"), commit(2, SECURITY), commit(1, "Begin")];
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
    let found = matrix(&known(&main, &lines, decisions));
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
    let mut known = known(&main, &lines, Vec::new());
    let pull = crate::model::PullRequest {
        number: 7,
        url: None,
        head: crate::model::PullRequestKind::backport(line("3.0"), &id(2)).head_branch(),
        base: "r-3.0.0".to_owned(),
        head_commit: id(90),
        title: String::new(),
        body: String::new(),
        opened: Timestamp::UNIX_EPOCH,
        state: crate::model::PullRequestState::Merged { commit: id(31), at: Timestamp::UNIX_EPOCH, by: String::new() },
        checks: Default::default(),
        approvals: Vec::new(),
    };
    known.own.pull_requests = Observed::Known(vec![pull]);
    assert_eq!(standing(&matrix(&known), 0, "3.0"), "merged");
}
