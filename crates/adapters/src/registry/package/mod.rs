//! A `.crate` file, read back: what the registry will see of it.

mod manifest;
mod metadata;

use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Component, Path},
};

use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use stationmaster_core::lint::registry_rules::{CrateFacts, DependencyFact, ReadmeFact};
use thiserror::Error;

use crate::release_folder;

pub(crate) use manifest::DependencyKind;
use manifest::Manifest;
pub(crate) use metadata::{Home, UploadDependency, UploadMetadata};

/// Larger manifests and readmes are not read: a registry takes a megabyte of both at most.
const TEXT_LIMIT: u64 = 16 * 1024 * 1024;

/// What a `.crate` file holds.
#[derive(Debug, Clone)]
pub struct PackagedCrate {
    pub(crate) manifest: Manifest,
    pub(crate) readme: Option<String>,
    path_in_vcs: Option<String>,
    /// SHA-256 of the file, in hex.
    pub checksum: String,
    size: u64,
    unpacked_size: u64,
}

/// Where cargo says from which commit and folder a package is.
const ORIGIN: &str = ".cargo_vcs_info.json";

#[derive(Deserialize)]
struct Origin {
    #[serde(default)]
    path_in_vcs: String,
}

/// Why a file is no crate.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PackageError {
    /// Not a gzipped tar archive, or cut short.
    #[error("it is not a readable crate file: {0}")]
    Malformed(#[from] io::Error),
    /// Every path in a crate starts with `NAME-VERSION/`, and none leads out of it.
    #[error("invalid path in it: {0}")]
    Path(String),
    /// A link or device.
    #[error("it contains something that is neither a file nor a folder: {0}")]
    Entry(String),
    /// No `Cargo.toml` at its root.
    #[error("it holds no Cargo.toml")]
    NoManifest,
    /// The manifest is not what cargo writes.
    #[error("its Cargo.toml does not parse: {0}")]
    Manifest(#[from] toml_edit::de::Error),
}

impl PackagedCrate {
    /// Read the bytes of a `.crate` file. `stem` is `NAME-VERSION`, which every path in it starts with.
    ///
    /// # Errors
    ///
    /// When it is no crate file, or holds what a crate may not hold.
    pub fn read(bytes: &[u8], stem: &str) -> Result<Self, PackageError> {
        Self::read_again(|| Ok(bytes), stem, checksum(bytes), bytes.len() as u64)
    }

    /// The same of a file, piece by piece: it may be larger than the memory.
    ///
    /// # Errors
    ///
    /// As [`Self::read`], and when the file cannot be read.
    pub fn read_file(path: &Path, stem: &str) -> Result<Self, PackageError> {
        let (checksum, size) = (release_folder::digest(path)?.to_string(), fs::metadata(path)?.len());
        Self::read_again(|| Ok(BufReader::new(File::open(path)?)), stem, checksum, size)
    }

    /// `open` gives the whole of it each time.
    fn read_again<R: Read>(
        open: impl Fn() -> io::Result<R>,
        stem: &str,
        checksum: String,
        size: u64,
    ) -> Result<Self, PackageError> {
        let (mut manifest, mut origin, mut unpacked_size) = (None, None, 0);
        for_each_file(open()?, stem, |path, size, contents| {
            unpacked_size += size;
            if path == Path::new("Cargo.toml") {
                manifest = Some(text(contents)?);
            } else if path == Path::new(ORIGIN) {
                origin = Some(text(contents)?);
            }
            Ok(())
        })?;
        let manifest: Manifest = toml_edit::de::from_str(&manifest.ok_or(PackageError::NoManifest)?)?;
        let readme = match manifest.package.readme() {
            Some(path) => file_text(open()?, stem, path)?,
            None => None,
        };
        // As crates.io reads it: what it cannot read says nothing.
        let origin = origin.and_then(|text| serde_json::from_str::<Origin>(&text).ok());
        let path_in_vcs = origin.map(|origin| origin.path_in_vcs);
        Ok(Self { manifest, readme, path_in_vcs, checksum, size, unpacked_size })
    }

    /// What the registry's rules look at. `own_index` is the registry's own index: a dependency that names it is at home.
    pub fn facts(&self, own_index: Option<&str>) -> CrateFacts {
        let package = &self.manifest.package;
        let readme = package.readme();
        let dependencies = self.manifest.dependencies().into_iter().map(|dependency| DependencyFact {
            registry: dependency.registry.filter(|url| Some(url.as_str()) != own_index),
            name: dependency.name,
            requirement: dependency.requirement,
        });
        CrateFacts {
            name: package.name.clone(),
            version: package.version.clone(),
            description: package.description.clone(),
            license: package.license.clone(),
            license_file: package.license_file.clone(),
            homepage: package.homepage.clone(),
            documentation: package.documentation.clone(),
            repository: package.repository.clone(),
            rust_version: package.rust_version.clone(),
            keywords: package.keywords.clone(),
            categories: package.categories.clone(),
            readme: readme.map(|path| ReadmeFact { path: path.to_owned(), present: self.readme.is_some() }),
            path_in_vcs: self.path_in_vcs.clone(),
            features: self.manifest.features.clone(),
            dependencies: dependencies.collect(),
            size: self.size,
            unpacked_size: self.unpacked_size,
        }
    }
}

/// SHA-256 in hex.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Visit every file: its path below `NAME-VERSION/`, its length, its contents.
pub(crate) fn for_each_file(
    archive: impl Read,
    stem: &str,
    mut visit: impl FnMut(&Path, u64, &mut dyn Read) -> Result<(), PackageError>,
) -> Result<(), PackageError> {
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let shown = || path.display().to_string();
        let inside = path.strip_prefix(stem).map_err(|_| PackageError::Path(shown()))?;
        if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(PackageError::Path(shown()));
        }
        match entry.header().entry_type() {
            tar::EntryType::Directory => {}
            tar::EntryType::Regular => {
                let size = entry.size();
                visit(inside, size, &mut entry)?;
            }
            _ => return Err(PackageError::Entry(shown())),
        }
    }
    Ok(())
}

fn file_text(archive: impl Read, stem: &str, wanted: &str) -> Result<Option<String>, PackageError> {
    let mut found = None;
    let wanted = Path::new(wanted.strip_prefix("./").unwrap_or(wanted));
    for_each_file(archive, stem, |path, _, contents| {
        if path == wanted {
            found = Some(text(contents)?);
        }
        Ok(())
    })?;
    Ok(found)
}

fn text(contents: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    contents.take(TEXT_LIMIT).read_to_string(&mut text)?;
    Ok(text)
}
