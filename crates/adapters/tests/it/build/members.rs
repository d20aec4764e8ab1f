//! Members of workspaces, read from a commit: as `cargo metadata` finds them in a clean clone.

use stationmaster_core::{
    model::{CommitId, FileSelection},
    workspace::Workspace,
};
use stationmaster_engine::ports::Builder;

use super::{
    builder,
    clean_clone::{self, link, package},
    release,
};
use crate::scratch::Scratch;

/// A workspace with this root, and some packages that it may take.
fn workspace(folder: &str, root: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write(&format!("{folder}/Cargo.toml"), &format!("[workspace]\nresolver = \"2\"\n{root}\n"));
    scratch
}

fn read(scratch: &Scratch, commit: &CommitId) -> Workspace {
    let names = FileSelection { names: vec!["Cargo.toml".to_owned()], ..FileSelection::default() };
    Workspace::read(&scratch.open().read_files(commit, &names).expect("manifests")).expect("a workspace")
}

#[test]
fn members_are_those_of_cargo_over_links_and_above_the_root() {
    let above = workspace("rust", "members = [\"../crates/*\"]");
    package(&above, "crates/one", "sm-one", "workspace = \"../../rust\"");
    package(
        &above,
        "crates/two",
        "sm-two",
        "workspace = \"../../rust\"\n[dependencies]\nsm-three = { path = \"../../three\" }",
    );
    package(&above, "three", "sm-three", "workspace = \"../rust\"");

    let linked = workspace(".", "members = [\"crates/*\", \"named\", \"all/*\"]\nexclude = [\"loose\"]");
    package(
        &linked,
        "crates/core",
        "sm-core",
        "[dependencies]\nsm-tally = { path = \"../tally\", version = \"1.0.0\" }",
    );
    package(&linked, "elsewhere/tally", "sm-tally", "");
    package(&linked, "elsewhere/named", "sm-named", "");
    package(&linked, "loose/in/one", "sm-in-one", "");
    package(&linked, "loose/in/two", "sm-in-two", "");
    linked.write("manifest.toml", "[package]\nname = \"sm-manifest\"\nversion = \"1.0.0\"\n");
    linked.write("crates/manifest/src/lib.rs", "");
    link(&linked, "../elsewhere/tally", "crates/tally");
    link(&linked, "elsewhere/named", "named");
    link(&linked, "../../manifest.toml", "crates/manifest/Cargo.toml");
    link(&linked, "loose/in", "all");
    link(&linked, "..", "crates/core/up");
    link(&linked, "/", "crates/core/out");

    for (scratch, root, expected) in [
        (above, "rust", "sm-one sm-three sm-two"),
        (linked, ".", "sm-core sm-in-one sm-in-two sm-manifest sm-named sm-tally"),
    ] {
        let ours = read(&scratch, &scratch.commit("members"));
        let ours: Vec<&str> = ours.packages.iter().map(|it| it.name.as_str()).collect();
        let theirs = clean_clone::members(&scratch.work().join(root), &scratch.folder().join("cargo-home"));
        assert_eq!((ours.join(" ").as_str(), theirs.join(" ").as_str()), (expected, expected));
    }
}

#[tokio::test]
async fn crates_of_a_workspace_in_a_folder_are_packaged() {
    let scratch = workspace("rust", "members = [\"crates/*\", \"../beside\"]");
    package(&scratch, "rust/crates/one", "sm-one", "");
    package(&scratch, "beside", "sm-beside", "workspace = \"../rust\"");
    let commit = scratch.commit("in a folder");
    let crates = [release("sm-beside", "1.0.0"), release("sm-one", "1.0.0")];
    let staged = builder(&scratch, &scratch.folder().join("staging")).stage(&commit, &crates).await.expect("staged");
    assert_eq!(staged.len(), 2);
}
