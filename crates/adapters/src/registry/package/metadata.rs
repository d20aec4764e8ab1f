//! What goes to the registry beside the `.crate` file: the same JSON that `cargo publish` sends.

use std::collections::BTreeMap;

use semver::VersionReq;
use serde::{Deserialize, Serialize};

use super::{DependencyKind, PackagedCrate, manifest::ManifestDependency};

/// The metadata of an upload, as cargo's registry API has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UploadMetadata {
    pub(crate) name: String,
    pub(crate) vers: String,
    pub(crate) deps: Vec<UploadDependency>,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) authors: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) documentation: Option<String>,
    pub(crate) homepage: Option<String>,
    pub(crate) readme: Option<String>,
    pub(crate) readme_file: Option<String>,
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    #[serde(default)]
    pub(crate) categories: Vec<String>,
    pub(crate) license: Option<String>,
    pub(crate) license_file: Option<String>,
    pub(crate) repository: Option<String>,
    #[serde(default)]
    pub(crate) badges: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) links: Option<String>,
    pub(crate) rust_version: Option<String>,
}

/// One dependency in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UploadDependency {
    pub(crate) optional: bool,
    pub(crate) default_features: bool,
    pub(crate) name: String,
    pub(crate) features: Vec<String>,
    pub(crate) version_req: String,
    pub(crate) target: Option<String>,
    pub(crate) kind: DependencyKind,
    /// None: the registry that the upload goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registry: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) explicit_name_in_toml: Option<String>,
}

/// Where an upload goes, as far as its dependencies care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home<'a> {
    /// To crates.io, or to what stands in for it, at this index: a dependency without a registry is at home.
    CratesIo(&'a str),
    /// To another registry with this index: a dependency without a registry is a stranger there.
    Other(&'a str),
}

impl PackagedCrate {
    /// What `cargo publish` would send for this crate.
    pub(crate) fn upload_metadata(&self, home: Home<'_>) -> UploadMetadata {
        let package = &self.manifest.package;
        UploadMetadata {
            name: package.name.clone(),
            vers: package.version.clone(),
            deps: self.manifest.dependencies().into_iter().map(|it| upload_dependency(it, home)).collect(),
            features: self.manifest.features.clone(),
            authors: package.authors.clone(),
            description: package.description.clone(),
            documentation: package.documentation.clone(),
            homepage: package.homepage.clone(),
            readme: self.readme.clone(),
            readme_file: package.readme().map(str::to_owned),
            keywords: package.keywords.clone(),
            categories: package.categories.clone(),
            license: package.license.clone(),
            license_file: package.license_file.clone(),
            repository: package.repository.clone(),
            badges: self.manifest.badges.clone(),
            links: package.links.clone(),
            rust_version: package.rust_version.clone(),
        }
    }
}

fn upload_dependency(dependency: ManifestDependency, home: Home<'_>) -> UploadDependency {
    let registry = match (home, dependency.registry) {
        (Home::CratesIo(_), None) => None,
        (Home::CratesIo(index) | Home::Other(index), Some(registry)) => (registry != index).then_some(registry),
        (Home::Other(_), None) => Some(tame_index::CRATES_IO_INDEX.to_owned()),
    };
    UploadDependency {
        optional: dependency.optional,
        default_features: dependency.default_features,
        name: dependency.name,
        features: dependency.features,
        version_req: canonical(&dependency.requirement),
        target: dependency.target,
        kind: dependency.kind,
        registry,
        explicit_name_in_toml: dependency.renamed,
    }
}

/// A requirement with its operator written out: `1.0` is `^1.0`.
pub(crate) fn canonical(requirement: &str) -> String {
    VersionReq::parse(requirement).map_or_else(|_| requirement.to_owned(), |parsed| parsed.to_string())
}
