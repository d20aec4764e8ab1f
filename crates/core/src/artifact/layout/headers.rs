//! Headers of a C API.

use globset::{GlobBuilder, GlobMatcher};

use super::{Facts, LayoutError, Origin, PackageFacts, Parts, TreeSort};
use crate::policy::BUILT;

/// Put the content of folders, or files, into `include/`: of the commit, or of what was built.
pub(super) fn add(
    parts: &mut Parts,
    facts: &Facts<'_>,
    package: &PackageFacts,
    named: Option<&[String]>,
) -> Result<(), LayoutError> {
    let usual = if package.folder.is_empty() { "include".to_owned() } else { format!("{}/include", package.folder) };
    for written in named.map_or_else(|| vec![usual], <[String]>::to_vec) {
        let built = written.strip_prefix(BUILT);
        let pattern = HeaderPattern::new(built.unwrap_or(&written));
        let origin = |path: &str| {
            let path = path.to_owned();
            if built.is_some() { Origin::Built(path) } else { Origin::Commit(path) }
        };
        let paths: Vec<&str> = match built {
            Some(_) => facts.built.iter().map(String::as_str).collect(),
            None => {
                let is_file = |sort| matches!(sort, TreeSort::Plain | TreeSort::Executable);
                facts.tree.iter().filter(|file| is_file(file.sort)).map(|file| file.path.as_str()).collect()
            }
        };
        let mut found = paths.iter().filter_map(|path| Some((*path, pattern.inside(path)?))).peekable();
        if found.peek().is_none() {
            return Err(LayoutError::NoFile { key: "headers", path: written });
        }
        for (path, inside) in found {
            parts.put(format!("include/{inside}"), origin(path), false);
        }
    }
    Ok(())
}

/// A pattern that ends with a plain name fits a folder, whose whole content is meant, or a file; any other fits files.
struct HeaderPattern {
    matcher: Option<GlobMatcher>,
    /// The folders before the first part that is open.
    fixed: String,
    fits_folders: bool,
}

const OPEN: [char; 4] = ['*', '?', '[', '{'];

impl HeaderPattern {
    fn new(pattern: &str) -> Self {
        // The policy is sound: it is a pattern. A `*` stays within one folder.
        let matcher = GlobBuilder::new(pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher());
        let open = pattern.find(OPEN).unwrap_or(pattern.len());
        let fixed = pattern[..open].rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let last = pattern.rsplit('/').next().unwrap_or(pattern);
        Self { matcher, fixed, fits_folders: !last.contains(OPEN) }
    }

    /// Where a file goes below `include/`; nowhere if it is not meant.
    fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        let fits = |path: &str| self.matcher.as_ref().is_some_and(|matcher| matcher.is_match(path));
        if self.fits_folders
            && let Some((at, _)) = path.match_indices('/').find(|(at, _)| fits(&path[..*at]))
        {
            return Some(&path[at + 1..]);
        }
        let from = if self.fits_folders { path.rfind('/').map_or(0, |at| at + 1) } else { self.skipped() };
        fits(path).then(|| &path[from..])
    }

    fn skipped(&self) -> usize {
        if self.fixed.is_empty() { 0 } else { self.fixed.len() + 1 }
    }
}
