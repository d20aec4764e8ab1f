//! How packages really required each other, in every release (X6).

use std::collections::BTreeMap;

use jiff::civil::Date;
use stationmaster_core::{
    lint::{requirements::requirements, versions},
    model::{Finding, LineName},
    policy::Policy,
    workspace::Workspace,
};

use super::history::History;

/// Since the day on which the publish tool got its list of public packages, and refuses other forms.
const RULE_SINCE: &str = "2021-10-26";

fn policy() -> Policy {
    Policy::parse(include_str!("../../../../policies/wasmtime.toml")).expect("the policy of the repository")
}

fn workspace(history: &History, tag: &str) -> Workspace {
    let manifests = history.files(tag, |path| path == "Cargo.toml" || path.ends_with("/Cargo.toml"));
    Workspace::read(&manifests).expect("a workspace")
}

/// `internal-not-exact 3, public-not-caret 1`.
fn counted(findings: &[Finding]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(&finding.kind).or_default() += 1;
    }
    if counts.is_empty() {
        return "none".to_owned();
    }
    counts.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(", ")
}

/// The first and the newest release of every line: between them nothing but patches.
fn ends_of_lines(history: &History) -> Vec<(String, Date)> {
    let releases = history.releases();
    let line = |tag: &str| LineName::of(&tag[1..].parse().expect("a version"));
    let is_end = |at: usize| {
        let differs =
            |other: Option<&(String, Date)>| other.is_none_or(|other| line(&other.0) != line(&releases[at].0));
        differs(at.checked_sub(1).and_then(|before| releases.get(before))) || differs(releases.get(at + 1))
    };
    (0..releases.len()).filter(|at| is_end(*at)).map(|at| releases[at].clone()).collect()
}

#[test]
fn every_release_since_the_rule_requires_public_packages_by_caret_and_internal_ones_exactly() {
    let Some(history) = History::open("the replay of requirements") else { return };
    let (policy, since) = (policy(), RULE_SINCE.parse().expect("a day"));
    let (mut judged, mut wrong) = (0, Vec::new());
    for (tag, day) in ends_of_lines(&history).into_iter().filter(|(_, day)| *day >= since) {
        let workspace = workspace(&history, &tag);
        let rules = versions::rules_of(&policy, &workspace, day);
        assert!(!rules.publish.public.is_empty(), "{tag} is judged by the rule");
        judged += 1;
        wrong.extend(requirements(&workspace, &rules.publish).into_iter().map(|finding| (tag.clone(), finding)));
    }
    assert!(judged > 80, "{judged} releases");
    assert_eq!(wrong, []);
}

#[test]
fn before_the_rule_all_were_required_by_caret_and_some_could_not_have_been_published() {
    let Some(history) = History::open("the replay of requirements") else { return };
    let (policy, since) = (policy(), RULE_SINCE.parse().expect("a day"));
    let later = &policy.on(since).publish;
    let mut lines = Vec::new();
    for (tag, day) in ends_of_lines(&history).into_iter().filter(|(_, day)| *day < since) {
        let workspace = workspace(&history, &tag);
        let rules = versions::rules_of(&policy, &workspace, day);
        let found = counted(&requirements(&workspace, &rules.publish));
        let by_the_later_rule = counted(&requirements(&workspace, later));
        lines.push(format!("{tag}: {found}; by the rule of {RULE_SINCE}: {by_the_later_rule}"));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
