//! Steps on a small workspace.
//!
//! Rules: R8, X11.

use jiff::civil::date;

use super::*;
use crate::model::FileEdit;

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
first = { version = "3.0.0", cut = 2026-01-05 }

[[group]]
name = "abacus"
members = ["*", "!beads"]

[[group]]
name = "beads"
members = ["beads"]

[support]
latest = 2

[notes]
file = "RELEASES.md"
style = "sections"

[[version-file]]
path = "abacus.h"
c-header = { prefix = "ABACUS_" }
"#;

fn policy(epochs: &str) -> Policy {
    Policy::parse(&format!("{POLICY}{epochs}")).expect("a sound policy")
}

fn files(version: &str, beads: &str, notes: &str) -> TreeFiles {
    let root = format!(
        "[package]\nname = \"abacus\"\nversion = \"{version}\"\n[dependencies]\nbeads = {{ path = \"beads\", version = \"={beads}\" }}\n"
    );
    let header = format!("#define ABACUS_VERSION \"{version}\"\n#define ABACUS_VERSION_MAJOR 3\n");
    let beads = format!("[package]\nname = \"beads\"\nversion = \"{beads}\"\n");
    let all = [
        ("Cargo.toml", format!("{root}[workspace]\nmembers = [\"beads\"]\n")),
        ("beads/Cargo.toml", beads),
        ("abacus.h", header),
        ("RELEASES.md", notes.to_owned()),
    ];
    all.into_iter().map(|(path, text)| (path.to_owned(), text)).collect()
}

fn base() -> CommitId {
    "0123456789012345678901234567890123456789".parse().expect("a commit id")
}

fn step(files: &TreeFiles, step: &Step) -> Result<Bumped, BumpError> {
    bump(&policy(""), &base(), files, &Default::default(), step, date(2026, 3, 9))
}

#[track_caller]
fn versions(made: &Bumped) -> Vec<String> {
    made.groups.iter().map(|group| format!("{} {} -> {}", group.name, group.from, group.to)).collect()
}

fn text<'m>(made: &'m Bumped, path: &str) -> &'m str {
    let edit = made.commit.edits.iter().find(|edit| edit.path == path);
    edit.map_or("", |FileEdit { text, .. }| text)
}

const DATED: &str = "## 3.0.0\n\nReleased 2026-02-20.\n";

#[test]
fn a_major_step_moves_every_group_and_opens_the_next_section() {
    let made = step(&files("3.0.0", "0.93.2", DATED), &Step::Major).expect("bumped");
    assert_eq!(versions(&made), ["abacus 3.0.0 -> 4.0.0", "beads 0.93.2 -> 0.94.0"]);
    assert_eq!(made.commit.message, "Bump Abacus to 4.0.0\n\nabacus: 3.0.0 -> 4.0.0\nbeads: 0.93.2 -> 0.94.0\n");
    assert!(text(&made, "Cargo.toml").contains("\"=0.94.0\""), "{}", text(&made, "Cargo.toml"));
    assert_eq!(text(&made, "abacus.h"), "#define ABACUS_VERSION \"4.0.0\"\n#define ABACUS_VERSION_MAJOR 4\n");
    assert!(text(&made, "RELEASES.md").starts_with("## 4.0.0\n\nUnreleased.\n"), "{}", text(&made, "RELEASES.md"));
    assert_eq!(made.commit.seconds, 1_773_014_400);
}

#[test]
fn a_decided_version_is_taken_and_the_other_groups_step() {
    let made = step(&files("3.0.0", "0.93.2", DATED), &Step::MajorTo(Version::new(10, 0, 0))).expect("bumped");
    assert_eq!(versions(&made), ["abacus 3.0.0 -> 10.0.0", "beads 0.93.2 -> 0.94.0"]);
    let back = step(&files("3.0.0", "0.93.2", DATED), &Step::MajorTo(Version::new(2, 0, 0))).expect_err("backwards");
    assert_eq!(back.to_string(), "2.0.0 does not come after 3.0.0");
}

#[test]
fn candidates_count_up_and_the_release_drops_them() {
    let development = files("4.0.0-dev", "0.94.0-dev", "## 4.0.0\n\nUnreleased.\n");
    let first = step(&development, &Step::Candidate).expect("bumped");
    assert_eq!(versions(&first), ["abacus 4.0.0-dev -> 4.0.0-rc.1", "beads 0.94.0-dev -> 0.94.0-rc.1"]);
    assert_eq!(text(&first, "RELEASES.md"), "", "a candidate leaves the notes alone");
    let candidate = files("4.0.0-rc.9", "0.94.0-rc.9", "## 4.0.0\n\nUnreleased.\n");
    let next = step(&candidate, &Step::Candidate).expect("bumped");
    assert_eq!(versions(&next), ["abacus 4.0.0-rc.9 -> 4.0.0-rc.10", "beads 0.94.0-rc.9 -> 0.94.0-rc.10"]);
    let release = step(&candidate, &Step::Release).expect("bumped");
    assert_eq!(versions(&release), ["abacus 4.0.0-rc.9 -> 4.0.0", "beads 0.94.0-rc.9 -> 0.94.0"]);
    assert_eq!(text(&release, "RELEASES.md"), "## 4.0.0\n\nReleased 2026-03-09.\n");
    assert_eq!(release.commit.message.lines().next(), Some("Release Abacus 4.0.0"));
    let main = step(&development, &Step::Development).expect("bumped");
    assert_eq!(versions(&main), ["abacus 4.0.0-dev -> 5.0.0-dev", "beads 0.94.0-dev -> 0.95.0-dev"]);
    assert!(text(&main, "RELEASES.md").starts_with("## 5.0.0\n"), "{}", text(&main, "RELEASES.md"));
}

#[test]
fn a_patch_dates_its_section_and_opens_none() {
    let written = files("3.0.0", "0.93.0", &format!("## 3.0.1\n\nUnreleased.\n\n### Fixed\n\n* It.\n\n{DATED}"));
    let made = step(&written, &Step::Patch).expect("bumped");
    assert_eq!(versions(&made), ["abacus 3.0.0 -> 3.0.1", "beads 0.93.0 -> 0.93.1"]);
    assert!(text(&made, "RELEASES.md").starts_with("## 3.0.1\n\nReleased 2026-03-09.\n"));
    let unwritten = step(&files("3.0.0", "0.93.0", DATED), &Step::Patch).expect("bumped");
    assert_eq!(text(&unwritten, "RELEASES.md"), "");
    let early = step(&files("3.0.0-rc.1", "0.93.0-rc.1", DATED), &Step::Patch).expect_err("no release yet");
    assert_eq!(
        early.to_string(),
        "3.0.0-rc.1 is not released yet, so it cannot be patched: `bump release` makes it 3.0.0"
    );
}

#[test]
fn a_release_that_was_made_changes_nothing_and_says_so() {
    let released = files("3.0.0", "0.93.0", "## 3.0.0\n\nReleased 2026-03-09.\n");
    let error = step(&released, &Step::Release).expect_err("nothing to do");
    assert_eq!(
        error.to_string(),
        "nothing would change: the versions are at 3.0.0, and the release notes are up to date"
    );
}

#[test]
fn a_line_is_patched_by_the_rules_of_its_cut_and_main_by_those_of_the_day() {
    let joined = policy("\n[[epoch]]\nfrom = 2026-03-01\n[[epoch.group]]\nname = \"all\"\nmembers = [\"*\"]\n");
    let line = files("3.0.0", "0.93.0", DATED);
    let day = date(2026, 3, 9);
    let patched = bump(&joined, &base(), &line, &Default::default(), &Step::Patch, day).expect("the old groups fit");
    assert_eq!(versions(&patched), ["abacus 3.0.0 -> 3.0.1", "beads 0.93.0 -> 0.93.1"]);
    let main = files("5.0.0", "5.0.0", DATED);
    let next = bump(&joined, &base(), &main, &Default::default(), &Step::Major, day).expect("the new group fits");
    assert_eq!(versions(&next), ["all 5.0.0 -> 6.0.0"]);
}

#[test]
fn packages_that_fit_no_rules_are_an_error_of_the_day() {
    let mut torn = files("3.0.0", "0.93.0", DATED);
    torn.insert("third/Cargo.toml".to_owned(), "[package]\nname = \"third\"\nversion = \"7.0.0\"\n".to_owned());
    let root = torn["Cargo.toml"].replace("[\"beads\"]", "[\"beads\", \"third\"]");
    torn.insert("Cargo.toml".to_owned(), root);
    let error = step(&torn, &Step::Major).expect_err("torn");
    assert_eq!(error.to_string(), "packages of group `abacus` have different versions: abacus 3.0.0, third 7.0.0");
}

#[test]
fn a_first_group_that_carries_the_next_version_drops_its_suffix_and_the_others_do_too() {
    let files = files("4.0.0-dev", "0.94.0-dev", "## 4.0.0\n\nUnreleased.\n");
    let workspace = Workspace::read(&files).expect("a workspace");
    let policy = policy("");
    let rules = policy.on(date(2026, 3, 9));
    let groups = workspace.groups(&rules.groups).expect("groups");
    let base = Base { files: &files, unreadable: None, workspace: &workspace, groups: &groups };
    let next = Move::Next { first: Version::new(4, 0, 0), suffix: None };
    let made = change(&base, &policy.project, rules, &next, &NotesChange::Keep).expect("a change");
    let to: Vec<String> = made.groups.iter().map(|group| group.to.to_string()).collect();
    assert_eq!(to, ["4.0.0", "0.94.0"], "no group takes a step that the first one does not take");
}

#[test]
fn no_step_leads_past_the_greatest_number_or_drops_build_metadata() {
    let max = u64::MAX;
    for (version, beads, asked, why) in [
        (format!("{max}.0.0"), "0.1.0".to_owned(), Step::Major, format!("there is no version after {max}.0.0: {max}")),
        (format!("1.0.{max}"), "0.1.0".to_owned(), Step::Patch, format!("there is no version after 1.0.{max}: {max}")),
        ("1.0.0".to_owned(), format!("0.{max}.0"), Step::Major, format!("there is no version after 0.{max}.0: {max}")),
        (format!("1.0.0-rc.{max}"), "0.1.0-rc.1".to_owned(), Step::Candidate, "there is no candidate after".to_owned()),
        ("1.0.0+x.7".to_owned(), "0.1.0".to_owned(), Step::Patch, "no step says what to do with `+x.7`".to_owned()),
        ("1.0.0".to_owned(), "0.1.0+y".to_owned(), Step::Major, "no step says what to do with `+y`".to_owned()),
        ("1.0.0-rc.1+y".to_owned(), "0.1.0".to_owned(), Step::Release, "no step says what to do with `+y`".to_owned()),
    ] {
        let error = step(&files(&version, &beads, DATED), &asked).expect_err(&version).to_string();
        assert!(error.contains(&why), "{version} {beads}: {error}");
    }
    let decided = Step::MajorTo("2.0.0+z".parse().expect("a version"));
    let made = step(&files("1.0.0+x", "0.1.0", "## 1.0.0+x\n\nReleased 2026-02-20.\n"), &decided).expect("bumped");
    assert_eq!(versions(&made), ["abacus 1.0.0+x -> 2.0.0+z", "beads 0.1.0 -> 0.2.0"]);
}
