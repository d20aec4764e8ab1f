//! Where a registry is: found the way cargo finds it, in the user's configuration. No address is written here.

use std::path::{Path, PathBuf};

use tame_index::{CRATES_IO_HTTP_INDEX, IndexLocation, IndexUrl, KrateName, SparseIndex};
use thiserror::Error;

/// Which registry is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistryTarget {
    /// crates.io. Its index is read through the source replacement of the user's cargo configuration, if there is one;
    /// uploads go to crates.io itself.
    CratesIo,
    /// A registry that cargo's configuration names (`[registries.NAME]`, `CARGO_REGISTRIES_NAME_INDEX`).
    Named(String),
    /// The registry with this index, such as `sparse+https://example.com/index/`.
    Index(String),
    /// A registry with this index that stands in for crates.io, as in a rehearsal.
    StandIn(String),
}

/// Where index entries are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IndexPlace {
    /// Over HTTP: the address, ending with `/`, and the folder in which cargo caches it.
    Sparse { base: String, cargo_cache: PathBuf },
    /// A folder (`local-registry`).
    Local(PathBuf),
    /// A git repository, at an address that git understands.
    Git(String),
}

/// Why a registry's place is not known.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LocationError {
    /// Cargo's configuration does not parse, or does not name the registry.
    #[error("cargo's configuration does not say where the registry is: {0}")]
    Configuration(#[from] tame_index::Error),
    /// A registry whose index is a git repository, where the embedded registry would take from it what it does not hold.
    #[error(
        "the registry behind must have a sparse index (`sparse+https://..`) or be a folder; this one's is a git repository"
    )]
    GitBehind,
    /// No HTTP client can be made on this system.
    #[error("no HTTP client can be made: {0}")]
    Client(String),
    /// A path that is not UTF-8.
    #[error("the path {0:?} is not UTF-8")]
    NotUtf8(PathBuf),
}

/// Cargo hashes addresses the same way since 1.85; older ones cannot build this project.
const CARGO: tame_index::Version = tame_index::Version::new(1, 95, 0);

impl RegistryTarget {
    /// Where its index is read. `project` is where the search for `.cargo/config.toml` starts, upwards.
    pub(crate) fn index(&self, project: Option<&Path>) -> Result<IndexPlace, LocationError> {
        let project = project.map(utf8).transpose()?;
        let url = match self {
            Self::CratesIo => IndexUrl::crates_io(project, None, Some("1.95.0"))?,
            Self::Named(name) => IndexUrl::for_registry_name(project, None, name)?,
            Self::Index(url) | Self::StandIn(url) => IndexUrl::NonCratesIo(url.into()),
        };
        match url {
            // The same entries are in both, and the sparse one can be asked for a few.
            IndexUrl::CratesIoGit => remote(IndexUrl::CratesIoSparse),
            IndexUrl::Local(path) => Ok(IndexPlace::Local(path.into_owned().into())),
            url => remote(url),
        }
    }

    /// The index whose `config.json` says where uploads go: for crates.io its own, whatever replaces it for reading.
    pub(crate) fn home(&self, project: Option<&Path>) -> Result<String, LocationError> {
        match self {
            Self::CratesIo => Ok(CRATES_IO_HTTP_INDEX.to_owned()),
            Self::Index(url) | Self::StandIn(url) => Ok(url.clone()),
            Self::Named(name) => {
                let url = IndexUrl::for_registry_name(project.map(utf8).transpose()?, None, name)?;
                Ok(url.as_str().to_owned())
            }
        }
    }
}

/// The address of a sparse index without `sparse+`, and with `/` at its end. None where the index is a git repository.
pub(crate) fn http_base(index: &str) -> Option<String> {
    let plain = index.strip_prefix("sparse+")?;
    Some(if plain.ends_with('/') { plain.to_owned() } else { format!("{plain}/") })
}

/// An address without the user and password that it may hold.
pub(super) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// A name that a crate can have. Nothing else becomes a part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CrateName(String);

impl CrateName {
    /// None: no crate can have this name.
    pub(crate) fn new(name: &str) -> Option<Self> {
        KrateName::try_from(name).is_ok().then(|| Self(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Path of a crate's entry below an index: `ab/cd/abcdef`. None where no crate can have this name.
pub(crate) fn entry_path(name: &str) -> Option<String> {
    Some(KrateName::try_from(name).ok()?.relative_path(Some('/')))
}

fn remote(url: IndexUrl<'_>) -> Result<IndexPlace, LocationError> {
    let Some(base) = http_base(url.as_str()) else { return Ok(IndexPlace::Git(url.as_str().to_owned())) };
    let location = IndexLocation { cargo_version: Some(CARGO), ..IndexLocation::new(url) };
    let (cargo_cache, _) = location.into_parts()?;
    Ok(IndexPlace::Sparse { base, cargo_cache: cargo_cache.into() })
}

fn utf8(path: &Path) -> Result<tame_index::PathBuf, LocationError> {
    tame_index::PathBuf::from_path_buf(path.to_owned()).map_err(LocationError::NotUtf8)
}

/// The folder in which cargo caches the sparse index at this address, as tame-index reads it.
pub(crate) fn cargo_cached(base: &str, cargo_cache: &Path) -> Result<SparseIndex, LocationError> {
    let root = tame_index::IndexPath::Exact(utf8(cargo_cache)?);
    let url = IndexUrl::NonCratesIo(format!("sparse+{base}").into());
    Ok(SparseIndex::new(IndexLocation { url, root, cargo_version: Some(CARGO) })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_source_is_where_the_index_is_read_but_not_where_uploads_go() {
        let project = tempfile::tempdir().expect("folder");
        std::fs::create_dir(project.path().join(".cargo")).expect("folder");
        let text =
            "[source.crates-io]\nreplace-with = \"near\"\n[source.near]\nregistry = \"sparse+http://near.example/i\"\n";
        std::fs::write(project.path().join(".cargo/config.toml"), text).expect("write");
        let place = RegistryTarget::CratesIo.index(Some(project.path())).expect("place");
        assert!(matches!(&place, IndexPlace::Sparse { base, .. } if base == "http://near.example/i/"), "{place:?}");
        assert_eq!(RegistryTarget::CratesIo.home(Some(project.path())).expect("home"), CRATES_IO_HTTP_INDEX);
    }

    #[test]
    fn a_named_registry_is_found_in_the_configuration_and_may_have_a_git_index() {
        let project = tempfile::tempdir().expect("folder");
        std::fs::create_dir(project.path().join(".cargo")).expect("folder");
        let text = "[registries.new]\nindex = \"sparse+http://new.example/\"\n[registries.old]\nindex = \"http://old.example\"\n";
        std::fs::write(project.path().join(".cargo/config.toml"), text).expect("write");
        let named = |name: &str| RegistryTarget::Named(name.to_owned()).index(Some(project.path()));
        assert!(matches!(named("new"), Ok(IndexPlace::Sparse { base, .. }) if base == "http://new.example/"));
        assert!(matches!(named("old"), Ok(IndexPlace::Git(url)) if url == "http://old.example"));
        assert!(matches!(named("none"), Err(LocationError::Configuration(_))));
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        assert_eq!(shown("https://me:s3cret@host.example/a@b.git"), "https://host.example/a@b.git");
        assert_eq!(shown("file:///srv/index.git"), "file:///srv/index.git");
    }

    #[test]
    fn entries_lie_where_cargo_looks_for_them() {
        let paths = ["a", "ab", "abc", "Abcd", "serde_json"].map(|name| entry_path(name).expect("path"));
        assert_eq!(paths, ["1/a", "2/ab", "3/a/abc", "ab/cd/abcd", "se/rd/serde_json"]);
        assert_eq!(entry_path("../../etc/passwd"), None);
        assert_eq!(entry_path(""), None);
    }
}
