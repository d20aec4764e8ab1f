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

use super::super::super::client::{causes, client, get_uncached};

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
        let unreachable = |error: reqwest::Error| format!("{address}: {}", causes(&error));
        let client = self.client.get_or_try_init(|| async { client() }).await.map_err(unreachable)?;
        let response = get_uncached(client, address).send().await.map_err(unreachable)?;
        let response = response.error_for_status().map_err(unreachable)?;
        let text = response.text().await.map_err(unreachable)?;
        serde_json::from_str(&text).map_err(|error| format!("{address}: {error}"))
    }
}

fn decoding(key: &Jwk) -> Option<DecodingKey> {
    DecodingKey::from_jwk(key).ok()
}
