//! The word of a CI for the job that we run in: an identity token, as OpenID Connect has it.

use std::env;

use reqwest::{Client, StatusCode, Url, header};
use serde::Deserialize;
use stationmaster_core::model::Minter;
use thiserror::Error;

use crate::http::{Patience, Reply, Room, Token, Try};

/// A CI that gives its word.
#[derive(Debug, Clone)]
pub enum Ci {
    /// GitHub Actions: asked for a token whenever one is needed.
    GitHub {
        /// Where.
        address: String,
        /// What lets this job ask.
        bearer: Token,
    },
    /// GitLab: it gave the job one token for this purpose, and a registry takes that once.
    GitLab {
        /// The token.
        id_token: Token,
    },
}

/// Why a CI did not give its word.
#[derive(Debug, Error)]
pub enum CiError {
    /// It was asked and did not answer.
    #[error("{ci} was asked for an identity token: {why}")]
    Silent {
        /// Its name.
        ci: &'static str,
        /// What it did.
        why: String,
    },
    /// It gave a token for somebody else, which was not sent.
    #[error("the identity token that GitLab gave this job has another audience and was not sent: it needs `aud: {0}`")]
    Audience(String),
}

#[derive(Deserialize)]
struct Answer {
    value: String,
}

impl Ci {
    /// The CI that we run in, if it gives its word to a registry: GitHub Actions for a job with `permissions: id-token: write`,
    /// GitLab for one with `id_tokens: CRATES_IO_ID_TOKEN`, the name that crates.io's documentation has.
    pub fn for_registry() -> Option<Self> {
        Self::from_environment("CRATES_IO_ID_TOKEN")
    }

    /// The same for Sigstore; GitLab for a job with `id_tokens: SIGSTORE_ID_TOKEN`, the name that its documentation has.
    pub fn for_sigstore() -> Option<Self> {
        Self::from_environment("SIGSTORE_ID_TOKEN")
    }

    fn from_environment(of_gitlab: &str) -> Option<Self> {
        let token = |name: &str| Token::new(&env::var(name).ok()?);
        let github = || {
            let address = env::var("ACTIONS_ID_TOKEN_REQUEST_URL").ok().filter(|address| !address.is_empty())?;
            Some(Self::GitHub { address, bearer: token("ACTIONS_ID_TOKEN_REQUEST_TOKEN")? })
        };
        github().or_else(|| Some(Self::GitLab { id_token: token(of_gitlab)? }))
    }

    /// Who it is.
    pub(crate) fn minter(&self) -> Minter {
        let (name, renews) = match self {
            Self::GitHub { .. } => ("GitHub Actions", true),
            Self::GitLab { .. } => ("GitLab CI", false),
        };
        Minter { name: name.to_owned(), renews }
    }

    /// Its word. `audience` says for whom: a registry's host, or `sigstore`.
    pub(crate) async fn id_token(
        &self,
        client: &Client,
        patience: &Patience,
        audience: &str,
    ) -> Result<Token, CiError> {
        match self {
            Self::GitHub { address, bearer } => ask_github(client, patience, address, bearer, audience).await,
            Self::GitLab { id_token } if is_for(id_token, audience) => Ok(id_token.clone()),
            // Whoever gets it could use it where it is good.
            Self::GitLab { .. } => Err(CiError::Audience(audience.to_owned())),
        }
    }
}

async fn ask_github(
    client: &Client,
    patience: &Patience,
    address: &str,
    secret: &Token,
    audience: &str,
) -> Result<Token, CiError> {
    let silent = |why: String| CiError::Silent { ci: "GitHub Actions", why };
    let mut url = Url::parse(address).map_err(|_| silent("the address that it gave does not parse".to_owned()))?;
    url.query_pairs_mut().append_pair("audience", audience);
    let request = || client.get(url.clone()).header(header::AUTHORIZATION, secret.bearer());
    let read = |reply: Reply| match reply.status {
        // What it says is the token, and so no part of an error.
        StatusCode::OK => match serde_json::from_slice(&reply.body) {
            Ok(Answer { value }) => Try::Answer(value),
            Err(_) => Try::Weather { why: "its answer holds no token".to_owned(), pause: None },
        },
        status => Try::Hopeless(format!("it answered {status}")),
    };
    let value = patience.ask("GitHub Actions", Room::ANSWER, request, read).await.map_err(silent)?;
    Token::new(&value).ok_or_else(|| silent("its token cannot be sent".to_owned()))
}

/// Whether a token says that it is for them. Its signature is theirs to look at.
fn is_for(token: &Token, audience: &str) -> bool {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Audience {
        One(String),
        Some(Vec<String>),
    }
    #[derive(Deserialize)]
    struct Claims {
        aud: Audience,
    }
    match jsonwebtoken::dangerous::insecure_decode_claims::<Claims>(token.expose()) {
        Ok(Claims { aud: Audience::One(one) }) => one == audience,
        Ok(Claims { aud: Audience::Some(some) }) => some.iter().any(|one| one == audience),
        Err(_) => false,
    }
}
