//! Which files of a commit cargo needs to package crates: far fewer than there are, where a repository has many tests.

use std::collections::{BTreeMap, BTreeSet};

use super::{Workspace, folder_of, is_inside, join};
use crate::model::CrateRelease;

/// Files that cargo reads of packages that are not packaged: their manifests, and that their targets are there.
const ALWAYS: [&str; 5] = ["Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml", "config.toml"];

/// A choice of files. It leaves out nothing that is in a crate, with one exception: what a link in a crate's folder leads to,
/// when that lies in a package that is not packaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagedFiles {
    /// Folders of packages, and those inside that the package's `exclude` keeps out of it. None: it is not packaged.
    packages: BTreeMap<String, Option<Vec<String>>>,
    /// Readmes and licenses, wherever they are.
    named: BTreeSet<String>,
    /// Folders of packages and those above.
    on_the_way: BTreeSet<String>,
    /// Folders of packages that are at hand in the commit, as cargo's configuration there says.
    vendored: BTreeSet<String>,
}

/// Folders of a commit in which its configuration of cargo, the file at `path`, says that packages are (`cargo vendor`).
pub fn vendored_folders(path: &str, text: &str) -> Vec<String> {
    let Ok(document) = toml_edit::Document::parse(text) else { return Vec::new() };
    let sources = document.get("source").and_then(toml_edit::Item::as_table_like);
    // From the folder that `.cargo` is in.
    let from = folder_of(folder_of(path));
    let folders = sources.into_iter().flat_map(|sources| sources.iter()).filter_map(|(_, source)| {
        let source = source.as_table_like()?;
        let folder = ["directory", "local-registry"].into_iter().find_map(|key| source.get(key)?.as_str())?;
        join(from, folder)
    });
    folders.collect()
}

impl Workspace {
    /// What is needed for these crates.
    pub fn packaged_files(&self, crates: &[CrateRelease]) -> PackagedFiles {
        let chosen: BTreeSet<&str> = crates.iter().map(|it| it.name.as_str()).collect();
        let packages = self.packages.iter().map(|package| {
            let folder = package.folder().to_owned();
            let inside =
                |pattern: &String| if folder.is_empty() { pattern.clone() } else { format!("{folder}/{pattern}") };
            let excluded = package.excluded_folders.iter().map(inside).collect();
            let is_packaged = chosen.contains(package.name.as_str());
            (package.folder().to_owned(), is_packaged.then_some(excluded))
        });
        let metadata = self.packages.iter().map(|package| &package.metadata);
        let named = metadata.flat_map(|it| it.readme.iter().chain(&it.license_file).cloned());
        let on_the_way = self.packages.iter().flat_map(|package| {
            let folders = std::iter::successors(Some(package.folder()), |folder| Some(folder_of(folder)));
            folders.take_while(|folder| !folder.is_empty()).map(str::to_owned)
        });
        PackagedFiles {
            packages: packages.collect(),
            named: named.collect(),
            on_the_way: on_the_way.collect(),
            vendored: BTreeSet::new(),
        }
    }
}

impl PackagedFiles {
    /// These folders as a whole, too.
    #[must_use]
    pub fn with_vendored(self, folders: impl IntoIterator<Item = String>) -> Self {
        Self { vendored: folders.into_iter().collect(), ..self }
    }

    /// Whether the file at this path is needed.
    pub fn needs(&self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if folder.is_empty() || ALWAYS.contains(&name) || name.ends_with(".rs") || self.named.contains(path) {
            return true;
        }
        // A link in the place of a package's folder, or of one above.
        if self.on_the_way.contains(path) || self.vendored.iter().any(|vendored| is_inside(path, vendored)) {
            return true;
        }
        let mut above = Some(folder);
        while let Some(folder) = above {
            match self.packages.get(folder) {
                Some(Some(excluded)) => return !excluded.iter().any(|it| is_inside(path, it)),
                Some(None) => return false,
                None if folder.is_empty() => return false,
                None => above = Some(folder_of(folder)),
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LockFile, TreeFiles};

    fn workspace() -> Workspace {
        let package = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n{rest}");
        let files = [
            (
                "Cargo.toml",
                package(
                    "app",
                    "exclude = [\"tests/data\", \"*.wat\", \"docs\"]\n[workspace]\nmembers = [\"lib\", \"fuzz\"]\n",
                ),
            ),
            ("lib/Cargo.toml", package("lib", "readme = \"../fuzz/LIB.md\"\nexclude = [\"big\", \"!big/small\"]\n")),
            ("fuzz/Cargo.toml", package("fuzz", "publish = false\n")),
        ];
        let files: TreeFiles = files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
        Workspace::read(&files).expect("a workspace")
    }

    fn release(name: &str) -> CrateRelease {
        CrateRelease {
            name: name.to_owned(),
            version: semver::Version::new(1, 0, 0),
            after: BTreeSet::new(),
            lock_file: LockFile::Never,
        }
    }

    #[test]
    fn files_of_other_packages_and_of_excluded_folders_are_left_out() {
        let chosen = workspace().packaged_files(&[release("app"), release("lib")]);
        let needed = |path: &str| chosen.needs(path);
        let all = [
            "README.md",
            "assets/a.bin",
            "tests/a.txt",
            "lib/big/a.bin",
            "fuzz/LIB.md",
            "fuzz/Cargo.toml",
            "fuzz/src/a.rs",
        ];
        assert_eq!(all.map(needed), [true; 7]);
        assert_eq!(["tests/data/a.bin", "docs/a/b.md", "fuzz/corpus/a"].map(needed), [false; 3]);
    }

    #[test]
    fn vendored_packages_are_needed_whole() {
        let config = "[source.crates-io]\nreplace-with = 'near'\n[source.near]\ndirectory = '../third-party/./vendor'\n\
                      [source.out]\ndirectory = '/usr/share'\n";
        let folders = vendored_folders("rust/.cargo/config.toml", config);
        assert_eq!(folders, ["third-party/vendor"]);
        let chosen = workspace().packaged_files(&[release("lib")]).with_vendored(folders);
        assert!(chosen.needs("third-party/vendor/leaf/.cargo-checksum.json"));
        assert!(!chosen.needs("third-party/more/leaf/.cargo-checksum.json"));
    }

    #[test]
    fn a_root_that_is_not_packaged_brings_no_more_than_its_own_files() {
        let chosen = workspace().packaged_files(&[release("lib")]);
        assert!(chosen.needs("LICENSE") && chosen.needs("lib/data.bin") && chosen.needs("src/main.rs"));
        assert!(!chosen.needs("assets/a.bin"));
    }
}
