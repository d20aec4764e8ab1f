//! What is edited, judged by cargo itself.
//!
//! Rules: R1.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use stationmaster_core::{model::TreeFiles, workspace::Workspace};

use super::{set, to, tree};

/// A folder of these files, without any of an earlier run.
fn folder(name: &str, files: &TreeFiles) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an old copy can go");
    }
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    folder
}

/// What cargo answers, or what it says is wrong.
fn cargo(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(folder).output().expect("cargo runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// Only for this machine: what other platforms need may never have been downloaded.
const METADATA: [&str; 7] =
    ["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", "host-tuple"];

/// `name version` of the packages without a source, sorted.
fn local_packages(metadata: &str) -> Vec<String> {
    let metadata: serde_json::Value = serde_json::from_str(metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter().filter(|one| one["source"].is_null());
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().expect("a text").to_owned();
    let mut names: Vec<String> =
        packages.map(|one| format!("{} {}", text(one, "name"), text(one, "version"))).collect();
    names.sort();
    names
}

/// Sources and manifests of this workspace: cargo wants to see every target.
fn own_files() -> TreeFiles {
    fn read(folder: &Path, prefix: &str, files: &mut TreeFiles) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.file_type().expect("a type").is_dir() {
                if name != "target" && !name.starts_with('.') {
                    read(&entry.path(), &format!("{path}/"), files);
                }
            } else if name.ends_with(".rs") || name == "Cargo.toml" || name == "Cargo.lock" {
                files.insert(path, fs::read_to_string(entry.path()).expect("a text"));
            }
        }
    }
    let mut files = TreeFiles::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), "", &mut files);
    files
}

#[test]
fn after_a_step_cargo_takes_this_workspace_as_it_is() {
    let files = own_files();
    let workspace = Workspace::read(&files).expect("a workspace");
    for (name, next) in [("own-major", "2.0.0"), ("own-candidate", "2.0.0-rc.1")] {
        let moves: Vec<(&str, &str)> = workspace.packages.iter().map(|package| (package.name.as_str(), next)).collect();
        let copy = folder(name, &set(&files, &to(&moves)));
        let seen = local_packages(&cargo(&copy, &METADATA).unwrap_or_else(|error| panic!("{next}: {error}")));
        let wanted: Vec<String> = moves.iter().map(|(name, next)| format!("{name} {next}")).collect();
        assert_eq!(seen, wanted);
    }
}

/// A library at 1.2.0 and a tool, an excluded example, and a nested workspace that patches the library in.
fn with_outsiders() -> TreeFiles {
    let package = |name: &str, version: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n{rest}")
    };
    let lib = package("lib", "1.2.0", "[features]\nx = []\n");
    let tool = package("tool", "1.2.0", "[dependencies]\nlib = { path = \"../lib\", version = \"=1.2.0\" }\n");
    let app = package(
        "app",
        "1.2.0",
        "[dependencies]\nrenamed = { package = \"tool\", path = \"../../crates/tool\", version = \"1.2\" }\n[workspace]\n",
    );
    let inner =
        package("inner", "1.2.0", "[dependencies]\nlib = \"1.2.0\"\n[build-dependencies]\ntool.workspace = true\n");
    let fuzz = "[workspace]\nmembers = [\"inner\"]\nresolver = \"2\"\n[workspace.dependencies]\n\
        tool = { path = \"../crates/tool\", version = \"^1.2.0\" }\n[patch.crates-io]\nlib = { path = \"../crates/lib\" }\n";
    tree(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"examples\", \"fuzz\"]\nresolver = \"2\"\n"),
        ("crates/lib/Cargo.toml", &lib),
        ("crates/lib/src/lib.rs", ""),
        ("crates/tool/Cargo.toml", &tool),
        ("crates/tool/src/lib.rs", ""),
        ("examples/app/Cargo.toml", &app),
        ("examples/app/src/lib.rs", ""),
        ("fuzz/Cargo.toml", fuzz),
        ("fuzz/inner/Cargo.toml", &inner),
        ("fuzz/inner/src/lib.rs", ""),
    ])
}

#[test]
fn after_a_step_cargo_takes_what_is_outside_the_workspace_as_it_is() {
    const ROOTS: [&str; 3] = ["", "examples/app", "fuzz"];
    let mut files = with_outsiders();
    let before = folder("outside-before", &files);
    for root in ROOTS {
        cargo(&before.join(root), &["generate-lockfile", "--offline"]).expect("a lock file can be written");
        let lock = Path::new(root).join("Cargo.lock");
        let text = fs::read_to_string(before.join(&lock)).expect("a lock file");
        files.insert(lock.to_string_lossy().into_owned(), text);
    }
    for next in ["1.2.1", "1.3.0", "2.0.0", "2.0.0-dev"] {
        let after = set(&files, &to(&[("lib", next), ("tool", next)]));
        let copy = folder(&format!("outside-{next}"), &after);
        for root in ROOTS {
            let seen = local_packages(
                &cargo(&copy.join(root), &METADATA).unwrap_or_else(|error| panic!("{root} {next}: {error}")),
            );
            for name in ["lib", "tool"] {
                assert!(seen.contains(&format!("{name} {next}")), "{root}: {seen:?}");
            }
        }
        let left = set(&files, &to(&[("tool", next)]));
        let copy = folder("outside-tool-only", &left);
        for root in ROOTS {
            cargo(&copy.join(root), &METADATA).unwrap_or_else(|error| panic!("{root} {next}: {error}"));
        }
    }
}
