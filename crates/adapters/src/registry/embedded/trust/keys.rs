//! The public keys of issuers, where OpenID Connect says that they are.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use jsonwebtoken::{
    DecodingKey,
    jwk::{Jwk, JwkSet},
};
use reqwest::Client;
use serde::{Deserialize, de::DeserializeOwned};
use tokio::sync::{Mutex, OnceCell};

use crate::http::{Patience, Reply, Room, Try, causes, client, get_uncached};

/// Keys that were asked for are asked for again after this time: an issuer changes its keys.
const FRESH: Duration = Duration::from_secs(300);
/// So soon an issuer is not asked again for a key that it did not have.
const PAUSE: Duration = Duration::from_secs(1);

/// Fetched when they are first needed, and kept for a while.
#[derive(Default)]
pub(super) struct KeyRing {
    client: OnceCell<Client>,
    held: Mutex<BTreeMap<String, (JwkSet, Instant)>>,
}

#[derive(Deserialize)]
struct Discovery {
    jwks_uri: String,
}

impl KeyRing {
    /// The key of an issuer with this id. None: it has no such key. The error says why it could not be asked.
    pub(super) async fn key(&self, issuer: &str, id: &str) -> Result<Option<DecodingKey>, String> {
        let mut held = self.held.lock().await;
        let known = held.get(issuer).and_then(|(keys, at)| Some((keys.find(id)?.clone(), *at)));
        if let Some((key, at)) = known
            && at.elapsed() < FRESH
        {
            return Ok(decoding(&key));
        }
        if held.get(issuer).is_some_and(|(_, at)| at.elapsed() < PAUSE) {
            return Ok(None);
        }
        let keys = self.fetch(issuer).await?;
        let found = keys.find(id).cloned();
        held.insert(issuer.to_owned(), (keys, Instant::now()));
        Ok(found.as_ref().and_then(decoding))
    }

    async fn fetch(&self, issuer: &str) -> Result<JwkSet, String> {
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let Discovery { jwks_uri } = self.ask(&place).await?;
        self.ask(&jwks_uri).await
    }

    async fn ask<T: DeserializeOwned>(&self, address: &str) -> Result<T, String> {
        let unreachable = |why: String| format!("{address}: {why}");
        let make = || async { client().map_err(|error| unreachable(causes(&error))) };
        let client = self.client.get_or_try_init(make).await?;
        let read = |reply: Reply| match serde_json::from_slice(&reply.body) {
            _ if !reply.status.is_success() => Try::Hopeless(format!("it answered {}", reply.status)),
            Ok(read) => Try::Answer(read),
            Err(error) => Try::Weather { why: error.to_string(), pause: None },
        };
        let answer = Patience::default().ask("the issuer", Room::ANSWER, || get_uncached(client, address), read).await;
        answer.map_err(unreachable)
    }
}

fn decoding(key: &Jwk) -> Option<DecodingKey> {
    DecodingKey::from_jwk(key).ok()
}
