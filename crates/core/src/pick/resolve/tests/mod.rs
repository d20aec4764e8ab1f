//! What is resolved, and what is left to a person.

mod lock;
mod notes;
mod versions;

use std::collections::BTreeMap;

use super::{ConflictKind, ConflictedFile, Mechanical};

fn conflict(path: &str, base: &str, ours: &str, theirs: &str) -> ConflictedFile {
    ConflictedFile {
        path: path.to_owned(),
        kind: ConflictKind::Text,
        base: Some(base.to_owned()),
        ours: Some(ours.to_owned()),
        theirs: Some(theirs.to_owned()),
        merged: None,
        manifests: BTreeMap::new(),
    }
}

/// What the built-in rules make of a conflict.
fn resolve(path: &str, base: &str, ours: &str, theirs: &str) -> Option<String> {
    Mechanical::default().resolve(&conflict(path, base, ours, theirs))
}

#[test]
fn only_files_that_are_known_are_resolved() {
    let [base, ours, theirs] = ["a = 1\n", "a = 2\n", "a = 3\n"];
    for path in ["src/lib.rs", "RELEASES.md", "docs/Cargo.toml.md", "Cargo.lock", "Cargo.toml"] {
        assert_eq!(resolve(path, base, ours, theirs), None, "{path}");
    }
}

#[test]
fn a_file_that_one_side_does_not_have_is_left_to_a_person() {
    let absent = ConflictedFile { ours: None, ..conflict("Cargo.toml", "", "", "[package]\n") };
    assert_eq!(Mechanical::default().resolve(&absent), None);
}
