//! Where in the manifests a finding is fixed.

use crate::{
    model::Finding,
    workspace::{Package, Place, Workspace},
};

/// The same findings, each with the manifest and line to change.
pub fn in_files(findings: Vec<Finding>, workspace: &Workspace) -> Vec<Finding> {
    let placed = |finding: Finding| {
        let name = finding.subject.split(' ').next().unwrap_or_default();
        let Some(package) = workspace.package(name) else { return finding };
        let place = place(&finding, package);
        let (file, line) = place.map_or((package.manifest.clone(), None), |place| (place.file, Some(place.line)));
        Finding { file: Some(file), line, ..finding }
    };
    findings.into_iter().map(placed).collect()
}

/// The value that is wrong; the package's name where there is none.
fn place(finding: &Finding, package: &Package) -> Option<Place> {
    let key = match finding.kind.as_str() {
        "invalid-version" | "duplicate-version" => return Some(package.version_place.clone()),
        "missing-description" | "long-description" => "description",
        "missing-license" => "license",
        "missing-readme" | "no-readme" | "plain-readme" | "broken-link" => "readme",
        "too-many-keywords" | "invalid-keyword" => "keywords",
        "too-many-categories" | "unknown-category" => "categories",
        "invalid-rust-version" => "rust-version",
        "invalid-url" => ["homepage", "documentation", "repository"].into_iter().find(|key| names(finding, key))?,
        "invalid-dependency" | "wildcard-dependency" | "foreign-dependency" | "unresolved-dependency" => {
            let dependency = package.dependencies.iter().find(|it| names(finding, &it.package));
            return dependency.map(|it| it.place.clone());
        }
        _ => "name",
    };
    package.places.get(key).or_else(|| package.places.get("name")).cloned()
}

/// Whether a finding's words speak of this key or name.
fn names(finding: &Finding, word: &str) -> bool {
    finding.detail.contains(&format!("`{word}`"))
}
