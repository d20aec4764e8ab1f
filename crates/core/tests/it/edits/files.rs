//! Version files, from the policy's text to the edit.

use stationmaster_core::{
    edit::{EditError, set_versions, versions_in},
    model::{FileEdit, TreeFiles},
    policy::{Policy, VersionFile},
    workspace::Workspace,
};

use super::{to, tree};

const HEAD: &str = "[project]\nname = \"Tally\"\n[train]\nfirst = { version = \"2.0.0\", cut = 2026-12-05 }\n";
const MANIFEST: &str =
    "[package]\nname = \"tally\"\nversion = \"1.2.3\"\n[package.metadata.sdk]\nversion = 'v1.2.3' # kept\n";

fn version_files(policy: &str) -> Vec<VersionFile> {
    let policy = Policy::parse(&format!("{HEAD}{policy}")).unwrap_or_else(|error| panic!("{}: {error}", error.line()));
    policy.epochs()[0].rules.version_files.clone()
}

fn edits(files: &TreeFiles, version_files: &[VersionFile]) -> Result<Vec<FileEdit>, EditError> {
    let workspace = Workspace::read(files).expect("a workspace");
    let version_files: Vec<_> =
        version_files.iter().map(|file| (file.clone(), "2.0.0-rc.1".parse().expect("a version"))).collect();
    set_versions(files, &workspace, &to(&[("tally", "2.0.0-rc.1")]), &version_files)
}

#[test]
fn a_file_with_several_places_gets_them_all_and_a_manifest_may_be_one() {
    let readme = "Tally 1.2.3 <!-- version -->\n\n    tally = \"1.2.3\"\n";
    let files =
        tree(&[("Cargo.toml", MANIFEST), ("README.md", readme), ("pkg/package.json", "{\"version\":\"1.2.3\"}")]);
    let policy = "[[version-file]]\npath = \"Cargo.toml\"\ntoml = \"package.metadata.sdk.version\"\n\
        [[version-file]]\npath = \"README.md\"\nmarker = \"<!-- version -->\"\n\
        [[version-file]]\npath = \"README.md\"\npattern = '^    tally = \"(?<version>[^\"]+)\"$'\n\
        [[version-file]]\npath = \"pkg/package.json\"\njson = \"/version\"\n";
    let version_files = version_files(policy);
    let mut after = files.clone();
    after.extend(edits(&files, &version_files).expect("edits").into_iter().map(|edit| (edit.path, edit.text)));
    for (path, text) in &files {
        assert_eq!(after[path], text.replace("1.2.3", "2.0.0-rc.1"), "{path}");
    }
    let version = "2.0.0-rc.1".parse().expect("a version");
    for file in &version_files {
        let places = versions_in(file, &after[&file.path]).expect("places");
        assert!(places.iter().all(|place| place.holds(&version)), "{places:?}");
    }
}

#[test]
fn what_cannot_be_set_is_refused_with_file_line_and_hint_and_nothing_is_given() {
    let files = tree(&[
        ("Cargo.toml", MANIFEST),
        ("a.json", "{\n  \"tally\": {\n    \"name\": \"tally\"\n  }\n}\n"),
        ("VERSION", "\n1.2\n"),
    ]);
    let said = |policy: &str| {
        let error = edits(&files, &version_files(policy)).expect_err("refused");
        let place = error.line().map(|line| line.to_string()).unwrap_or_default();
        format!("{error}\n  at {}:{place}\n  hint: {}\n", error.path().unwrap_or_default(), error.hint().unwrap_or("-"))
    };
    let words = [
        said("[[version-file]]\npath = \"absent.json\"\njson = \"/version\""),
        said("[[version-file]]\npath = \"a.json\"\njson = \"/tally/version\""),
        said("[[version-file]]\npath = \"a.json\"\njson = \"/tally/name\""),
        said("[[version-file]]\npath = \"a.json\"\npattern = 'tally(?<version>.)'"),
        said("[[version-file]]\npath = \"a.json\"\ntoml = \"version\""),
        said("[[version-file]]\npath = \"VERSION\"\nwhole-file = true"),
    ];
    insta::assert_snapshot!(words.concat());
}
