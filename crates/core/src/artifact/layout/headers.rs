//! Headers of a C API.

use globset::{GlobBuilder, GlobMatcher};

use super::{LayoutError, Origin, PackageFacts, Parts, TreeFile, TreeSort};

/// Put the content of folders, or the files that globs fit, into `include/`.
pub(super) fn add(
    parts: &mut Parts,
    tree: &[TreeFile],
    package: &PackageFacts,
    named: Option<&[String]>,
) -> Result<(), LayoutError> {
    let usual = if package.folder.is_empty() { "include".to_owned() } else { format!("{}/include", package.folder) };
    let patterns = named.map_or_else(|| vec![usual], <[String]>::to_vec);
    for pattern in patterns {
        let is_glob = pattern.contains(['*', '?', '[', '{']);
        let matcher = is_glob.then(|| glob(&pattern)).flatten();
        let base = if is_glob { fixed_folder(&pattern) } else { &pattern };
        let mut found = false;
        for file in tree.iter().filter(|file| matches!(file.sort, TreeSort::Plain | TreeSort::Executable)) {
            let Some(inside) = below(&file.path, base) else { continue };
            if matcher.as_ref().is_none_or(|it| it.is_match(&file.path)) {
                found = true;
                parts.put(format!("include/{inside}"), Origin::Commit(file.path.clone()), false);
            }
        }
        if !found {
            return Err(LayoutError::NoFile { key: "headers", path: pattern });
        }
    }
    Ok(())
}

/// A `*` stays within one folder.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    // The policy is sound: the pattern is one.
    GlobBuilder::new(pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
}

/// The folders of a pattern before the first that has something open in it.
fn fixed_folder(pattern: &str) -> &str {
    let open = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    pattern[..open].rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path from a folder that it is in.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}
