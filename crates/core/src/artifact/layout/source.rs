//! The sources: all files of the commit, and what a distribution needs to know of them.

use super::{Facts, LayoutError, Note, Origin, Parts, TreeSort};
use crate::artifact::vendored;

/// The list of crates from elsewhere.
const VENDORED: &str = "VENDORED.txt";
/// Which commit it is, in the form that cargo gives to crates.
const ORIGIN: &str = ".cargo_vcs_info.json";

pub(super) fn add(parts: &mut Parts, facts: &Facts<'_>) -> Result<(), LayoutError> {
    let mut submodules = Vec::new();
    for file in facts.tree {
        let path = file.path.clone();
        match file.sort {
            TreeSort::Plain => parts.put(path.clone(), Origin::Commit(path), false),
            TreeSort::Executable => parts.put(path.clone(), Origin::Commit(path), true),
            TreeSort::Link => parts.put(path.clone(), Origin::CommitLink(path), false),
            TreeSort::Submodule => submodules.push(path),
        }
    }
    if !submodules.is_empty() {
        parts.notes.push(Note::SubmodulesLeftOut { paths: submodules });
    }
    let origin = format!("{{\n  \"git\": {{\n    \"sha1\": \"{}\"\n  }},\n  \"path_in_vcs\": \"\"\n}}\n", facts.commit);
    parts.put(ORIGIN, Origin::Text(origin), false);
    match facts.lock {
        Some(lock) => {
            let list = vendored::list(lock).ok_or(LayoutError::Lock)?;
            parts.put(VENDORED, Origin::Text(list), false);
        }
        None => parts.notes.push(Note::NoLockFile),
    }
    Ok(())
}
