//! A crate as the registry will see it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the rules look at: a packaged crate's manifest and its measures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CrateFacts {
    /// `package.name`.
    pub name: String,
    /// `package.version`, as written.
    pub version: String,
    /// `package.description`.
    pub description: Option<String>,
    /// `package.license`, an SPDX expression.
    pub license: Option<String>,
    /// `package.license-file`.
    pub license_file: Option<String>,
    /// `package.homepage`.
    pub homepage: Option<String>,
    /// `package.documentation`.
    pub documentation: Option<String>,
    /// `package.repository`.
    pub repository: Option<String>,
    /// `package.rust-version`.
    pub rust_version: Option<String>,
    /// `package.keywords`.
    pub keywords: Vec<String>,
    /// `package.categories`.
    pub categories: Vec<String>,
    /// `package.readme`, where there is one, and whether the package holds that file.
    pub readme: Option<ReadmeFact>,
    /// The folder of the repository that the package says it is from; none where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_in_vcs: Option<String>,
    /// `[features]`.
    pub features: BTreeMap<String, Vec<String>>,
    /// Dependencies of all kinds.
    pub dependencies: Vec<DependencyFact>,
    /// Length of the `.crate` file in bytes.
    pub size: u64,
    /// Length of all files in it, unpacked, in bytes.
    pub unpacked_size: u64,
}

impl CrateFacts {
    /// As the registry sees it whose index manifests call so: what they say is from there is at home.
    #[must_use]
    pub fn at_home_in(mut self, index: &str) -> Self {
        for dependency in &mut self.dependencies {
            dependency.registry = dependency.registry.take().filter(|named| named != index);
        }
        self
    }

    /// As a registry other than crates.io sees it: what names no registry is from crates.io.
    #[must_use]
    pub fn away_from_crates_io(mut self, index: &str) -> Self {
        for dependency in self.dependencies.iter_mut().filter(|it| it.registry.is_none()) {
            dependency.registry = Some("crates-io".to_owned());
        }
        self.at_home_in(index)
    }
}

/// The readme that a manifest names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadmeFact {
    /// Path from the package's root.
    pub path: String,
    /// The package holds it.
    pub present: bool,
}

/// A dependency, as far as the registry judges it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependencyFact {
    /// Name in the registry.
    pub name: String,
    /// Version requirement, as written. `*` is one that allows everything.
    pub requirement: String,
    /// Index of another registry that it comes from.
    pub registry: Option<String>,
}

/// A packaged crate: what the registry will see of it, and what its file is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packaged {
    /// What the registry will see.
    pub facts: CrateFacts,
    /// SHA-256 of the `.crate` file, in hex.
    pub checksum: String,
}

/// What came of packaging the crates of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Packages {
    /// All of them, as the registry will see them.
    Whole(Vec<Packaged>),
    /// At least one cannot be packaged, and why, for people.
    Refused(String),
}
