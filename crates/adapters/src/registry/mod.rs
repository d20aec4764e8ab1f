//! Where crates go: crates.io, another cargo registry, or our own embedded one.

pub(crate) mod cargo_config;
mod client;
mod credential;
pub mod embedded;
mod framed;
mod git_index;
mod index;
mod location;
mod owners;
mod package;
mod reply;
mod token;
mod trusted;
mod upload;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use jiff::SignedDuration;
use reqwest::Client;
use stationmaster_core::model::{CrateVersions, Credential, Observed, UploadKind};
use stationmaster_engine::ports::{PortError, PortResult, Registry, StagedCrate, UploadReply};
use tokio::sync::OnceCell;

pub(crate) use client::{causes, client};
pub use location::{LocationError, RegistryTarget};
pub use package::{PackageError, PackagedCrate};
pub(crate) use package::{checksum, for_each_file};
pub use token::Token;

use crate::ci::Ci;
use credential::{CredentialError, Credentials, Found, Operation};
use location::IndexPlace;
use owners::Pace;
use trusted::Trusted;

/// A registry that cargo can use.
pub struct CargoRegistry {
    target: RegistryTarget,
    project: Option<PathBuf>,
    credentials: Credentials,
    trusted: Option<Trusted>,
    offline: bool,
    cache: Option<PathBuf>,
    client: OnceCell<Client>,
    api: OnceCell<String>,
    pace: Pace,
}

impl CargoRegistry {
    /// A registry. Nothing is asked yet. `project` is where the search for `.cargo/config.toml` starts, upwards; the current
    /// folder if none. The token is the one that cargo would use, from its credential providers; for an index that is named
    /// outright and has no name in cargo's configuration, `CARGO_REGISTRY_TOKEN` of the environment.
    pub fn new(target: RegistryTarget, project: Option<&Path>) -> Self {
        let (credentials, project) = (Credentials::of(&target), project.map(Path::to_owned));
        let (cache, client, api) = (git_index::default_cache(), OnceCell::new(), OnceCell::new());
        Self { target, project, credentials, trusted: None, offline: false, cache, client, api, pace: Pace::default() }
    }

    /// The same, with this token.
    #[must_use]
    pub fn with_token(mut self, token: Token) -> Self {
        self.credentials = Credentials::Given(token);
        self
    }

    /// The same, where new versions are uploaded with short-lived tokens for the word of a CI, if there is one (X10).
    #[must_use]
    pub fn trusting(mut self, ci: Option<Ci>) -> Self {
        self.trusted = ci.map(Trusted::new);
        self
    }

    /// The same, where those tokens live for another time than crates.io's half an hour.
    #[must_use]
    pub fn token_life(mut self, life: SignedDuration) -> Self {
        self.trusted = self.trusted.map(|trusted| trusted.living(life));
        self
    }

    /// Who mints the token of such an upload. A crate that the registry has never seen cannot be created with one.
    fn minting(&self, kind: UploadKind) -> Option<&Trusted> {
        self.trusted.as_ref().filter(|_| kind == UploadKind::Update)
    }

    /// The token that somebody keeps.
    async fn token(&self, what: &str, operation: &Operation<'_>) -> PortResult<Found> {
        let what = what.to_owned();
        let found = self.credentials.token(&self.target, self.project.as_deref(), operation).await;
        found.map_err(|error| match error {
            CredentialError::Missing { why, mend } => PortError::NoToken { what, why, mend },
            CredentialError::Failed(why) => PortError::Refused { what, why },
        })
    }

    /// The same, asking nothing over the network: every entry is unknown, every upload fails.
    #[must_use]
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// The same, keeping mirrors of git indexes below this folder instead of the user's cache folder.
    #[must_use]
    pub fn cache(mut self, folder: &Path) -> Self {
        self.cache = Some(folder.to_owned());
        self
    }

    /// The address of its index as manifests name it, where it is another registry than crates.io.
    ///
    /// # Errors
    /// Cargo's configuration does not say.
    pub fn index_url(&self) -> PortResult<Option<String>> {
        match &self.target {
            RegistryTarget::CratesIo | RegistryTarget::StandIn(_) => Ok(None),
            target => target.home(self.project.as_deref()).map(Some).map_err(|error| PortError::Failed {
                what: "looking for the registry".to_owned(),
                why: error.to_string(),
            }),
        }
    }

    async fn client(&self, what: &str) -> PortResult<&Client> {
        if self.offline {
            return Err(PortError::Failed { what: what.to_owned(), why: "offline".to_owned() });
        }
        let make = || async { client::client().map_err(|error| client::failed(what, &error)) };
        self.client.get_or_try_init(make).await
    }

    fn place(&self) -> PortResult<IndexPlace> {
        let why = |error: LocationError| PortError::Failed { what: "reading the index".into(), why: error.to_string() };
        self.target.index(self.project.as_deref()).map_err(why)
    }

    async fn read_index(&self, names: &[String]) -> PortResult<Vec<Observed<CrateVersions>>> {
        let client = self.client("reading the index").await?;
        Ok(index::read(client, &self.place()?, self.cache.as_deref(), names).await)
    }
}

#[async_trait]
impl Registry for CargoRegistry {
    async fn index(&self, names: &[String]) -> BTreeMap<String, Observed<CrateVersions>> {
        let unknown = |why: String| names.iter().map(|_| Observed::Unknown(why.clone())).collect();
        let found: Vec<_> = match self.read_index(names).await {
            Ok(found) => found,
            Err(PortError::Failed { why, .. }) => unknown(why),
            Err(other) => unknown(other.to_string()),
        };
        names.iter().cloned().zip(found).collect()
    }

    async fn owners(&self, name: &str) -> PortResult<BTreeSet<String>> {
        self.ask_owners(name).await
    }

    async fn credential(&self, kind: UploadKind) -> PortResult<Credential> {
        if let Some(trusted) = self.minting(kind) {
            return Ok(Credential::Minted(trusted.minter()));
        }
        let what = match &self.trusted {
            Some(_) => "a crate that the registry has never seen, which trusted publishing cannot create,",
            None => "publishing",
        };
        Ok(Credential::Kept { from: self.token(what, &Operation::Read).await?.from })
    }

    async fn upload(&self, staged: &StagedCrate, kind: UploadKind) -> PortResult<UploadReply> {
        self.put(staged, kind).await
    }

    async fn finish(&self) -> PortResult<()> {
        self.take_back().await
    }

    async fn yank(&self, name: &str, version: &semver::Version) -> PortResult<UploadReply> {
        self.delete(name, version).await
    }
}

/// Where cargo keeps its things, as cargo itself finds it.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    tame_index::utils::cargo_home().ok().map(PathBuf::from)
}
