//! Where a file must lie below a folder whose files are not at hand, so that cargo takes it if it would take any of them.

use globset::Glob;

use super::{Package, Workspace, is_inside};

/// A name that no pattern is about.
const NAME: &str = "stationmaster-stand-in";

impl Workspace {
    /// Paths below `folder`, of files that stand for all that may lie there: a crate that would hold any of these holds a
    /// witness. A package that lists what it takes has one for each of its patterns that may reach into the folder.
    pub fn witnesses(&self, folder: &str) -> Vec<String> {
        let mut all = vec![format!("{folder}/{NAME}")];
        all.extend(self.reaching(folder).into_iter().map(|rest| format!("{folder}/{rest}")));
        all.sort();
        all.dedup();
        all
    }

    /// Whether a package takes files below this path by name: then it is a folder.
    pub fn names_files_below(&self, path: &str) -> bool {
        let names = |pattern: &str, own: &str| {
            pattern.trim_start_matches('/').strip_prefix(own).is_some_and(|rest| rest.starts_with('/'))
        };
        self.owner(path).is_some_and(|(package, own)| package.include.iter().any(|pattern| names(pattern, own)))
    }

    /// What is left of the patterns that may match something below a folder, as names that they match.
    fn reaching(&self, folder: &str) -> Vec<String> {
        let Some((package, own)) = self.owner(folder) else { return Vec::new() };
        let rests = package.include.iter().filter_map(|pattern| rest_below(pattern, own));
        rests.map(|rest| rest.iter().map(|name| instance(name)).collect::<Vec<_>>().join("/")).collect()
    }

    /// The package in whose folder a path is, and the path from there.
    fn owner<'p>(&self, path: &'p str) -> Option<(&Package, &'p str)> {
        let holds = self.packages.iter().filter(|package| is_inside(path, package.folder()));
        let package = holds.max_by_key(|package| package.folder().len())?;
        Some((package, path[package.folder().len()..].trim_start_matches('/')))
    }
}

/// The names of a pattern that are left below a folder, if it may reach that far. A pattern without a slash holds everywhere.
fn rest_below<'p>(pattern: &'p str, folder: &str) -> Option<Vec<&'p str>> {
    if pattern.starts_with('!') {
        return None;
    }
    let names: Vec<&str> = pattern.split('/').filter(|name| !name.is_empty()).collect();
    if !pattern.trim_end_matches('/').contains('/') {
        return Some(names);
    }
    let mut names = names.as_slice();
    for part in folder.split('/') {
        match names.split_first() {
            Some((&"**", rest)) => return Some(if rest.is_empty() { vec![NAME] } else { rest.to_vec() }),
            Some((name, rest)) if matches(name, part) => names = rest,
            Some(_) => return None,
            // All of a folder above.
            None => return Some(vec![NAME]),
        }
    }
    Some(if names.is_empty() { vec![NAME] } else { names.to_vec() })
}

fn matches(pattern: &str, name: &str) -> bool {
    Glob::new(pattern).map_or(pattern == name, |glob| glob.compile_matcher().is_match(name))
}

/// A name that a pattern for one name matches.
fn instance(pattern: &str) -> String {
    let mut name = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '*' | '?' => name.push('x'),
            '\\' => name.extend(letters.next()),
            '[' => {
                let set: Vec<char> = letters.by_ref().take_while(|letter| *letter != ']').collect();
                // Of a set that says what is not wanted, any other letter.
                name.push(if matches!(set.first(), Some('!' | '^')) { '~' } else { *set.first().unwrap_or(&'x') });
            }
            letter => name.push(letter),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TreeFiles;

    fn below(include: &str, folder: &str) -> Vec<String> {
        let manifest = format!("[package]\nname = \"a\"\nversion = \"1.0.0\"\ninclude = {include}\n");
        let files = [("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n".to_owned()), ("a/Cargo.toml", manifest)];
        let files: TreeFiles = files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
        let all = Workspace::read(&files).expect("a workspace").witnesses(folder);
        let default = format!("{folder}/{NAME}");
        all.into_iter().filter(|path| *path != default).collect()
    }

    #[test]
    fn every_pattern_that_may_reach_into_a_folder_has_a_witness() {
        assert_eq!(below("[\"*.c\", \"src\"]", "a/vendor"), ["a/vendor/src", "a/vendor/x.c"]);
        assert_eq!(below("[\"/vendor/**/*.[ch]\", \"/src/**/*.rs\"]", "a/vendor"), ["a/vendor/xx/x.c"]);
        assert_eq!(below("[\"/v*/include/?.h\"]", "a/vendor"), ["a/vendor/include/x.h"]);
        assert_eq!(below("[\"**/*.c\", \"!vendor\"]", "a/vendor/deep"), ["a/vendor/deep/x.c"]);
        assert_eq!(below("[\"/src/**\", \"other/*.c\"]", "a/vendor"), [""; 0]);
        assert_eq!(below("[\"/**/lib/*.c\"]", "a/vendor/lib"), ["a/vendor/lib/lib/x.c"]);
    }
}
