//! Where crates go: crates.io, another cargo registry, or our own embedded one.

pub(crate) mod cargo_config;
mod credential;
pub mod embedded;
mod entry;
mod framed;
mod git_index;
mod index;
mod keeper;
mod location;
mod owners;
mod package;
mod reply;
mod sparse;
mod trusted;
mod upload;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use jiff::SignedDuration;
use reqwest::Client;
use stationmaster_core::model::{CrateFacts, CrateVersions, Credential, Observed, UploadKind};
use stationmaster_engine::ports::{PortError, PortResult, Registry, StagedCrate, UploadReply};
use tokio::sync::{Mutex, OnceCell};

pub use location::{LocationError, RegistryTarget};
pub use package::{PackageError, PackagedCrate};
pub(crate) use package::{checksum, for_each_file};

use crate::{
    ci::Ci,
    http::{self, Patience, Token, causes},
};
use credential::{Found, Operation};
use keeper::Keeper;
use location::{IndexPlace, http_base};
use owners::Pace;
use sparse::Sparse;
use trusted::Trusted;

/// A registry that cargo can use.
pub struct CargoRegistry {
    target: RegistryTarget,
    project: Option<PathBuf>,
    keeper: Arc<Keeper>,
    trusted: Option<Trusted>,
    offline: bool,
    alone: bool,
    cache: Option<PathBuf>,
    patience: Patience,
    client: OnceCell<Client>,
    reader: OnceCell<Client>,
    /// By their addresses: the registry's own, and that of the source which replaces it.
    sparse: Mutex<BTreeMap<String, Arc<Sparse>>>,
    api: OnceCell<String>,
    pace: Pace,
}

impl CargoRegistry {
    /// A registry. Nothing is asked yet. `project` is where the search for `.cargo/config.toml` starts, upwards; the current
    /// folder if none. The token is the one that cargo would use, from the credential providers that the user configured, above
    /// the project or in cargo's home; for an index that is named
    /// outright and has no name in cargo's configuration, `CARGO_REGISTRY_TOKEN` of the environment.
    pub fn new(target: RegistryTarget, project: Option<&Path>) -> Self {
        let project = project.map(Path::to_owned);
        Self {
            keeper: Arc::new(Keeper::new(target.clone(), project.clone())),
            target,
            project,
            trusted: None,
            offline: false,
            alone: false,
            cache: git_index::default_cache(),
            patience: Patience::default(),
            client: OnceCell::new(),
            reader: OnceCell::new(),
            sparse: Mutex::default(),
            api: OnceCell::new(),
            pace: Pace::default(),
        }
    }

    /// The same, asking with this patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The same, with this token.
    #[must_use]
    pub fn with_token(mut self, token: Token) -> Self {
        self.keeper = Arc::new(self.keeper.with(token));
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
        self.keeper.token(what, operation).await
    }

    /// The same, asking nothing over the network: every entry is unknown, every upload fails.
    #[must_use]
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// The same, as a stand-in for a registry that it cannot ask: of crates of others, what it lacks may well exist.
    #[must_use]
    pub fn alone(mut self, alone: bool) -> Self {
        self.alone = alone;
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

    /// For what carries a secret, or changes something.
    async fn client(&self, what: &str) -> PortResult<&Client> {
        let failed = |why| PortError::Failed { what: what.to_owned(), why };
        if self.offline {
            return Err(failed("offline".to_owned()));
        }
        let make = || async { http::steadfast().map_err(|error| failed(causes(&error))) };
        self.client.get_or_try_init(make).await
    }

    /// For what is read of the API, wherever it is.
    async fn reader(&self, what: &str) -> PortResult<&Client> {
        let failed = |why| PortError::Failed { what: what.to_owned(), why };
        let make = || async { http::client().map_err(|error| failed(causes(&error))) };
        if self.offline { Err(failed("offline".to_owned())) } else { self.reader.get_or_try_init(make).await }
    }

    /// The sparse index at this address. A source that takes our registry's place is asked with its own token.
    async fn sparse(&self, base: &str) -> PortResult<Arc<Sparse>> {
        let failed = |why| PortError::Failed { what: "reading the index".to_owned(), why };
        if self.offline {
            return Err(failed("offline".to_owned()));
        }
        let mut known = self.sparse.lock().await;
        if let Some(sparse) = known.get(base) {
            return Ok(Arc::clone(sparse));
        }
        let home = self.target.home(self.project.as_deref()).map_err(|error| failed(error.to_string()))?;
        let keeper = match http_base(&home).as_deref() == Some(base) {
            true => Arc::clone(&self.keeper),
            false => Arc::new(Keeper::of_source(base, self.project.clone())),
        };
        let made = Sparse::new(base.to_owned(), keeper, self.patience.clone());
        let sparse = Arc::new(made.map_err(|error| failed(causes(&error)))?);
        known.insert(base.to_owned(), Arc::clone(&sparse));
        Ok(sparse)
    }

    fn place(&self) -> PortResult<IndexPlace> {
        let why = |error: LocationError| PortError::Failed { what: "reading the index".into(), why: error.to_string() };
        self.target.index(self.project.as_deref()).map_err(why)
    }

    async fn read_index(&self, names: &[String]) -> PortResult<Vec<Observed<CrateVersions>>> {
        if self.offline {
            return Err(PortError::Failed { what: "reading the index".into(), why: "offline".into() });
        }
        match self.place()? {
            IndexPlace::Local(folder) => Ok(index::read_local(&folder, names)),
            IndexPlace::Sparse { base, .. } => index::read_sparse(self.sparse(&base).await?, names).await,
            IndexPlace::Git(url) => Ok(index::read_git(&self.patience, &url, self.cache.as_deref(), names).await),
        }
    }
}

/// An answer that was not had, with what a person can do about it.
fn unknown<T>(error: PortError) -> Observed<T> {
    let help = error.help().map(|help| format!("; {help}")).unwrap_or_default();
    Observed::Unknown(match error {
        PortError::Failed { why, .. } => why,
        other => format!("{other}{help}"),
    })
}

#[async_trait]
impl Registry for CargoRegistry {
    async fn index(&self, names: &[String]) -> BTreeMap<String, Observed<CrateVersions>> {
        let found = match self.read_index(names).await {
            Ok(found) => found,
            Err(error) => names.iter().map(|_| unknown(error.clone())).collect(),
        };
        names.iter().cloned().zip(found).collect()
    }

    async fn may_read(&self) -> PortResult<()> {
        match self.place()? {
            IndexPlace::Sparse { base, .. } => self.sparse(&base).await?.pass().await.map(drop),
            IndexPlace::Local(_) | IndexPlace::Git(_) => Ok(()),
        }
    }

    fn knows_others(&self) -> bool {
        !self.alone
    }

    /// One that is named outright may well stand in for crates.io, so that what names no registry is at home there.
    fn sees(&self, facts: Vec<CrateFacts>) -> PortResult<Vec<CrateFacts>> {
        let Some(index) = self.index_url()? else { return Ok(facts) };
        let is_named = matches!(self.target, RegistryTarget::Named(_));
        let seen = |facts: CrateFacts| {
            if is_named { facts.away_from_crates_io(&index) } else { facts.at_home_in(&index) }
        };
        Ok(facts.into_iter().map(seen).collect())
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
