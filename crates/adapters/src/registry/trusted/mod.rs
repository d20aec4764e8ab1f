//! Trusted publishing (X10): tokens that live for half an hour, got from the registry for the word of the CI that we run in.
//!
//! One is minted when the first upload needs it, renewed before it ends, and taken back when the publish is over, however it
//! ends. A process that is killed takes nothing back: its token ends by itself.

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, StatusCode, header};
use serde::Deserialize;
use stationmaster_core::model::Minter;
use stationmaster_engine::ports::{PortError, PortResult};
use thiserror::Error;
use tokio::sync::Mutex;

use super::{Token, client, reply::Answer};
use crate::ci::{Ci, CiError};

/// How long crates.io's tokens live. It does not say so in its answer.
const LIFE: SignedDuration = SignedDuration::from_mins(30);

/// Why there is no short-lived token.
#[derive(Debug, Error)]
pub(super) enum TrustedError {
    #[error(transparent)]
    Ci(#[from] CiError),
    #[error("the short-lived token is used up, and a registry takes the identity token of {0} only once")]
    Spent(String),
    #[error("the registry did not take the word of {ci}: {words}")]
    Refused { ci: String, words: String },
    #[error("the registry cannot be asked for a token: {0}")]
    Network(String),
    #[error("the registry's answer holds no token")]
    NoToken,
}

/// The tokens of one publish.
pub(super) struct Trusted {
    ci: Ci,
    life: SignedDuration,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    current: Option<Minted>,
    /// All that were minted and not taken back.
    open: Vec<Token>,
    /// The CI's word was taken, and it gives no other.
    spent: bool,
}

struct Minted {
    token: Token,
    /// From then on it is not begun with any more.
    renew_at: Timestamp,
    /// The registry has taken it once, so that its refusal means that it has ended.
    accepted: bool,
}

/// Where to ask: the registry's API, and with what.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) client: &'a Client,
    /// `https://crates.io`
    pub(super) api: &'a str,
}

#[derive(Deserialize)]
struct Exchanged {
    token: String,
}

impl Trusted {
    pub(super) fn new(ci: Ci) -> Self {
        Self { ci, life: LIFE, held: Mutex::default() }
    }

    /// The same, where the registry's tokens live for another time.
    pub(super) fn living(self, life: SignedDuration) -> Self {
        Self { life, ..self }
    }

    pub(super) fn minter(&self) -> Minter {
        self.ci.minter()
    }

    /// A token that is good for long enough. Uploads at once get the same.
    pub(super) async fn token(&self, place: Place<'_>, what: &str) -> PortResult<Token> {
        let mut held = self.held.lock().await;
        match &held.current {
            Some(minted) if Timestamp::now() < minted.renew_at => Ok(minted.token.clone()),
            _ => self.mint(&mut held, place).await.map_err(|error| error.in_port(what)),
        }
    }

    /// The registry took an upload with this token.
    pub(super) async fn accepted(&self, token: &Token) {
        let mut held = self.held.lock().await;
        if let Some(minted) = held.current.as_mut().filter(|minted| minted.token == *token) {
            minted.accepted = true;
        }
    }

    /// Another token for one that the registry refused. None where it never took that one: another would be refused as well.
    pub(super) async fn instead_of(&self, token: &Token, place: Place<'_>, what: &str) -> PortResult<Option<Token>> {
        let mut held = self.held.lock().await;
        match &held.current {
            // Another upload was faster.
            Some(minted) if minted.token != *token => Ok(Some(minted.token.clone())),
            Some(minted) if minted.accepted => {
                self.mint(&mut held, place).await.map(Some).map_err(|error| error.in_port(what))
            }
            _ => Ok(None),
        }
    }

    /// Take back what was minted.
    pub(super) async fn take_back(&self, place: Place<'_>) -> PortResult<()> {
        let mut held = self.held.lock().await;
        held.current = None;
        while let Some(token) = held.open.last() {
            revoke(place, token).await.map_err(|error| error.in_port("taking back a short-lived token"))?;
            held.open.pop();
        }
        Ok(())
    }

    /// Whether there is anything to take back.
    pub(super) async fn is_idle(&self) -> bool {
        self.held.lock().await.open.is_empty()
    }

    async fn mint(&self, held: &mut Held, place: Place<'_>) -> Result<Token, TrustedError> {
        let minter = self.minter();
        if held.spent {
            return Err(TrustedError::Spent(minter.name));
        }
        let id_token = self.ci.id_token(place.client, audience(place.api)).await?;
        let asked = Timestamp::now();
        let token = exchange(place, &id_token, &minter.name).await?;
        // Where there is no other, it is used until the registry refuses it.
        let renew_at = if minter.renews { renewal(asked, self.life) } else { Timestamp::MAX };
        let minted = Minted { token: token.clone(), renew_at, accepted: false };
        held.current = Some(minted);
        held.spent = !minter.renews;
        held.open.push(token.clone());
        Ok(token)
    }
}

impl TrustedError {
    /// What can be done about it.
    fn in_port(self, what: &str) -> PortError {
        let (what, why) = (what.to_owned(), self.to_string());
        match self {
            Self::Ci(CiError::Silent { .. }) | Self::Network(_) => PortError::Failed { what, why },
            Self::Spent(_) => {
                PortError::NoToken { what, why, mend: "run the job again: it goes on where this one ended".to_owned() }
            }
            Self::Ci(CiError::Audience(_)) | Self::Refused { .. } | Self::NoToken => PortError::Refused { what, why },
        }
    }
}

/// When a token that was asked for is renewed: with a sixth of its life left, at crates.io five minutes, which is as long as an
/// upload may take.
fn renewal(asked: Timestamp, life: SignedDuration) -> Timestamp {
    asked.checked_add(life * 5 / 6).unwrap_or(Timestamp::MAX)
}

/// Whom an identity token is meant for: the registry's host, with its port where it has one of its own.
fn audience(api: &str) -> &str {
    let rest = api.split_once("://").map_or(api, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

async fn exchange(place: Place<'_>, id_token: &Token, ci: &str) -> Result<Token, TrustedError> {
    let network = |error: reqwest::Error| TrustedError::Network(client::causes(&error));
    let body = serde_json::json!({ "jwt": id_token.expose() }).to_string();
    let request = place.client.post(address(place)).header(header::CONTENT_TYPE, "application/json").body(body);
    let answer = Answer::of(request).await.map_err(network)?;
    let words = || id_token.hidden_in(&answer.words());
    match answer.status {
        StatusCode::OK => {
            let Exchanged { token } = serde_json::from_str(&answer.body).map_err(|_| TrustedError::NoToken)?;
            Token::new(&token).ok_or(TrustedError::NoToken)
        }
        StatusCode::TOO_MANY_REQUESTS => Err(TrustedError::Network(words())),
        status if status.is_server_error() => Err(TrustedError::Network(words())),
        _ => Err(TrustedError::Refused { ci: ci.to_owned(), words: words() }),
    }
}

async fn revoke(place: Place<'_>, token: &Token) -> Result<(), TrustedError> {
    let network = |error: reqwest::Error| TrustedError::Network(client::causes(&error));
    let request = place.client.delete(address(place)).header(header::AUTHORIZATION, token.bearer());
    let answer = Answer::of(request).await.map_err(network)?;
    match answer.status.as_u16() {
        // What the registry does not know any more has ended by itself.
        200..=299 | 401 | 403 | 404 => Ok(()),
        _ => Err(TrustedError::Network(token.hidden_in(&answer.words()))),
    }
}

fn address(place: Place<'_>) -> String {
    format!("{}/api/v1/trusted_publishing/tokens", place.api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_while_an_upload_can_still_end_with_it() {
        let asked: Timestamp = "2026-11-05T10:00:00Z".parse().expect("a time");
        assert_eq!(renewal(asked, LIFE).to_string(), "2026-11-05T10:25:00Z");
    }

    #[test]
    fn the_audience_is_the_registrys_host() {
        let found = ["https://crates.io", "http://127.0.0.1:4000", "https://example.com/cargo"].map(audience);
        assert_eq!(found, ["crates.io", "127.0.0.1:4000", "example.com"]);
    }
}
