//! The lock file that goes into a packaged crate.
//!
//! Cargo makes it when it packages a crate, with one resolution for each crate of the release. Here only the crates that are
//! to hold one are resolved: cargo is given a workspace of the packaged manifest alone, in which the other crates of the
//! release are taken by path, and the lock file that comes out is told that they are from the registry.

use std::collections::BTreeMap;

use semver::Version;
use thiserror::Error;
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

pub use super::part::LockPart;
use super::{blocks, read};
use crate::edit::splice::Splices;

/// How lock files call crates.io.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// The tables of dependencies, of a manifest or of one of its targets.
const TABLES: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];

/// Why a lock file cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackagedLockError {
    /// A packaged manifest is not TOML.
    #[error("the packaged manifest cannot be read: {0}")]
    Manifest(String),
    /// The lock file is not one as cargo writes it.
    #[error("cargo wrote a lock file that cannot be read")]
    Lock,
    /// A package without a source that is not of this release.
    #[error("`{name}` {version} is in the lock file but not in this release")]
    Foreign {
        /// Its name.
        name: String,
        /// Its version.
        version: String,
    },
}

/// A manifest as cargo packages it.
#[derive(Debug)]
pub struct PackagedManifest {
    document: DocumentMut,
    /// What it requires, with the index that it names; none: crates.io.
    requires: BTreeMap<String, Option<String>>,
}

/// Another crate of the release, for the crate that is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion {
    /// Its version.
    pub version: Version,
    /// SHA-256 of its crate file, in hex.
    pub checksum: String,
    /// The index that it is required from; none: crates.io.
    pub index: Option<String>,
}

impl PackagedManifest {
    /// Read it.
    ///
    /// # Errors
    /// It is not TOML.
    pub fn read(text: &str) -> Result<Self, PackagedLockError> {
        let document: DocumentMut =
            text.parse().map_err(|error: toml_edit::TomlError| PackagedLockError::Manifest(error.to_string()))?;
        let mut requires = BTreeMap::new();
        let targets = document.get("target").and_then(Item::as_table_like).into_iter().flat_map(|it| it.iter());
        let per_target = targets.filter_map(|(_, item)| item.as_table_like());
        for home in std::iter::once(document.as_table() as &dyn TableLike).chain(per_target) {
            for (name, item) in
                TABLES.iter().filter_map(|table| home.get(table)?.as_table_like()).flat_map(|it| it.iter())
            {
                let text = |key: &str| item.as_table_like().and_then(|it| it.get(key)).and_then(Item::as_str);
                let package = text("package").unwrap_or(name).to_owned();
                requires.insert(package, text("registry-index").map(str::to_owned));
            }
        }
        Ok(Self { document, requires })
    }

    /// It builds a program.
    pub fn has_binary(&self) -> bool {
        self.document.get("bin").and_then(Item::as_array_of_tables).is_some_and(|binaries| !binaries.is_empty())
    }

    /// The names of the packages that it requires, for whatever target and purpose, each with the index that it is from; none:
    /// crates.io.
    pub fn requires(&self) -> &BTreeMap<String, Option<String>> {
        &self.requires
    }

    /// The manifest of a workspace of its own, in which these packages are taken from folders beside its own. Each is with the
    /// index that it is required from; none: crates.io.
    pub fn alone_with<'c>(mut self, companions: impl IntoIterator<Item = (&'c str, Option<&'c str>)>) -> String {
        let mut patches = Table::new();
        patches.set_implicit(true);
        for (name, index) in companions {
            let source = index.unwrap_or("crates-io");
            let table = patches.entry(source).or_insert_with(|| Item::Table(Table::new()));
            table[name]["path"] = value(format!("../{name}"));
        }
        self.document.insert("patch", Item::Table(patches));
        self.document.insert("workspace", Item::Table(Table::new()));
        self.document.to_string()
    }
}

/// The lock file that goes into the crate `root`, from the one that cargo wrote.
///
/// # Errors
/// It is not one, or names a package of neither the registry nor the release.
pub fn with_registry(
    text: &str,
    root: &str,
    companions: &BTreeMap<String, Companion>,
) -> Result<String, PackagedLockError> {
    let (_, tail) = blocks(text);
    let text = &text[..text.len() - tail.len()];
    let entries = read(text).ok_or(PackagedLockError::Lock)?;
    let mut splices = Splices::default();
    for entry in entries.packages.iter().filter(|entry| entry.source.is_none() && entry.name != root) {
        let companion = companions.get(entry.name).filter(|it| it.version.to_string() == entry.version);
        let companion = companion.ok_or_else(|| PackagedLockError::Foreign {
            name: entry.name.to_owned(),
            version: entry.version.to_owned(),
        })?;
        let end = entry.version_place.end + 1;
        let source = source(companion.index.as_deref());
        splices.replace(end..end, format!("\nsource = \"{source}\"\nchecksum = \"{}\"", companion.checksum));
    }
    Ok(splices.apply(text.trim_end()) + "\n")
}

fn source(index: Option<&str>) -> String {
    match index {
        None => CRATES_IO.to_owned(),
        Some(index) if index.starts_with("sparse+") || index.starts_with("registry+") => index.to_owned(),
        Some(index) => format!("registry+{index}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"app\"\n[[bin]]\nname = \"app\"\n[dependencies.lib]\nversion = \"1\"\n\
                            [dependencies.other]\nversion = \"1\"\npackage = \"base\"\nregistry-index = \"sparse+https://example.com/\"\n\
                            [target.'cfg(unix)'.build-dependencies.cc]\nversion = \"1\"\n";
    const LOCK: &str = "# This file is automatically @generated by Cargo.\nversion = 4\n\n\
                        [[package]]\nname = \"app\"\nversion = \"1.0.0\"\ndependencies = [\n \"base\",\n \"lib 1.0.0\",\n]\n\n\
                        [[package]]\nname = \"base\"\nversion = \"1.0.0\"\n\n\
                        [[package]]\nname = \"lib\"\nversion = \"0.9.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"cc\"\n\n\
                        [[package]]\nname = \"lib\"\nversion = \"1.0.0\"\n\n\
                        [[patch.unused]]\nname = \"tool\"\nversion = \"1.0.0\"\n";

    fn companions() -> BTreeMap<String, Companion> {
        let companion = |checksum: &str, index: Option<&str>| Companion {
            version: Version::new(1, 0, 0),
            checksum: checksum.to_owned(),
            index: index.map(str::to_owned),
        };
        let base = companion("aa", Some("sparse+https://example.com/"));
        BTreeMap::from([("base".to_owned(), base), ("lib".to_owned(), companion("bb", None))])
    }

    #[test]
    fn a_crate_is_resolved_alone_with_the_others_beside_it() {
        let manifest = PackagedManifest::read(MANIFEST).expect("a manifest");
        assert!(manifest.has_binary());
        let requires: Vec<(&str, Option<&str>)> =
            manifest.requires().iter().map(|(name, index)| (name.as_str(), index.as_deref())).collect();
        assert_eq!(requires, [("base", Some("sparse+https://example.com/")), ("cc", None), ("lib", None)]);
        let alone = manifest.alone_with([("base", Some("sparse+https://example.com/")), ("lib", None)]);
        let added = alone.strip_prefix(MANIFEST).expect("the manifest as it was, and more");
        insta::assert_snapshot!(added, @r#"

        [patch."sparse+https://example.com/"]
        base = { path = "../base" }

        [patch.crates-io]
        lib = { path = "../lib" }

        [workspace]
        "#);
    }

    #[test]
    fn the_others_are_from_the_registry_with_the_checksums_that_go_there() {
        let lock = with_registry(LOCK, "app", &companions()).expect("a lock file");
        let added = |name: &str, source: &str, checksum: &str| {
            format!("name = \"{name}\"\nversion = \"1.0.0\"\nsource = \"{source}\"\nchecksum = \"{checksum}\"\n")
        };
        assert!(lock.contains(&added("base", "sparse+https://example.com/", "aa")), "{lock}");
        assert!(lock.contains(&added("lib", CRATES_IO, "bb")), "{lock}");
        assert!(lock.contains("name = \"app\"\nversion = \"1.0.0\"\ndependencies"), "{lock}");
        assert!(!lock.contains("tool") && lock.ends_with("checksum = \"bb\"\n"), "{lock}");
    }

    #[test]
    fn a_package_of_nowhere_is_named() {
        let mut others = companions();
        others.remove("lib");
        let error = with_registry(LOCK, "app", &others).expect_err("it is of nowhere");
        assert_eq!(error.to_string(), "`lib` 1.0.0 is in the lock file but not in this release");
    }
}
