//! The manifest inside a `.crate` file: normalized by cargo, so that nothing is inherited and nothing is left to guess.

use std::{collections::BTreeMap, str::FromStr};

use cargo_platform::Platform;
use serde::{Deserialize, Serialize};

/// As much of `Cargo.toml` as a registry is told.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Manifest {
    pub(crate) package: Package,
    #[serde(default)]
    pub(crate) features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) badges: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(flatten)]
    tables: Tables,
    #[serde(default)]
    target: BTreeMap<String, Tables>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) authors: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) homepage: Option<String>,
    pub(crate) documentation: Option<String>,
    pub(crate) repository: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) license_file: Option<String>,
    pub(crate) rust_version: Option<String>,
    pub(crate) links: Option<String>,
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    #[serde(default)]
    pub(crate) categories: Vec<String>,
    readme: Option<Readme>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Readme {
    Path(String),
    Switch(bool),
}

impl Package {
    /// Path of the readme. `readme = true` means the default name.
    pub(crate) fn readme(&self) -> Option<&str> {
        match self.readme.as_ref()? {
            Readme::Path(path) => Some(path),
            Readme::Switch(on) => on.then_some("README.md"),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Tables {
    #[serde(default)]
    dependencies: BTreeMap<String, DependencyEntry>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, DependencyEntry>,
    #[serde(default)]
    build_dependencies: BTreeMap<String, DependencyEntry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum DependencyEntry {
    Requirement(String),
    Detailed(Box<DependencyDetail>),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct DependencyDetail {
    version: Option<String>,
    package: Option<String>,
    registry_index: Option<String>,
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    optional: bool,
    default_features: Option<bool>,
}

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DependencyKind {
    Normal,
    Build,
    Dev,
}

/// One dependency, with everything said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManifestDependency {
    /// Name in the registry.
    pub(crate) name: String,
    /// Name in the manifest, where it is another.
    pub(crate) renamed: Option<String>,
    /// As the manifest writes it; `*` where it writes none.
    pub(crate) requirement: String,
    pub(crate) kind: DependencyKind,
    /// A triple or `cfg(..)`, spaced as cargo prints it.
    pub(crate) target: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) optional: bool,
    pub(crate) default_features: bool,
    /// Index of the registry it is from; none: crates.io.
    pub(crate) registry: Option<String>,
}

impl Manifest {
    /// Dependencies of all kinds, in the order in which cargo sends them.
    pub(crate) fn dependencies(&self) -> Vec<ManifestDependency> {
        let everywhere = std::iter::once((None, &self.tables));
        let somewhere = self.target.iter().map(|(target, tables)| (Some(spaced(target)), tables));
        everywhere.chain(somewhere).flat_map(|(target, tables)| tables.dependencies(target.as_deref())).collect()
    }
}

impl Tables {
    fn dependencies(&self, target: Option<&str>) -> Vec<ManifestDependency> {
        let kinds = [
            (DependencyKind::Normal, &self.dependencies),
            (DependencyKind::Dev, &self.dev_dependencies),
            (DependencyKind::Build, &self.build_dependencies),
        ];
        let each =
            kinds.into_iter().flat_map(|(kind, table)| table.iter().map(move |(name, entry)| (kind, name, entry)));
        each.map(|(kind, name, entry)| dependency(kind, name, entry.clone(), target)).collect()
    }
}

fn dependency(kind: DependencyKind, key: &str, entry: DependencyEntry, target: Option<&str>) -> ManifestDependency {
    let detail = match entry {
        DependencyEntry::Requirement(version) => DependencyDetail { version: Some(version), ..Default::default() },
        DependencyEntry::Detailed(detail) => *detail,
    };
    let (name, renamed) = match detail.package {
        Some(package) => (package, Some(key.to_owned())),
        None => (key.to_owned(), None),
    };
    ManifestDependency {
        name,
        renamed,
        requirement: detail.version.unwrap_or_else(|| "*".to_owned()),
        kind,
        target: target.map(str::to_owned),
        features: detail.features,
        optional: detail.optional,
        default_features: detail.default_features.unwrap_or(true),
        registry: detail.registry_index,
    }
}

/// A target as cargo prints it. One that cargo would not understand stays as it is: the registry will say so.
fn spaced(target: &str) -> String {
    Platform::from_str(target).map_or_else(|_| target.to_owned(), |platform| platform.to_string())
}
