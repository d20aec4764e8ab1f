//! What an audit finds in small histories.
//!
//! Rules: X2.

use jiff::civil::date;
use semver::Version;

use super::*;
use crate::{
    model::{CommitId, TreeFiles},
    workspace::Workspace,
};

const POLICY: &str = r#"
[project]
name = "Abacus"
main = "main"
release-branch = "release-{version}"
tag = "v{version}"
identity = { name = "Abacus Releases", email = "releases@abacus.example" }

[train]
cadence = { monthly = 5 }
release = { day = 20 }
weekend = "next"
first = { version = "1.0.0", cut = 2026-01-05 }

[[group]]
name = "abacus"
members = ["*"]

[support]
latest = 2
"#;

fn commit(digit: u8) -> CommitId {
    char::from(b'a' + digit % 6).to_string().repeat(40).parse().expect("a commit id")
}

fn workspace(version: &str, rust: &str) -> Workspace {
    let manifest = format!("[package]\nname = \"abacus\"\nversion = \"{version}\"\nrust-version = \"{rust}\"\n");
    Workspace::read(&TreeFiles::from([("Cargo.toml".to_owned(), manifest)])).expect("a workspace")
}

fn release(version: &str, day: Date) -> Release {
    Release {
        tag: format!("v{version}"),
        version: version.parse().expect("a version"),
        commit: commit(0),
        day,
        misfits: Vec::new(),
        rust_version: workspace(version, "1.80").rust_version(),
    }
}

/// The same with other packages.
fn with_packages(release: &Release, packages: &Workspace) -> Release {
    let policy = Policy::parse(POLICY).expect("a sound policy");
    let at = (release.commit.clone(), release.day);
    Release::new(&policy, release.tag.clone(), release.version.clone(), at, Some(packages))
}

fn line(version: Version, parted: Date, next: Date) -> Line {
    let parted = Some(Parted { commit: commit(1), day: parted, next: Some(next) });
    Line { branch: format!("release-{version}"), version, parted, commits: Vec::new() }
}

/// Three trains that left as they should: 1.0.0 on Tuesday 2026-01-20, 2.0.0 on Friday 2026-02-20, 3.0.0 on Friday 2026-03-20.
fn on_time() -> History {
    let majors = [("1.0.0", date(2026, 1, 20)), ("2.0.0", date(2026, 2, 20)), ("3.0.0", date(2026, 3, 20))];
    let cuts = [(1, date(2026, 1, 4)), (2, date(2026, 2, 4)), (3, date(2026, 3, 4))];
    History {
        until: date(2026, 3, 25),
        asked: date(2026, 3, 25),
        releases: majors.map(|(version, day)| release(version, day)).to_vec(),
        notes: Vec::new(),
        lines: cuts.map(|(major, day)| line(Version::new(major, 0, 0), day, day.tomorrow().expect("a day"))).to_vec(),
    }
}

#[track_caller]
fn found(history: &History) -> Vec<String> {
    let policy = Policy::parse(POLICY).expect("a sound policy");
    findings(&policy, history).iter().map(|one| format!("{} {} {}", one.rule, one.kind, one.subject)).collect()
}

/// One more release. They lie by version.
fn add(history: &mut History, release: Release) {
    let at = history.releases.partition_point(|other| other.version < release.version);
    history.releases.insert(at, release);
}

#[test]
fn trains_that_left_as_they_should_are_no_findings() {
    assert_eq!(found(&on_time()), [""; 0]);
}

#[test]
fn what_left_late_or_early_or_on_a_weekend_is_found() {
    let mut history = on_time();
    history.releases[0].day = date(2026, 1, 24);
    history.releases[1].day = date(2026, 2, 18);
    assert_eq!(found(&history), ["X1 late-release 1.0.0", "X1 weekend-release 1.0.0", "X1 early-release 2.0.0"]);
    let one_day = findings(&Policy::parse(POLICY).expect("sound"), &{
        let mut history = on_time();
        history.releases[0].day = date(2026, 1, 21);
        history
    });
    assert_eq!(one_day[0].severity, Severity::Information);
    assert_eq!(one_day[0].detail, "1.0.0 was released on 2026-01-21, 1 day after its day, 2026-01-20");
}

#[test]
fn what_was_cut_late_or_early_is_found() {
    let mut history = on_time();
    history.lines[0] = line(Version::new(1, 0, 0), date(2026, 1, 8), date(2026, 1, 9));
    history.lines[1] = line(Version::new(2, 0, 0), date(2026, 1, 30), date(2026, 2, 1));
    history.lines[2] = line(Version::new(3, 0, 0), date(2026, 2, 20), date(2026, 3, 12));
    assert_eq!(found(&history), ["X1 late-cut release-1.0.0", "X1 early-cut release-2.0.0"]);
}

#[test]
fn what_was_skipped_is_found() {
    let mut history = on_time();
    history.releases.remove(1);
    history.lines.remove(1);
    assert_eq!(found(&history), ["R1 skipped-month 2.0.0", "R1 skipped-number 2.0.0"]);
    add(&mut history, release("2.0.1", date(2026, 2, 20)));
    assert_eq!(found(&history), ["R1 skipped-number 2.0.0"], "a patch left in its place, in its month");
    add(&mut history, release("2.0.3", date(2026, 2, 21)));
    assert_eq!(found(&history), ["R1 skipped-number 2.0.0", "R1 skipped-number 2.0.2", "X1 weekend-release 2.0.3"]);
}

#[test]
fn tags_that_say_another_version_and_branches_without_release_are_found() {
    let mut history = on_time();
    history.releases[2] = with_packages(&history.releases[2], &workspace("2.9.0", "1.80"));
    history.lines.push(line(Version::new(0, 9, 0), date(2025, 12, 1), date(2025, 12, 2)));
    assert_eq!(found(&history), ["X1 branch-without-release release-0.9.0", "R1 tag-version-mismatch 3.0.0"]);
}

fn moved(to: &str, digit: u8, day: Date) -> LineCommit {
    LineCommit {
        commit: commit(digit),
        day,
        subject: format!("Release {to}"),
        moved_to: Some(to.parse().expect("a version")),
        on_main: false,
        paths: vec!["Cargo.toml".to_owned()],
    }
}

#[test]
fn a_version_that_was_moved_to_and_not_tagged_there_is_found() {
    let mut history = on_time();
    add(&mut history, release("2.0.1", date(2026, 3, 10)));
    history.lines[1].commits = vec![moved("2.0.1", 3, date(2026, 3, 9)), moved("2.0.2", 4, date(2026, 3, 11))];
    assert_eq!(found(&history), ["R8 misplaced-tag 2.0.1", "R8 untagged-release 2.0.2"]);
}

#[test]
fn a_tag_on_a_later_commit_of_the_line_is_a_note() {
    let mut history = on_time();
    add(&mut history, Release { commit: commit(4), ..release("2.0.1", date(2026, 3, 10)) });
    let fix = LineCommit { moved_to: None, on_main: true, ..moved("2.0.1", 4, date(2026, 3, 10)) };
    history.lines[1].commits = vec![moved("2.0.1", 3, date(2026, 3, 9)), fix];
    let found = findings(&Policy::parse(POLICY).expect("sound"), &history);
    assert_eq!((found[0].kind.as_str(), found[0].severity), ("misplaced-tag", Severity::Information));
    assert!(found[0].detail.ends_with("the history cannot say which of the two was released"), "{}", found[0].detail);
}

#[test]
fn a_release_that_was_taken_back_needs_no_tag_and_is_found() {
    let mut history = on_time();
    let days = [date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12)];
    add(&mut history, Release { commit: commit(2), ..release("2.0.1", days[0]) });
    let [first, second, back, again] = days;
    history.lines[1].commits =
        vec![moved("2.0.1", 2, first), moved("2.0.2", 3, second), moved("2.0.1", 4, back), moved("2.0.2", 5, again)];
    add(&mut history, Release { commit: commit(5), ..release("2.0.2", again) });
    assert_eq!(found(&history), ["R8 release-made-again 2.0.2"]);
    history.lines[1].commits.pop();
    history.releases.retain(|release| release.version != Version::new(2, 0, 2));
    assert_eq!(found(&history), ["R8 release-taken-back 2.0.2"], "it was not made again");
}

#[test]
fn a_first_release_that_was_taken_back_is_found() {
    let mut history = on_time();
    let says = |subject: &str, digit: u8| LineCommit {
        subject: subject.to_owned(),
        moved_to: None,
        paths: vec!["RELEASES.md".to_owned()],
        ..moved("2.0.0", digit, date(2026, 2, 20))
    };
    let (made, back) = ("Release Abacus 2.0.0 (#7)", "Revert \"Release Abacus 2.0.0 (#7)\" (#8)");
    history.lines[1].commits = vec![says(made, 3), says(back, 4)];
    assert_eq!(found(&history), ["R8 release-taken-back 2.0.0"]);
    history.lines[1].commits.push(says("Release Abacus 2.0.0 (#9)", 5));
    assert_eq!(found(&history), ["R8 release-made-again 2.0.0"]);
}

#[test]
fn what_was_due_after_the_newest_commit_is_not_missed_and_the_clone_is_said_to_be_old() {
    let mut history = on_time();
    history.asked = date(2026, 12, 1);
    assert_eq!(found(&history), ["R1 old-clone the clone"]);
    history.asked = date(2026, 4, 1);
    assert_eq!(found(&history), [""; 0], "a week without a commit is usual");
}

#[test]
fn a_commit_that_says_it_is_a_release_without_a_tag_is_found() {
    let mut history = on_time();
    history.releases[1] = release("2.0.1", date(2026, 2, 20));
    let says = |subject: &str| LineCommit {
        subject: subject.to_owned(),
        moved_to: None,
        paths: vec!["RELEASES.md".to_owned()],
        ..moved("2.0.0", 3, date(2026, 2, 20))
    };
    history.lines[1].commits = vec![says("Release Abacus 2.0.0 (#7)")];
    assert_eq!(found(&history).pop().as_deref(), Some("R8 untagged-release 2.0.0"));
    history.lines[1].commits = vec![says("Release Abacus 2.0.0-rc.1 (#7)"), says("Prepare to Release Abacus 2.0.0")];
    assert_eq!(found(&history), ["R1 skipped-number 2.0.0"]);
}

#[test]
fn no_weekend_counts_where_a_merge_makes_the_release() {
    let text = POLICY.replace("release = { day = 20 }\n", "release = \"on-merge\"\n");
    let mut history = on_time();
    history.lines.clear();
    let days = [date(2026, 1, 5), date(2026, 2, 7), date(2026, 3, 5)];
    history.releases.iter_mut().zip(days).for_each(|(release, day)| release.day = day);
    assert_eq!(findings(&Policy::parse(&text).expect("sound"), &history), []);
}

#[test]
fn patches_after_the_end_and_lines_left_out_are_found() {
    let mut history = on_time();
    add(&mut history, release("1.0.1", date(2026, 3, 23)));
    add(&mut history, release("3.0.1", date(2026, 3, 23)));
    assert_eq!(found(&history), ["R7 patch-after-end-of-life 1.0.1", "X5 missed-line 2.0.0"]);
    // Support lasts until the release that ends it is there.
    let mut late = on_time();
    late.releases[2].day = date(2026, 3, 24);
    add(&mut late, release("1.0.1", date(2026, 3, 23)));
    assert_eq!(found(&late), ["X1 late-release 3.0.0"]);
}

#[test]
fn a_patch_that_needs_a_newer_rust_is_found() {
    let mut history = on_time();
    let patch = release("3.0.1", date(2026, 3, 23));
    add(&mut history, with_packages(&patch, &workspace("3.0.1", "1.81.0")));
    assert_eq!(found(&history), ["X7 rust-version-raised 3.0.1"]);
}

#[test]
fn a_change_on_a_line_only_is_a_note() {
    let own = |subject: &str, on_main: bool, path: &str| LineCommit {
        commit: commit(5),
        day: date(2026, 3, 9),
        subject: subject.to_owned(),
        moved_to: None,
        on_main,
        paths: vec![path.to_owned()],
    };
    let mut history = on_time();
    history.lines[1].commits = vec![
        own("Fix it here", false, "src/lib.rs"),
        own("Fix it", true, "src/lib.rs"),
        own("Lock", false, "Cargo.lock"),
    ];
    let policy = Policy::parse(POLICY).expect("a sound policy");
    let found = findings(&policy, &history);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].severity, found[0].subject.as_str()), (Severity::Information, "release-2.0.0"));
}
