//! A statement, signed with the identity of the CI that we run in.

use std::error::Error;

use sigstore_sign::{SigningContext, oidc::IdentityToken};
use thiserror::Error;

use super::{Trust, crypto};
use crate::{
    ci::{Ci, CiError},
    http::{self, Patience},
};

/// Whom Sigstore's identity tokens are for.
const AUDIENCE: &str = "sigstore";

/// Why nothing was signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// The CI does not give its word.
    #[error(transparent)]
    Ci(#[from] CiError),
    /// The instance is known for checking alone.
    #[error("the trust configuration names no signing services")]
    NoServices,
    /// What the CI gave is no identity token.
    #[error("Sigstore does not accept the identity token that the CI gave")]
    NoToken,
    /// A service cannot be reached, or says no.
    #[error("{0}")]
    Service(String),
}

/// Sign an in-toto statement, and give back the bundle as text. What is signed is in a public log from then on, and stays there.
///
/// # Errors
/// The CI gives no word, or one of the services does not do its part.
pub async fn sign(trust: &Trust, ci: &Ci, statement: &[u8]) -> Result<String, SignError> {
    crypto::install();
    let services = trust.services.clone().ok_or(SignError::NoServices)?;
    let client = http::client().map_err(|error| SignError::Service(http::causes(&error)))?;
    let token = ci.id_token(&client, &Patience::default(), AUDIENCE).await?;
    let identity = IdentityToken::from_jwt(token.expose()).map_err(|_| SignError::NoToken)?;
    let signer = SigningContext::new(services).with_http_client(client).signer(identity);
    // A service may repeat what it was sent.
    let failed = |error: &(dyn Error + 'static)| SignError::Service(token.hidden_in(&http::causes(error)));
    let bundle = signer.sign_raw_statement(statement).await.map_err(|error| failed(&error))?;
    bundle.to_json().map(|text| text + "\n").map_err(|error| failed(&error))
}
