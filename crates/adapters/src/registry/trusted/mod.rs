//! Trusted publishing (X10): tokens that live for half an hour, got from the registry for the word of the CI that we run in.
//!
//! One is minted when the first upload needs it, renewed before it ends, and taken back when the publish is over, however it
//! ends. A process that is killed takes nothing back: its token ends by itself.

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, StatusCode, header};
use serde::Deserialize;
use stationmaster_core::{
    model::Minter,
    upload::tokens::{Next, Tokens},
};
use stationmaster_engine::ports::{PortError, PortResult};
use thiserror::Error;
use tokio::sync::Mutex;

use super::reply::Answer;
use crate::{
    ci::{Ci, CiError},
    http::{Patience, Reply, Room, Token, Try},
};

/// How long crates.io's tokens live. It does not say so in its answer.
const LIFE: SignedDuration = SignedDuration::from_mins(30);

/// Why there is no short-lived token.
#[derive(Debug, Error)]
pub(super) enum TrustedError {
    #[error(transparent)]
    Ci(#[from] CiError),
    #[error("the short-lived token has expired, and a registry accepts the identity token of {0} only once")]
    Spent(String),
    #[error("the registry did not accept the identity of {ci}: {words}")]
    Refused { ci: String, words: String, help: String },
    #[error("the registry cannot be asked for a token: {0}")]
    Network(String),
    #[error("the registry's answer contains no token")]
    NoToken,
}

/// The tokens of one publish. When one is minted, renewed and given up is the core's to say.
pub(super) struct Trusted {
    ci: Ci,
    tokens: Mutex<Tokens<Token>>,
}

/// A token to send with.
pub(super) struct Held {
    pub(super) token: Token,
    /// It was minted for this very upload.
    pub(super) fresh: bool,
}

/// Where to ask: the registry's API, and with what.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) client: &'a Client,
    /// `https://crates.io`
    pub(super) api: &'a str,
    pub(super) patience: &'a Patience,
}

#[derive(Deserialize)]
struct Exchanged {
    token: String,
}

impl Trusted {
    pub(super) fn new(ci: Ci) -> Self {
        Self { tokens: tokens(&ci, LIFE), ci }
    }

    /// The same, where the registry's tokens live for another time.
    pub(super) fn living(self, life: SignedDuration) -> Self {
        Self { tokens: tokens(&self.ci, life), ..self }
    }

    pub(super) fn minter(&self) -> Minter {
        self.ci.minter()
    }

    /// A token that is good for long enough. Uploads at once get the same.
    pub(super) async fn token(&self, place: Place<'_>, what: &str) -> PortResult<Held> {
        let mut tokens = self.tokens.lock().await;
        let next = tokens.next(Timestamp::now());
        self.get(&mut tokens, next, place).await.map_err(|error| error.in_port(what))
    }

    /// Another token for one that the registry refused. None where another would be refused as well, or there is no other.
    pub(super) async fn instead_of(&self, held: &Held, place: Place<'_>, what: &str) -> PortResult<Option<Held>> {
        let mut tokens = self.tokens.lock().await;
        match tokens.refused(&held.token, held.fresh, Timestamp::now()) {
            None | Some(Next::Spent) => Ok(None),
            Some(next) => self.get(&mut tokens, next, place).await.map(Some).map_err(|error| error.in_port(what)),
        }
    }

    /// Take back what was minted.
    pub(super) async fn take_back(&self, place: Place<'_>) -> PortResult<()> {
        let mut tokens = self.tokens.lock().await;
        while let Some(token) = tokens.close() {
            revoke(place, &token).await.map_err(|error| error.in_port("taking back a short-lived token"))?;
            tokens.taken_back(&token);
        }
        Ok(())
    }

    /// Whether there is anything to take back.
    pub(super) async fn is_idle(&self) -> bool {
        self.tokens.lock().await.is_idle()
    }

    /// What to do where the registry does not take a token of ours.
    pub(super) fn help(&self) -> String {
        let Minter { name, renews } = self.minter();
        let again = if renews { "run this again" } else { "run the job again: it gets another identity token" };
        format!(
            "{again}, and it goes on where this run ended; if it is refused again, let the crate trust this repository and \
            workflow of {name}, in its settings at the registry"
        )
    }

    async fn get(&self, tokens: &mut Tokens<Token>, next: Next<Token>, place: Place<'_>) -> Result<Held, TrustedError> {
        match next {
            Next::Send(token) => Ok(Held { token, fresh: false }),
            Next::Spent => Err(TrustedError::Spent(self.minter().name)),
            Next::Mint => {
                let (token, asked) = self.mint(place).await?;
                tokens.minted(token.clone(), asked);
                Ok(Held { token, fresh: true })
            }
        }
    }
}

impl Trusted {
    /// A new token, and when it was asked for. Each try has an identity token of its own where the CI gives more than one: a
    /// registry takes each only once, and what became of it is not known where its answer is lost.
    async fn mint(&self, place: Place<'_>) -> Result<(Token, Timestamp), TrustedError> {
        let attempt = || async {
            let id_token = match self.ci.id_token(place.client, place.patience, audience(place.api)).await {
                Ok(id_token) => id_token,
                Err(error) => return Try::Answer(Err(error.into())),
            };
            let asked = Timestamp::now();
            let exchanged = exchange(place, &id_token, &self.minter()).await;
            exchanged.map(|token| token.map(|token| (token, asked)))
        };
        place.patience.until_answered("the registry", attempt).await.map_err(TrustedError::Network)?
    }
}

/// None yet.
fn tokens(ci: &Ci, life: SignedDuration) -> Mutex<Tokens<Token>> {
    Mutex::new(Tokens::new(ci.minter().renews, life))
}

impl TrustedError {
    /// What can be done about it.
    fn in_port(self, what: &str) -> PortError {
        let (what, why) = (what.to_owned(), self.to_string());
        match self {
            Self::Ci(CiError::Silent { .. }) | Self::Network(_) => PortError::Failed { what, why },
            Self::Spent(_) => {
                PortError::NoToken { what, why, help: "run the job again: it goes on where this one ended".to_owned() }
            }
            Self::Refused { help, .. } => PortError::NoToken { what, why, help },
            Self::Ci(CiError::Audience(_)) | Self::NoToken => PortError::Refused { what, why },
        }
    }
}

/// Whom an identity token is meant for: the registry's host, with its port where it has one of its own.
fn audience(api: &str) -> &str {
    let rest = api.split_once("://").map_or(api, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

async fn exchange(place: Place<'_>, id_token: &Token, minter: &Minter) -> Try<Result<Token, TrustedError>> {
    let body = serde_json::json!({ "jwt": id_token.expose() }).to_string();
    let request = place.client.post(address(place)).header(header::CONTENT_TYPE, "application/json").body(body);
    let read = |reply: Reply| {
        let answer = Answer::from(reply);
        Try::Answer(match answer.status {
            StatusCode::OK => {
                let exchanged = serde_json::from_str(&answer.body).map_err(|_| TrustedError::NoToken);
                exchanged.and_then(|Exchanged { token }| Token::new(&token).ok_or(TrustedError::NoToken))
            }
            _ => {
                let words = id_token.hidden_in(&answer.words());
                Err(TrustedError::Refused { ci: minter.name.clone(), words, help: not_believed(minter) })
            }
        })
    };
    place.patience.try_once(request, Room::ANSWER, read).await
}

/// What to do where the registry gives no token for the word of a CI.
fn not_believed(minter: &Minter) -> String {
    let trust = "let the crate trust this repository and workflow, in its settings at the registry";
    match minter.renews {
        true => format!("{trust}, and run this again"),
        false => {
            format!("run the job again: it gets another identity token, and goes on where this one ended; else {trust}")
        }
    }
}

async fn revoke(place: Place<'_>, token: &Token) -> Result<(), TrustedError> {
    let request = || place.client.delete(address(place)).header(header::AUTHORIZATION, token.bearer());
    let read = |reply: Reply| match reply.status.as_u16() {
        // What the registry does not know any more has ended by itself.
        200..=299 | 401 | 403 | 404 => Try::Answer(()),
        _ => Try::Hopeless(token.hidden_in(&Answer::from(reply).words())),
    };
    place.patience.ask("the registry", Room::ANSWER, request, read).await.map_err(TrustedError::Network)
}

fn address(place: Place<'_>) -> String {
    format!("{}/api/v1/trusted_publishing/tokens", place.api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audience_is_the_registrys_host() {
        let found = ["https://crates.io", "http://127.0.0.1:4000", "https://example.com/cargo"].map(audience);
        assert_eq!(found, ["crates.io", "127.0.0.1:4000", "example.com"]);
    }
}
