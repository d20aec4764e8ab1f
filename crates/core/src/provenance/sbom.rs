//! What is in an archive: a CycloneDX 1.6 bill of materials, from the lock file and the manifests of the commit.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;

use super::{
    Release, SBOM_ENDING,
    closure::{Closure, Packages},
};
use crate::{
    artifact::{artifact_of, is_archive},
    edit::lock::Entry,
    model::FileDigest,
    policy::{Artifact, ArtifactKind},
    workspace::{Package, Workspace},
};

/// Why it cannot be said what is in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SbomError {
    /// The lock file is not as cargo writes it.
    #[error("`{path}` is not as cargo writes it")]
    Lock {
        /// Where it is.
        path: String,
    },
    /// The lock file is behind the manifests, or the policy names a package that is not there.
    #[error("`{archive}` is built from package `{package}`, which the lock file does not have")]
    NoPackage {
        /// The archive.
        archive: String,
        /// The package that the policy names.
        package: String,
    },
}

/// The texts of the SBOMs of all archives, by the name of the file.
pub(super) fn of_archives(release: &Release<'_>) -> Result<BTreeMap<String, String>, SbomError> {
    let Some(lock) = release.lock else { return Ok(BTreeMap::new()) };
    let packages = Packages::read(&release.workspace.lock_path(), lock, release.workspace)?;
    let archives = release.files.iter().filter(|(name, _)| is_archive(name));
    archives
        .map(|(name, digest)| {
            let bom = bom(release, &packages, name, *digest)?;
            let text = serde_json::to_string_pretty(&bom).expect("a bill of materials is plain data");
            Ok((format!("{name}{SBOM_ENDING}"), text + "\n"))
        })
        .collect()
}

fn bom(release: &Release<'_>, packages: &Packages<'_>, name: &str, digest: FileDigest) -> Result<Bom, SbomError> {
    let artifact = artifact_of(name, release.project, release.artifacts);
    let root = match artifact.and_then(Artifact::build).map(|build| build.package.as_str()) {
        None => None,
        Some(package) => Some(
            packages
                .own(package)
                .ok_or_else(|| SbomError::NoPackage { archive: name.to_owned(), package: package.to_owned() })?,
        ),
    };
    let (roots, closure) = match root {
        Some(root) => (vec![root], packages.of(root)),
        None => (packages.all_own(), packages.whole()),
    };
    let file = Component {
        sort: match artifact.map(Artifact::kind) {
            Some(ArtifactKind::Cli) => "application",
            Some(ArtifactKind::CApi) => "library",
            Some(ArtifactKind::Source) | None => "file",
        },
        bom_ref: format!("file:{name}"),
        name: name.to_owned(),
        version: root.map(|root| packages.entries[root].version.to_owned()),
        hashes: vec![Hash::sha256(digest)],
        licenses: root.and_then(|root| license(&packages.entries[root], release.workspace)).into_iter().collect(),
        purl: None,
        pedigree: Some(Pedigree { commits: vec![Commit { uid: release.source.commit.to_string() }] }),
    };
    let mut dependencies = vec![Depends::new(&file.bom_ref, roots.iter().map(|at| reference(&packages.entries[*at])))];
    dependencies.extend(depends(packages, &closure));
    let component = |at: &usize| component(&packages.entries[*at], release.workspace);
    Ok(Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: serial_number(digest, release),
        version: 1,
        metadata: Metadata {
            timestamp: Timestamp::from_second(release.source.seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
            tools: Tools {
                components: [Tool { sort: "application", name: "stationmaster", version: release.tool.to_owned() }],
            },
            component: file,
        },
        components: closure.keys().map(component).collect(),
        dependencies,
    })
}

fn depends(packages: &Packages<'_>, closure: &Closure) -> Vec<Depends> {
    let named = |at: &usize| reference(&packages.entries[*at]);
    closure.iter().map(|(at, used)| Depends::new(&named(at), used.iter().map(named))).collect()
}

fn component(entry: &Entry<'_>, workspace: &Workspace) -> Component {
    Component {
        sort: "library",
        bom_ref: reference(entry),
        name: entry.name.to_owned(),
        version: Some(entry.version.to_owned()),
        hashes: entry.checksum.and_then(|sum| sum.parse().ok()).map(Hash::sha256).into_iter().collect(),
        licenses: license(entry, workspace).into_iter().collect(),
        purl: Some(purl(entry)),
        pedigree: None,
    }
}

/// The license of a package of the workspace; the lock file says nothing of others'.
fn license(entry: &Entry<'_>, workspace: &Workspace) -> Option<License> {
    let own = |package: &&Package| entry.source.is_none() && package.version.to_string() == entry.version;
    let license = workspace.package(entry.name).filter(own)?.metadata.license.as_deref()?.trim();
    // Cargo's old way to write OR.
    (!license.is_empty()).then(|| License { expression: license.replace('/', " OR ") })
}

/// The name of a package within the document. The workspace may hold one of the same name and version as a registry's.
fn reference(entry: &Entry<'_>) -> String {
    match entry.source {
        Some(_) => purl(entry),
        None => format!("workspace:{}@{}", entry.name, entry.version),
    }
}

/// `pkg:cargo/NAME@VERSION`, with its home where that is not crates.io.
fn purl(entry: &Entry<'_>) -> String {
    let plain = format!("pkg:cargo/{}@{}", entry.name, encoded(entry.version));
    let home = match entry.source.map(|source| source.split_once('+').unwrap_or(("", source))) {
        None | Some((_, "https://github.com/rust-lang/crates.io-index" | "https://index.crates.io/")) => return plain,
        Some(("git", address)) => {
            let (address, commit) = address.split_once('#').unwrap_or((address, ""));
            let address = address.split('?').next().unwrap_or(address);
            let commit = if commit.is_empty() { String::new() } else { format!("@{commit}") };
            format!("vcs_url={}", encoded(&format!("git+{address}{commit}")))
        }
        Some((_, address)) => format!("repository_url={}", encoded(address)),
    };
    format!("{plain}?{home}")
}

/// Percent-encoded, as package URLs ask of versions and of values.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' | b'~' | b':' | b'/' => (byte as char).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// A UUID (version 8: of our own making) that the archive and the commit give, so that the same inputs give the same document.
fn serial_number(digest: FileDigest, release: &Release<'_>) -> String {
    let seed = format!("{digest} {} {}", release.source.commit, release.tool);
    let mut bytes: [u8; 16] = std::array::from_fn(|at| FileDigest::of(seed.as_bytes()).as_bytes()[at]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata,
    components: Vec<Component>,
    dependencies: Vec<Depends>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    timestamp: String,
    tools: Tools,
    component: Component,
}

#[derive(Debug, Serialize)]
struct Tools {
    components: [Tool; 1],
}

#[derive(Debug, Serialize)]
struct Tool {
    #[serde(rename = "type")]
    sort: &'static str,
    name: &'static str,
    version: String,
}

#[derive(Debug, Serialize)]
struct Component {
    #[serde(rename = "type")]
    sort: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<License>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pedigree: Option<Pedigree>,
}

#[derive(Debug, Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

impl Hash {
    fn sha256(digest: FileDigest) -> Self {
        Self { alg: "SHA-256", content: digest.to_string() }
    }
}

#[derive(Debug, Serialize)]
struct License {
    expression: String,
}

#[derive(Debug, Serialize)]
struct Pedigree {
    commits: Vec<Commit>,
}

#[derive(Debug, Serialize)]
struct Commit {
    uid: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Depends {
    #[serde(rename = "ref")]
    reference: String,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    depends_on: BTreeSet<String>,
}

impl Depends {
    fn new(reference: &str, on: impl Iterator<Item = String>) -> Self {
        Self { reference: reference.to_owned(), depends_on: on.collect() }
    }
}

#[cfg(test)]
mod tests;
