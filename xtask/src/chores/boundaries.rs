//! `cargo xtask boundaries`: reads the workspace, judges it, prints each breach.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{
    boundaries::{Boundaries, file_names, judge, page},
    cargo::root,
    steps::{ChoreResult, Failure},
};

/// Folders that hold our own source.
const FOLDERS: [&str; 2] = ["crates", "xtask"];

/// Judge the workspace.
pub(crate) fn run() -> ChoreResult {
    let root = root();
    let rules = read(&root, "xtask/boundaries.toml")?;
    let rules: Boundaries = toml_edit::de::from_str(&rules)
        .map_err(|error| Failure::Found(format!("xtask/boundaries.toml does not parse: {error}")))?;
    let files = sources(&root)?;
    let mut breaches = judge(&rules, &files);
    breaches.extend(file_names(&rules.files, files.keys()));
    breaches.extend(page("docs/rules.md", &read(&root, "docs/rules.md")?, &files));
    for breach in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => {
            println!("    {} files keep the boundaries", files.len());
            Ok(())
        }
        count => Err(Failure::Found(format!("{count} breaches of xtask/boundaries.toml"))),
    }
}

/// Our own manifests, sources and stories, by path from the root.
pub(super) fn sources(root: &Path) -> ChoreResult<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for folder in FOLDERS {
        collect(root, folder, &mut files)?;
    }
    Ok(files)
}

/// Manifests, sources and stories under a folder.
fn collect(root: &Path, folder: &str, files: &mut BTreeMap<String, String>) -> ChoreResult {
    let failure = |error| Failure::File { path: folder.to_owned(), error };
    for entry in fs::read_dir(root.join(folder)).map_err(failure)? {
        let entry = entry.map_err(failure)?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(failure)?.is_dir() {
            if !path.ends_with("/target") {
                collect(root, &path, files)?;
            }
        } else if [".rs", ".story", "/Cargo.toml"].iter().any(|end| path.ends_with(end)) {
            let text = read(root, &path)?;
            files.insert(path, text);
        }
    }
    Ok(())
}

pub(super) fn read(root: &Path, path: &str) -> ChoreResult<String> {
    fs::read_to_string(root.join(path)).map_err(|error| Failure::File { path: path.to_owned(), error })
}
