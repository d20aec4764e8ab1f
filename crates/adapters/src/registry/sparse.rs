//! A sparse index, read as cargo reads it: `config.json` first, and with a token where it says `auth-required`, or where nothing
//! is answered without one (RFC 3139).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use reqwest::{Client, RequestBuilder, StatusCode, header};
use stationmaster_engine::ports::{PortError, PortResult};
use tame_index::{KrateName, index::IndexConfig};
use tokio::sync::OnceCell;

use super::{
    credential::{Found, Operation},
    keeper::Keeper,
};
use crate::http::{self, Patience, Reply, Room, Try, get_uncached};

/// Who does not answer, for people.
const INDEX: &str = "the index";

/// An index at an address.
pub(crate) struct Sparse {
    /// With `/` at its end.
    base: String,
    client: Client,
    patience: Patience,
    keeper: Arc<Keeper>,
    config: OnceCell<Option<IndexConfig>>,
    /// It wants a token for everything. Known when `config` is.
    wants_token: AtomicBool,
}

/// What is asked with in one look. None: the index answers everybody.
pub(super) type Pass = Option<Found>;

/// A reply that was understood, or the index's no.
enum Heard<T> {
    Said(T),
    /// 401, or with a token 403.
    Denied(String),
}

impl Sparse {
    pub(super) fn new(base: String, keeper: Arc<Keeper>, patience: Patience) -> Result<Self, reqwest::Error> {
        let client = http::client()?;
        Ok(Self { base, client, patience, keeper, config: OnceCell::new(), wants_token: AtomicBool::new(false) })
    }

    /// Its `config.json`. None: it has none.
    pub(super) async fn config(&self) -> PortResult<Option<&IndexConfig>> {
        Ok(self.config.get_or_try_init(|| self.ask_config()).await?.as_ref())
    }

    /// What to ask with from now on.
    pub(super) async fn pass(&self) -> PortResult<Pass> {
        self.config().await?;
        if self.wants_token.load(Ordering::Relaxed) { self.token().await.map(Some) } else { Ok(None) }
    }

    /// The entry at a path below the index. None: there is none. `parse` says what is wrong with a text that is no entry.
    pub(super) async fn entry<T: Send>(
        &self,
        pass: &Pass,
        path: &str,
        parse: impl Fn(String) -> Result<T, String> + Sync,
    ) -> PortResult<Option<T>> {
        let read = |reply: Reply| match reply.status {
            StatusCode::OK => match String::from_utf8(reply.body).map_err(|error| error.to_string()).and_then(&parse) {
                Ok(entry) => Try::Answer(Heard::Said(Some(entry))),
                // A page of somebody on the way; the index itself says it the same way each time.
                Err(why) => Try::Weather { why, pause: None },
            },
            status if is_absent(status) => Try::Answer(Heard::Said(None)),
            _ => denied(&reply, pass),
        };
        self.ask(pass, &format!("{}{path}", self.base), Room::ENTRY, &read).await
    }

    /// The crate file of a version. None: there is none.
    pub(super) async fn crate_file(&self, name: KrateName<'_>, version: &str) -> PortResult<Option<Vec<u8>>> {
        let pass = self.pass().await?;
        let config = self.config().await?.ok_or_else(|| failed("the index has no config.json".to_owned()))?;
        let read = |reply: Reply| match reply.status {
            StatusCode::OK => Try::Answer(Heard::Said(Some(reply.body))),
            StatusCode::NOT_FOUND | StatusCode::GONE => Try::Answer(Heard::Said(None)),
            // Stores of files say this of what they do not have.
            StatusCode::FORBIDDEN if pass.is_none() => Try::Answer(Heard::Said(None)),
            _ => denied(&reply, &pass),
        };
        self.ask(&pass, &config.download_url(name, version), Room::CRATE, &read).await
    }

    async fn ask_config(&self) -> PortResult<Option<IndexConfig>> {
        let config = match self.config_with(&None).await? {
            Heard::Said(config) => config,
            Heard::Denied(_) => {
                self.wants_token.store(true, Ordering::Relaxed);
                let pass = Some(self.token().await?);
                match self.config_with(&pass).await? {
                    Heard::Said(config) => config,
                    Heard::Denied(why) => return Err(self.refused(&pass, why).await),
                }
            }
        };
        if config.as_ref().is_some_and(|config| config.auth_required) {
            self.wants_token.store(true, Ordering::Relaxed);
        }
        Ok(config)
    }

    async fn config_with(&self, pass: &Pass) -> PortResult<Heard<Option<IndexConfig>>> {
        let read = |reply: Reply| match reply.status {
            StatusCode::OK => match serde_json::from_slice(&reply.body) {
                Ok(config) => Try::Answer(Heard::Said(Some(config))),
                Err(error) => {
                    Try::Weather { why: format!("the index's config.json does not parse: {error}"), pause: None }
                }
            },
            status if is_absent(status) => Try::Answer(Heard::Said(None)),
            _ => denied(&reply, pass),
        };
        let url = format!("{}config.json", self.base);
        self.patience.ask(INDEX, Room::ANSWER, || self.get(&url, pass), read).await.map_err(failed)
    }

    /// Ask. An index that answers 401 without having said `auth-required` is asked with a token, as cargo does.
    async fn ask<T>(
        &self,
        pass: &Pass,
        url: &str,
        room: Room,
        read: &(impl Fn(Reply) -> Try<Heard<T>> + Sync),
    ) -> PortResult<T> {
        let heard = self.patience.ask(INDEX, room, || self.get(url, pass), read).await.map_err(failed)?;
        let why = match (heard, pass) {
            (Heard::Said(said), _) => return Ok(said),
            (Heard::Denied(why), Some(_)) => return Err(self.refused(pass, why).await),
            (Heard::Denied(why), None) => why,
        };
        self.wants_token.store(true, Ordering::Relaxed);
        let pass = Some(self.token().await?);
        match self.patience.ask(INDEX, room, || self.get(url, &pass), read).await.map_err(failed)? {
            Heard::Said(said) => Ok(said),
            Heard::Denied(_) => Err(self.refused(&pass, why).await),
        }
    }

    fn get(&self, url: &str, pass: &Pass) -> RequestBuilder {
        let request = get_uncached(&self.client, url);
        match pass {
            Some(found) => request.header(header::AUTHORIZATION, found.token.header()),
            None => request,
        }
    }

    async fn token(&self) -> PortResult<Found> {
        let what = format!("reading the index of {}", self.keeper.name());
        self.keeper.token_to_look(&what, &Operation::Read).await
    }

    /// The index does not take the token.
    async fn refused(&self, pass: &Pass, why: String) -> PortError {
        self.keeper.forget().await;
        let from = pass.as_ref().map(|found| found.from.clone()).unwrap_or_default();
        let help = format!("if the token from {from} has expired or was revoked, put another one there");
        PortError::TokenRefused { what: format!("reading the index of {}", self.keeper.name()), why, help }
    }
}

/// The statuses that say that there is no such crate, as cargo reads them.
fn is_absent(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS)
}

/// What any other status means. Words of the index are not shown: some repeat the token.
fn denied<T>(reply: &Reply, pass: &Pass) -> Try<Heard<T>> {
    let why = format!("the index answered {}", reply.status);
    match reply.status {
        StatusCode::UNAUTHORIZED => Try::Answer(Heard::Denied(why)),
        StatusCode::FORBIDDEN if pass.is_some() => Try::Answer(Heard::Denied(why)),
        _ => Try::Hopeless(why),
    }
}

fn failed(why: String) -> PortError {
    PortError::Failed { what: "reading the index".to_owned(), why }
}
