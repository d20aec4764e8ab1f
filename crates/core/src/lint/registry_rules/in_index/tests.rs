use super::*;
use crate::model::{DependencyFact, IndexVersion, LockFile, Severity};

const OURS: &str = "aa";

fn entry(checksum: &str, yanked: bool) -> IndexVersion {
    IndexVersion { checksum: checksum.to_owned(), yanked }
}

fn versions(all: &[(&str, &str, bool)]) -> Observed<CrateVersions> {
    let entry = |(version, checksum, yanked): &(&str, &str, bool)| {
        (version.parse().expect("a version"), entry(checksum, *yanked))
    };
    Observed::Known(all.iter().map(entry).collect())
}

fn absent() -> Observed<CrateVersions> {
    Observed::Known(CrateVersions::new())
}

fn unseen() -> Observed<CrateVersions> {
    Observed::Unknown("503".to_owned())
}

/// What is said of `my-crate` 2.0.0, which needs `dep ^1` and `sibling =2.0.0`, with this in the index.
fn said(index: &[(&str, Observed<CrateVersions>)]) -> Vec<(String, bool)> {
    let needs = [("dep", "^1"), ("sibling", "=2.0.0")];
    let dependencies = needs.map(|(name, requirement)| DependencyFact {
        name: name.to_owned(),
        requirement: requirement.to_owned(),
        registry: None,
    });
    let facts = CrateFacts {
        name: "my-crate".to_owned(),
        version: "2.0.0".to_owned(),
        dependencies: dependencies.to_vec(),
        ..CrateFacts::default()
    };
    let release = |name: &str| CrateRelease {
        name: name.to_owned(),
        version: Version::new(2, 0, 0),
        after: BTreeSet::new(),
        lock_file: LockFile::Never,
    };
    let crates = [release("sibling"), release("my-crate")];
    let packaged = [Packaged { facts, checksum: OURS.to_owned() }];
    let index = index.iter().map(|(name, versions)| ((*name).to_owned(), versions.clone())).collect();
    let InIndex { known, unknown } = ReleaseInIndex { crates: &crates, packaged: &packaged, index: &index }.judge();
    let known = known.into_iter().map(|it| (it.kind, it.severity == Severity::Finding));
    known.chain(unknown.into_iter().map(|it| (it.kind, false))).collect()
}

fn finding(kind: &str) -> Vec<(String, bool)> {
    vec![(kind.to_owned(), true)]
}

fn note(kind: &str) -> Vec<(String, bool)> {
    vec![(kind.to_owned(), false)]
}

#[test]
fn a_version_is_done_only_with_our_bytes_and_not_yanked() {
    let dep = || ("dep", versions(&[("1.2.0", "dd", false)]));
    let with = |mine: &[(&str, &str, bool)]| said(&[("my-crate", versions(mine)), dep()]);
    assert_eq!(with(&[("1.0.0", "zz", false)]), []);
    assert_eq!(with(&[("2.0.0", OURS, false)]), note("already-published"));
    assert_eq!(with(&[("2.0.0", OURS, true)]), finding("yanked-version"));
    assert_eq!(with(&[("2.0.0", "bb", false)]), finding("duplicate-version"));
    assert_eq!(with(&[("2.0.0", "bb", true)]), finding("duplicate-version"));
}

#[test]
fn a_version_that_differs_only_in_build_metadata_is_taken_whatever_its_bytes() {
    let dep = ("dep", versions(&[("1.2.0", "dd", false)]));
    let mine = versions(&[("2.0.0+second", OURS, false)]);
    assert_eq!(said(&[("my-crate", mine), dep.clone()]), finding("duplicate-version"));
    let candidate = versions(&[("2.0.0-rc.1", "bb", false)]);
    assert_eq!(said(&[("my-crate", candidate), dep]), []);
}

#[test]
fn what_a_crate_needs_must_be_in_the_release_or_in_the_index_and_not_yanked() {
    let with = |dep: Observed<CrateVersions>| said(&[("my-crate", absent()), ("my_crate", absent()), ("dep", dep)]);
    assert_eq!(with(versions(&[("1.2.0", "dd", true), ("1.3.0", "dd", false)])), []);
    for missing in [absent(), versions(&[("2.0.0", "dd", false)]), versions(&[("1.2.0", "dd", true)])] {
        assert_eq!(with(missing), finding("unresolved-dependency"));
    }
    assert_eq!(with(unseen()), note("index-unknown"));
}

#[test]
fn what_is_published_already_needs_nothing_more() {
    let mine = versions(&[("2.0.0", OURS, false)]);
    assert_eq!(said(&[("my-crate", mine), ("dep", versions(&[("1.2.0", "dd", true)]))]), note("already-published"));
}

#[test]
fn a_new_name_may_not_be_another_spelling_of_one_that_is_there() {
    let other = versions(&[("1.0.0", "zz", false)]);
    assert_eq!(said(&[("my-crate", absent()), ("my_crate", other.clone())]), finding("name-taken"));
    assert_eq!(said(&[("my-crate", other.clone()), ("my_crate", other)]), []);
    assert_eq!(said(&[("my-crate", absent()), ("my_crate", unseen())]), note("index-unknown"));
}

#[test]
fn a_crate_that_was_not_asked_for_is_not_known() {
    assert_eq!(said(&[]), note("index-unknown"));
    assert_eq!(said(&[("my-crate", unseen())]), note("index-unknown"));
}
