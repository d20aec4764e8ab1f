use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::*;
use crate::{
    facts::RepositoryFacts,
    model::{CommitId, ForgeRelease, PullRequest, PullRequestState, TagRef},
};

const POLICY: &str = "preset = \"2021-merge\"\n[project]\nname = \"Own\"\n[train]\nfirst = { version = \"1.0.0\", cut = 2026-01-05 }\n\
                      [[group]]\nname = \"all\"\nmembers = [\"*\"]\n";

fn commit() -> CommitId {
    "a".repeat(40).parse().expect("an id")
}

/// `head` was merged on 2026-01-06.
fn merged(number: u64, head: &str) -> PullRequest {
    let at = "2026-01-06T12:00:00Z".parse().expect("a time");
    PullRequest {
        number,
        url: None,
        head: head.to_owned(),
        base: "main".to_owned(),
        head_commit: commit(),
        title: String::new(),
        body: String::new(),
        opened: at,
        state: PullRequestState::Merged { commit: commit(), at, by: "ann".to_owned() },
        checks: Default::default(),
        approvals: Vec::new(),
    }
}

/// What is said on a day, with these tags, and these releases that are hidden or not.
fn said(today: Date, heads: &[&str], tags: &[&str], releases: &[(&str, bool)]) -> Vec<(String, String, bool)> {
    let policy = Policy::parse(POLICY).expect("a policy");
    let release = |(tag, hidden): &(&str, bool)| {
        let (tag, title, notes) = ((*tag).to_owned(), String::new(), String::new());
        let (prerelease, latest, files) = (false, false, BTreeMap::new());
        (tag.clone(), ForgeRelease { tag, title, notes, prerelease, latest, hidden: *hidden, files })
    };
    let own = RepositoryFacts {
        tags: tags.iter().map(|tag| ((*tag).to_owned(), TagRef { commit: commit() })).collect(),
        pull_requests: Observed::Known((1..).zip(heads).map(|(number, head)| merged(number, head)).collect()),
        forge_releases: Observed::Known(releases.iter().map(release).collect()),
        ..RepositoryFacts::default()
    };
    let seen = Facts { own, ..Facts::of_nothing(today) };
    let found = unfinished(&policy, &seen).into_iter();
    found.map(|it| (it.subject, it.detail, it.severity == Severity::Finding)).collect()
}

fn of_one(tags: &[&str], releases: &[(&str, bool)]) -> Option<String> {
    let found = said(date(2027, 6, 1), &["stationmaster/release-1.0.0"], tags, releases);
    assert!(found.iter().all(|(subject, _, is_finding)| subject == "1.0.0" && *is_finding), "{found:?}");
    found.into_iter().next().map(|(_, detail, _)| detail)
}

#[test]
fn a_release_is_finished_only_once_the_forge_shows_it() {
    let begun = "1.0.0 was merged on 2026-01-06 as #1 and is not out whole: ";
    assert_eq!(of_one(&[], &[]), Some(format!("{begun}there is no tag `v1.0.0`")));
    assert_eq!(of_one(&["v1.0.0"], &[]), Some(format!("{begun}`v1.0.0` has no release on the forge")));
    let hidden = of_one(&["v1.0.0"], &[("v1.0.0", true)]);
    assert_eq!(hidden, Some(format!("{begun}the release of `v1.0.0` is hidden on the forge")));
    assert_eq!(of_one(&["v1.0.0"], &[("v1.0.0", false)]), None);
}

#[test]
fn later_releases_end_a_candidate_and_nothing_else() {
    let subjects = |heads: &[&str], tags: &[&str]| {
        let found = said(date(2027, 6, 1), heads, tags, &[("v3.0.0", false)]);
        found.into_iter().map(|(subject, ..)| subject).collect::<Vec<_>>()
    };
    let (patch, release) = ("stationmaster/release-1.0.1", "stationmaster/release-3.0.0");
    assert_eq!(subjects(&[patch, release], &["v1.0.1", "v2.0.0", "v3.0.0"]), ["1.0.1"]);
    let candidate = "stationmaster/candidate-1.0.0-rc.1";
    assert_eq!(subjects(&[candidate], &["v1.0.0-rc.1", "v2.0.0"]), ["1.0.0-rc.1"]);
    assert_eq!(subjects(&[candidate], &["v1.0.0-rc.1", "v1.0.0-rc.2"]), Vec::<String>::new());
    assert_eq!(subjects(&[candidate], &["v1.0.0-rc.1", "v1.0.0"]), Vec::<String>::new());
}

#[test]
fn what_was_merged_a_moment_ago_is_a_note() {
    let found = said(date(2026, 1, 6), &["stationmaster/release-1.0.0"], &["v1.0.0"], &[]);
    assert_eq!(found.iter().map(|it| it.2).collect::<Vec<_>>(), [false]);
}

#[test]
fn a_forge_that_could_not_be_asked_is_said() {
    let policy = Policy::parse(POLICY).expect("a policy");
    let mut seen = Facts::of_nothing(date(2027, 6, 1));
    seen.own.forge_releases = Observed::Unknown("503".to_owned());
    let found = unfinished(&policy, &seen);
    assert_eq!(found.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), ["forge-unknown"]);
}
