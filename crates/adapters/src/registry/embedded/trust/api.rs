//! The two requests of crates.io's API for trusted publishing.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::post,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::api::{Problem, Registry, answer, secret},
    TrustError,
};

/// Most that an identity token may have; real ones have two kilobytes.
const LONGEST: usize = 64 * 1024;

pub(in super::super) fn routes() -> Router<Arc<Registry>> {
    Router::new().route("/api/v1/trusted_publishing/tokens", post(exchange).delete(revoke))
}

#[derive(Deserialize)]
struct Exchange {
    jwt: String,
}

impl From<TrustError> for Problem {
    fn from(error: TrustError) -> Self {
        let status = match &error {
            TrustError::Keys(_) | TrustError::Random(_) => StatusCode::INTERNAL_SERVER_ERROR,
            TrustError::Unreadable
            | TrustError::Issuer(_)
            | TrustError::Key
            | TrustError::Unproved(_)
            | TrustError::NoRule(_)
            | TrustError::Used => StatusCode::BAD_REQUEST,
        };
        Self::new(status, error.to_string())
    }
}

async fn exchange(State(registry): State<Arc<Registry>>, body: Bytes) -> Result<Response, Problem> {
    let unreadable = || Problem::from(TrustError::Unreadable);
    let body = Some(body).filter(|body| body.len() <= LONGEST).ok_or_else(unreadable)?;
    let Exchange { jwt } = serde_json::from_slice(&body).map_err(|_| unreadable())?;
    let token = registry.trust.exchange(&jwt).await?;
    Ok(answer(&json!({ "token": token.expose() })))
}

async fn revoke(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    registry.trust.revoke(secret(&headers)?);
    Ok(StatusCode::NO_CONTENT)
}
