//! Version edits as cargo's users meet them.

mod cargo;
mod corpus;
mod documented;
mod files;
mod generated;
mod outside;
mod real;

use std::collections::BTreeMap;

use semver::Version;
use stationmaster_core::{edit::set_versions, model::TreeFiles, workspace::Workspace};

/// Files by path.
pub(crate) fn tree(files: &[(&str, &str)]) -> TreeFiles {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// The files after these packages got these versions.
#[track_caller]
pub(crate) fn set(files: &TreeFiles, to: &BTreeMap<String, Version>) -> TreeFiles {
    let workspace = Workspace::read(files).expect("a workspace");
    let edits = set_versions(files, &workspace, to, &[]).expect("edits");
    let mut after = files.clone();
    for edit in edits {
        assert_ne!(files.get(&edit.path), Some(&edit.text), "only files that change are given");
        after.insert(edit.path, edit.text);
    }
    after
}

/// Package and version.
pub(crate) fn to(moves: &[(&str, &str)]) -> BTreeMap<String, Version> {
    moves.iter().map(|(name, version)| ((*name).to_owned(), version.parse().expect("a version"))).collect()
}
