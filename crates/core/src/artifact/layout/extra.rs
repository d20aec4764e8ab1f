//! Files that lie beside the rest: licenses, and what is to be read first.

use super::{LayoutError, Origin, Parts, TreeFile, TreeSort};

/// What the names of license and readme files begin with.
const USUAL: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "readme"];

pub(super) fn add(parts: &mut Parts, tree: &[TreeFile], named: Option<&[String]>) -> Result<(), LayoutError> {
    let is_file = |file: &&TreeFile| file.sort != TreeSort::Submodule;
    let Some(named) = named else {
        for file in tree.iter().filter(is_file).filter(|file| is_usual(&file.path)) {
            parts.put(file.path.clone(), Origin::Commit(file.path.clone()), false);
        }
        return Ok(());
    };
    for path in named {
        let file = tree.iter().filter(is_file).find(|file| file.path == *path);
        let file = file.ok_or_else(|| LayoutError::NoFile { key: "files", path: path.clone() })?;
        let name = path.rsplit('/').next().unwrap_or(path);
        parts.put(name, Origin::Commit(path.clone()), file.sort == TreeSort::Executable);
    }
    Ok(())
}

/// `LICENSE`, `LICENSE-MIT`, `README.md`, at the root.
fn is_usual(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['.', '-', '_']);
    !path.contains('/') && USUAL.iter().any(|word| name.strip_prefix(word).is_some_and(ends))
}
