//! A cargo registry on loopback, kept as files, with crates.io's rules. It needs nothing else, and in a rehearsal it stands in
//! for crates.io: what it does not hold it takes from the registry behind it.
//!
//! Below its folder: `index/` (the sparse index, one file per crate), `crates/`, `owners/`, `accounts.json` (hashes of tokens),
//! and `cache/` (what came from the registry behind).

mod accounts;
mod api;
mod faults;
mod line;
mod rates;
mod store;
mod trust;
mod upstream;

use std::{
    collections::BTreeSet,
    io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use stationmaster_core::lint::registry_rules::RegistryLimits;
use thiserror::Error;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::LocationError;
use crate::http::{Patience, Token};
use accounts::Accounts;
use api::Registry;
pub use faults::Faults;
use faults::Weather;
use jiff::SignedDuration;
pub use rates::{Rates, RetryAfter};
use store::Store;
use trust::Trust;
pub use trust::{TrustRule, TrustRuleError};
use upstream::Source;
pub use upstream::Upstream;

/// How to run it.
#[derive(Debug, Clone)]
pub struct EmbeddedOptions {
    /// Its folder, created if need be.
    pub dir: PathBuf,
    /// Port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// What it allows; crates.io's limits by default.
    pub limits: RegistryLimits,
    /// The registry behind it.
    pub upstream: Upstream,
    /// Crates of which the registry behind is not asked, because it may be ahead: a rehearsal releases versions of its own
    /// workspace that the real registry perhaps has already.
    pub own: BTreeSet<String>,
    /// How much an account may do in a while; without limit by default.
    pub rate: Rates,
    /// Workflows that are given short-lived tokens (X10); none by default.
    pub trust: Vec<TrustRule>,
    /// How long those tokens live; half an hour by default, as at crates.io.
    pub token_life: SignedDuration,
    /// What goes wrong, for tests; nothing by default.
    pub faults: Option<Faults>,
    /// With which the registry behind is asked.
    pub patience: Patience,
}

impl EmbeddedOptions {
    /// Any free port, crates.io's limits, nothing behind, no crates that are only its own, no limits of rate,
    /// trust in nobody, and fair weather.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            port: 0,
            limits: RegistryLimits::default(),
            upstream: Upstream::Absent,
            own: BTreeSet::new(),
            rate: Rates::default(),
            trust: Vec::new(),
            token_life: trust::LIFE,
            faults: None,
            patience: Patience::default(),
        }
    }
}

/// Why it does not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// Another process runs a registry in the same folder.
    #[error("the registry in {} is already running in another process", .0.display())]
    Running(PathBuf),
    /// Its files cannot be read or written.
    #[error("the registry's folder {} cannot be used: {source}", .dir.display())]
    Folder {
        /// The folder.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The port is taken, or may not be used.
    #[error("port {port} on 127.0.0.1 cannot be used: {source}")]
    Port {
        /// The port.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The registry behind is not known.
    #[error(transparent)]
    Upstream(#[from] LocationError),
}

/// How long requests that were begun may take when it is to stop.
const FAREWELL: Duration = Duration::from_secs(1);

/// The embedded registry.
#[derive(Debug)]
pub struct EmbeddedRegistry;

/// A registry that runs. It stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    /// The index, as cargo is told of it: `sparse+http://127.0.0.1:PORT/index/`.
    pub index_url: String,
    /// The API: `http://127.0.0.1:PORT`.
    pub api_url: String,
    accounts: Accounts,
    tokens: trust::Count,
    server: JoinHandle<()>,
    /// Dropping this is the signal to stop.
    _stop: oneshot::Sender<()>,
}

impl EmbeddedRegistry {
    /// Start serving, on the caller's tokio runtime. It answers from the moment this returns.
    pub async fn start(options: EmbeddedOptions) -> Result<Running, EmbeddedError> {
        let EmbeddedOptions { dir, port, limits, upstream, own, rate, trust, token_life, faults, patience } = options;
        let folder = |source| EmbeddedError::Folder { dir: dir.clone(), source };
        let store = Store::open(&dir, limits, rate).map_err(folder)?;
        let store = store.ok_or_else(|| EmbeddedError::Running(dir.clone()))?;
        let upstream = Source::open(&upstream, &dir, patience)?;
        let taken = |source| EmbeddedError::Port { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(taken)?;
        let authority = listener.local_addr().map_err(taken)?.to_string();
        let origin = format!("http://{authority}");
        let trust = Trust::new(trust, token_life, &authority);
        let tokens = trust.count();
        let accounts = Accounts::of(&dir);
        accounts.close().map_err(|source| EmbeddedError::Folder { dir: dir.clone(), source })?;
        let registry = Registry {
            store,
            accounts: accounts.clone(),
            trust,
            weather: Weather::new(faults),
            upstream,
            own,
            origin: origin.clone(),
        };
        let registry = Arc::new(registry);
        let index_url = registry.index_url();
        let routes = api::router(registry);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let serving = axum::serve(listener, routes).with_graceful_shutdown(async {
                // The other end says nothing; it is dropped.
                let _ = stopped.await;
            });
            // What goes wrong with one connection ends that connection only.
            let _ = serving.await;
        });
        Ok(Running { index_url, api_url: origin, accounts, tokens, server, _stop: stop })
    }

    /// Give an account a fresh token, which is shown nowhere again. Its old token is no longer good. Works also while the
    /// registry in this folder runs.
    pub fn issue_token(dir: &Path, account: &str) -> Result<Token, EmbeddedError> {
        let folder = |source| EmbeddedError::Folder { dir: dir.to_owned(), source };
        Accounts::of(dir).issue(account).map_err(folder)
    }

    /// Let a token that somebody keeps elsewhere be an account's.
    pub fn register_token(dir: &Path, account: &str, token: &Token) -> Result<(), EmbeddedError> {
        let folder = |source| EmbeddedError::Folder { dir: dir.to_owned(), source };
        Accounts::of(dir).register(account, token).map_err(folder)
    }
}

impl Running {
    /// Give an account of this registry a fresh token.
    pub fn issue_token(&self, account: &str) -> io::Result<Token> {
        self.accounts.issue(account)
    }

    /// How many short-lived tokens are good now: those that have neither ended nor been taken back.
    pub fn trusted_tokens(&self) -> usize {
        self.tokens.good()
    }

    /// Stop, and wait until what was begun is answered, and port and folder are free again. A client that has begun a request
    /// and does not end it is waited for a moment only.
    pub async fn stop(self) {
        let Self { mut server, _stop: stop, .. } = self;
        drop(stop);
        // It does not panic.
        if tokio::time::timeout(FAREWELL, &mut server).await.is_err() {
            server.abort();
        }
    }
}
