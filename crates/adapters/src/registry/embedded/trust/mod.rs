//! Trusted publishing as crates.io has it (X10): the word of a CI, signed by an issuer that is trusted, for a token that lives
//! half an hour, publishes new versions of crates that are there, and nothing else.

mod api;
mod identity;
mod keys;
mod rule;

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::accounts;
use crate::http::Token;
pub(super) use api::routes;
use keys::KeyRing;
pub use rule::{TrustRule, TrustRuleError};

/// Life of a token, as crates.io has it.
pub(super) const LIFE: SignedDuration = SignedDuration::from_mins(30);

/// Why no token is given.
#[derive(Debug, Error)]
pub(super) enum TrustError {
    #[error("Failed to decode JWT")]
    Unreadable,
    #[error("Unsupported JWT issuer: {0}")]
    Issuer(String),
    #[error("Invalid JWT key ID")]
    Key,
    #[error("Failed to load OIDC key set: {0}")]
    Keys(String),
    #[error("JWT is not valid: {0}")]
    Unproved(#[from] jsonwebtoken::errors::Error),
    #[error("No Trusted Publishing config found for repository `{0}` and this workflow.")]
    NoRule(String),
    #[error("JWT has already been used")]
    Used,
    #[error("no token can be made: {0}")]
    Random(#[from] io::Error),
}

/// The rules, and the tokens that were given. Both are gone when the registry stops, and the tokens with it.
pub(super) struct Trust {
    rules: Vec<TrustRule>,
    life: SignedDuration,
    /// The registry's host with its port: whom an identity token must be meant for.
    audience: String,
    keys: KeyRing,
    given: Arc<Mutex<Given>>,
}

/// Tokens by their hash, and identity tokens that were used, each with its end.
#[derive(Debug, Default)]
struct Given {
    tokens: BTreeMap<String, (String, Timestamp)>,
    used: BTreeMap<String, Timestamp>,
}

/// How many tokens are good.
#[derive(Debug, Clone)]
pub(super) struct Count(Arc<Mutex<Given>>);

impl Trust {
    pub(super) fn new(rules: Vec<TrustRule>, life: SignedDuration, audience: &str) -> Self {
        let (keys, given) = (KeyRing::default(), Arc::default());
        Self { rules, life, audience: audience.to_owned(), keys, given }
    }

    /// A token for the word of a CI.
    async fn exchange(&self, jwt: &str) -> Result<Token, TrustError> {
        let claimed = identity::claimed(jwt).ok_or(TrustError::Unreadable)?;
        let rules: Vec<&TrustRule> = self.rules.iter().filter(|rule| rule.issuer == claimed.issuer).collect();
        if rules.is_empty() {
            return Err(TrustError::Issuer(claimed.issuer));
        }
        let key = self.keys.key(&claimed.issuer, &claimed.key).await.map_err(TrustError::Keys)?;
        let identity = identity::prove(jwt, &key.ok_or(TrustError::Key)?, &claimed.issuer, &self.audience)?;
        let rule = rules.into_iter().find(|rule| identity.is_of(rule));
        let rule = rule.ok_or_else(|| TrustError::NoRule(identity.repository().to_owned()))?;
        let (token, now) = (accounts::fresh_token()?, Timestamp::now());
        let mut given = self.given();
        given.forget_what_ended(now);
        // Kept for longer than the token could be taken: within the leeway it would be good again.
        let end = Timestamp::from_second(identity.exp.saturating_add(60)).unwrap_or(Timestamp::MAX);
        if given.used.insert(identity.jti, end).is_some() {
            return Err(TrustError::Used);
        }
        let end = now.checked_add(self.life).unwrap_or(Timestamp::MAX);
        given.tokens.insert(accounts::hash(token.expose()), (rule.account.clone(), end));
        Ok(token)
    }

    /// The account for which a token is good.
    pub(super) fn holder(&self, secret: &str) -> Option<String> {
        let given = self.given();
        let (account, end) = given.tokens.get(&accounts::hash(secret))?;
        (Timestamp::now() < *end).then(|| account.clone())
    }

    /// Let a token be good no longer. One that is not known is fine: it ended by itself.
    fn revoke(&self, secret: &str) {
        self.given().tokens.remove(&accounts::hash(secret));
    }

    pub(super) fn count(&self) -> Count {
        Count(Arc::clone(&self.given))
    }

    fn given(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Given {
    fn forget_what_ended(&mut self, now: Timestamp) {
        self.tokens.retain(|_, (_, end)| now < *end);
        self.used.retain(|_, end| now < *end);
    }
}

impl Count {
    pub(super) fn good(&self) -> usize {
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        given.forget_what_ended(Timestamp::now());
        given.tokens.len()
    }
}
