//! One line of an index entry, as cargo's registry index has it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::package::{DependencyKind, Home, PackagedCrate, UploadDependency};

/// A version in the index. Nothing in it depends on the time or the place of the upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) vers: String,
    deps: Vec<LineDependency>,
    pub(super) cksum: String,
    features: BTreeMap<String, Vec<String>>,
    /// Features with `dep:` or `?/`: older cargos do not understand them, and do not look here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    features2: BTreeMap<String, Vec<String>>,
    pub(super) yanked: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    links: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rust_version: Option<String>,
    /// Version of this format: 2 where there is `features2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    v: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LineDependency {
    /// Name in the manifest.
    name: String,
    req: String,
    features: Vec<String>,
    optional: bool,
    default_features: bool,
    target: Option<String>,
    kind: DependencyKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registry: Option<String>,
    /// Name in the registry, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    package: Option<String>,
}

impl Line {
    /// The line of a crate. It is read from the crate file itself, as crates.io does, not from what came beside it.
    pub(super) fn of(packaged: &PackagedCrate, own_index: &str) -> Self {
        let metadata = packaged.upload_metadata(Home::CratesIo(own_index));
        let new_style = |enabled: &String| enabled.starts_with("dep:") || enabled.contains("?/");
        let (features2, features): (BTreeMap<_, _>, BTreeMap<_, _>) =
            metadata.features.into_iter().partition(|(_, enables)| enables.iter().any(new_style));
        Self {
            name: metadata.name,
            vers: metadata.vers,
            deps: metadata.deps.into_iter().map(dependency).collect(),
            cksum: packaged.checksum.clone(),
            features,
            v: (!features2.is_empty()).then_some(2),
            features2,
            yanked: false,
            links: metadata.links,
            rust_version: metadata.rust_version,
        }
    }

    pub(super) fn parse_all(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        text.lines().map(serde_json::from_str).collect()
    }

    pub(super) fn print_all(lines: &[Self]) -> String {
        lines.iter().map(|line| serde_json::to_string(line).expect("a line has only string keys") + "\n").collect()
    }
}

fn dependency(dependency: UploadDependency) -> LineDependency {
    let (name, package) = match dependency.explicit_name_in_toml {
        Some(renamed) => (renamed, Some(dependency.name)),
        None => (dependency.name, None),
    };
    LineDependency {
        name,
        req: dependency.version_req,
        features: dependency.features,
        optional: dependency.optional,
        default_features: dependency.default_features,
        target: dependency.target,
        kind: dependency.kind,
        registry: dependency.registry,
        package,
    }
}

/// Two entries of one crate as one: a version that is in both is told as `local` has it.
pub(super) fn merge(local: &str, upstream: &str) -> String {
    #[derive(Deserialize)]
    struct Version {
        vers: String,
    }
    let version = |line: &str| serde_json::from_str::<Version>(line).ok().map(|line| line.vers);
    let held: Vec<_> = local.lines().filter_map(version).collect();
    let others = upstream.lines().filter(|line| version(line).is_some_and(|version| !held.contains(&version)));
    others.chain(local.lines()).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::merge;

    #[test]
    fn a_version_of_both_is_told_as_the_local_entry_has_it() {
        let local = "{\"vers\":\"1.1.0\",\"cksum\":\"ours\"}\n";
        let upstream = "{\"vers\":\"1.0.0\",\"cksum\":\"a\"}\n{\"vers\":\"1.1.0\",\"cksum\":\"theirs\"}\n";
        let merged = "{\"vers\":\"1.0.0\",\"cksum\":\"a\"}\n{\"vers\":\"1.1.0\",\"cksum\":\"ours\"}\n";
        assert_eq!(merge(local, upstream), merged);
        assert_eq!(merge("", upstream), upstream);
        assert_eq!(merge(local, ""), local);
    }
}
