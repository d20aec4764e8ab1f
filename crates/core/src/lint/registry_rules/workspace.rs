//! The rules over a whole workspace, as far as its manifests tell: before anything is packaged.

use super::{CrateFacts, RegistryLimits, in_files, judge};
use crate::{
    model::{CrateVersions, Finding},
    policy::Publish,
    workspace::{Package, Workspace},
};

/// Findings of every package that the policy publishes. Sizes, readmes and the index are not looked at.
pub fn workspace(workspace: &Workspace, publish: &Publish) -> Vec<Finding> {
    let Ok(order) = workspace.release_order(publish) else { return Vec::new() };
    let packages = order.iter().filter_map(|release| workspace.package(&release.name));
    let judged = |package| judge(&manifest_facts(package), &CrateVersions::new(), RegistryLimits::of(publish));
    in_files(packages.flat_map(judged).collect(), workspace)
}

/// What a manifest alone tells of a crate: no sizes, no readme, no dependencies.
pub fn manifest_facts(package: &Package) -> CrateFacts {
    let metadata = package.metadata.clone();
    CrateFacts {
        name: package.name.clone(),
        version: package.version.to_string(),
        description: metadata.description,
        license: metadata.license,
        license_file: metadata.license_file,
        homepage: metadata.homepage,
        documentation: metadata.documentation,
        repository: metadata.repository,
        rust_version: package.rust_version.clone(),
        keywords: metadata.keywords,
        categories: metadata.categories,
        ..CrateFacts::default()
    }
}
