//! The archive of the sources, as a distribution uses it.
//!
//! Rules: R11.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use super::yard::{Yard, path_of, paths, unpack};
use crate::binary::{errors, git};

#[test]
fn sources_are_all_files_of_the_commit_with_bits_and_links_and_build_without_the_network() {
    let yard = Yard::new();
    let (tool, link) = (yard.repository().join("tool.sh"), yard.repository().join("READ"));
    yard.write("tool.sh", "#!/bin/sh\n");
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).expect("a mode");
    std::os::unix::fs::symlink("README.md", &link).expect("a link");
    yard.commit("Add a tool and a link");
    git(&yard.repository(), &["tag", "v4.0.0"]);
    let built = yard.built(&["4.0.0", "--artifact", "source"]);
    let Some(root) = unpack(&path_of(&built, "-src.tar.xz"), &yard.path("unpacked")) else { return };
    let mut expected: Vec<String> = git(&yard.repository(), &["ls-files"]).lines().map(str::to_owned).collect();
    expected.extend([".cargo_vcs_info.json", "VENDORED.txt"].map(str::to_owned));
    expected.sort();
    assert_eq!(paths(&root), expected);
    let mode = |path: &str| fs::metadata(root.join(path)).expect("metadata").permissions().mode() & 0o777;
    assert_eq!((mode("tool.sh"), mode("README.md")), (0o755, 0o644));
    assert_eq!(fs::read_link(root.join("READ")).expect("a link").to_str(), Some("README.md"));
    let origin = fs::read_to_string(root.join(".cargo_vcs_info.json")).expect("a text");
    let origin: serde_json::Value = serde_json::from_str(&origin).expect("JSON");
    assert_eq!(origin["git"]["sha1"], git(&yard.repository(), &["rev-parse", "main"]));
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--offline", "--locked", "--package", "abacist-cli"]).current_dir(&root);
    let output = cargo.env("CARGO_TARGET_DIR", yard.path("target")).output().expect("cargo runs");
    assert!(output.status.success(), "{}", errors(&output));
}
