//! Cargo's registry API and sparse index, over HTTP.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::{
    super::{checksum, package::UploadMetadata},
    accounts::Accounts,
    faults::{Fate, Weather},
    line::{Line, merge},
    store::{Publisher, Refusal, Store},
    trust::{self, Trust},
    upstream::{Source, UpstreamError},
};

/// What the handlers share.
pub(super) struct Registry {
    pub(super) store: Store,
    pub(super) accounts: Accounts,
    pub(super) trust: Trust,
    pub(super) weather: Weather,
    pub(super) upstream: Source,
    /// Crates of which the registry behind is not asked.
    pub(super) own: BTreeSet<String>,
    /// `http://127.0.0.1:PORT`.
    pub(super) origin: String,
}

impl Registry {
    /// The index address as cargo is given it.
    pub(super) fn index_url(&self) -> String {
        format!("sparse+{}/index/", self.origin)
    }

    /// The entry of a crate that we hold, as a look at it is shown it now.
    fn shown(&self, name: &str) -> Result<Option<String>, Problem> {
        let Some(text) = self.store.entry(name)? else { return Ok(None) };
        let lines = Line::parse_all(&text).map_err(std::io::Error::other)?;
        let shown = self.weather.shown(name, lines);
        Ok((!shown.is_empty()).then(|| Line::print_all(&shown)))
    }

    /// Who is asked for what we do not hold of this crate.
    fn behind(&self, name: &str) -> &Source {
        let spelled = |own: &String| own.eq_ignore_ascii_case(name);
        if self.own.iter().any(spelled) { &Source::Absent } else { &self.upstream }
    }
}

type Shared = State<Arc<Registry>>;

/// More than any registry takes: beyond this, an upload is not even read to its end.
const ROOM: usize = 64 * 1024 * 1024;

/// All routes.
pub(super) fn router(registry: Arc<Registry>) -> Router {
    Router::new()
        .route("/index/config.json", get(config))
        .route("/index/{*path}", get(entry))
        .route("/api/v1/crates/new", put(publish))
        .route("/api/v1/crates/{name}/{version}/yank", axum::routing::delete(yank))
        .route("/api/v1/crates/{name}/{version}/unyank", put(unyank))
        .route("/api/v1/crates/{name}/{version}/download", get(download))
        .route("/api/v1/crates/{name}/owners", get(owners).put(add_owners).delete(remove_owners))
        .merge(trust::routes())
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "this registry has no such page".to_owned()) })
        .with_state(registry)
}

/// A refusal, as cargo reads it.
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    retry_after: Option<String>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), retry_after: None }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = answer(&json!({ "errors": [{ "detail": self.detail }] }));
        let retry_after = self.retry_after.map(|when| [(header::RETRY_AFTER, when)]);
        match retry_after {
            Some(headers) => (self.status, headers, body).into_response(),
            None => (self.status, body).into_response(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::NotOwner | Refusal::NewByTrust => StatusCode::FORBIDDEN,
            Refusal::NoCrate(_) | Refusal::NoVersion(_) => StatusCode::NOT_FOUND,
            Refusal::Exhausted(_) => StatusCode::TOO_MANY_REQUESTS,
            Refusal::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::Disk(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Refusal::Rules(_)
            | Refusal::Package(_)
            | Refusal::Mismatch { .. }
            | Refusal::OtherSpelling(_)
            | Refusal::LastOwner => StatusCode::BAD_REQUEST,
        };
        let retry_after = match &refusal {
            Refusal::Exhausted(exhausted) => Some(exhausted.header(Timestamp::now())),
            _ => None,
        };
        Self { retry_after, ..Self::new(status, refusal.to_string()) }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Refusal::Disk(error).into()
    }
}

impl From<UpstreamError> for Problem {
    fn from(error: UpstreamError) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, error.to_string())
    }
}

pub(super) fn answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn config(State(registry): Shared) -> Response {
    let origin = &registry.origin;
    answer(&json!({ "dl": format!("{origin}/api/v1/crates"), "api": origin }))
}

/// An index entry: ours, that of the registry behind, or both.
async fn entry(State(registry): Shared, Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let missing = || Problem::new(StatusCode::NOT_FOUND, "no such crate".to_owned());
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    if super::super::location::entry_path(&name).is_none_or(|right| right != path) {
        return Err(missing());
    }
    let local = registry.shown(&name)?;
    let behind = registry.behind(&name).entry(&name).await;
    let text = match (local, behind) {
        (Some(local), Ok(Some(upstream))) => merge(&local, &upstream),
        (Some(local), Ok(None)) => local,
        (None, Ok(Some(upstream))) => upstream,
        (None, Ok(None)) => return Err(missing()),
        (_, Err(error)) => return Err(error.into()),
    };
    let tag = format!("\"{}\"", checksum(text.as_bytes()));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let headers = [(header::CONTENT_TYPE, "text/plain".to_owned()), (header::ETAG, tag)];
    Ok((headers, text).into_response())
}

async fn download(State(registry): Shared, Path((name, version)): Path<(String, String)>) -> Result<Response, Problem> {
    let bytes = match registry.store.crate_file(&name, &version)? {
        Some(bytes) => Some(bytes),
        None => registry.behind(&name).crate_file(&name, &version).await?,
    };
    let bytes = bytes.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, format!("no crate {name} {version}")))?;
    Ok(([(header::CONTENT_TYPE, "application/gzip")], bytes).into_response())
}

async fn publish(State(registry): Shared, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let publisher = publisher(&registry, &headers)?;
    let most = usize::try_from(registry.store.limits().size).unwrap_or(usize::MAX).saturating_add(ROOM);
    let too_large = |_| Problem::from(Refusal::TooLarge(registry.store.limits().size));
    let body = to_bytes(body, most).await.map_err(too_large)?;
    let (metadata, file) = unframe(&body)?;
    let (name, version) = (metadata.name.clone(), metadata.vers.clone());
    let fate = registry.weather.fate(&name, &version, secret(&headers)?);
    if fate == Fate::Failed {
        return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "a fault that was asked for: nothing was taken"));
    }
    let shared = Arc::clone(&registry);
    let index = registry.index_url();
    run(move || shared.store.publish(&publisher, &metadata, &file, &index)).await?;
    registry.weather.taken(&name, &version);
    if fate == Fate::Lost {
        return Ok(lost());
    }
    Ok(answer(&json!({ "warnings": { "invalid_categories": [], "invalid_badges": [], "other": [] } })))
}

/// An answer that breaks off before its first byte is sent: the connection ends without a word.
fn lost() -> Response {
    let breaks = std::io::Error::other("a fault that was asked for: the answer gets lost");
    Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(breaks)])).into_response()
}

/// The two parts of an upload, each after its length.
fn unframe(body: &Bytes) -> Result<(UploadMetadata, Bytes), Problem> {
    let bad = |why: &str| Problem::new(StatusCode::BAD_REQUEST, format!("invalid upload request: {why}"));
    let part = |from: usize| {
        let length = body.get(from..from + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        let end = from.checked_add(4)?.checked_add(usize::try_from(length?).ok()?)?;
        (end <= body.len()).then(|| body.slice(from + 4..end))
    };
    let json = part(0).ok_or_else(|| bad("the metadata is cut short"))?;
    let file = part(4 + json.len()).ok_or_else(|| bad("the crate file is cut short"))?;
    let metadata = serde_json::from_slice(&json).map_err(|error| bad(&error.to_string()))?;
    Ok((metadata, file))
}

async fn yank(state: Shared, path: Path<(String, String)>, headers: HeaderMap) -> Result<Response, Problem> {
    set_yanked(state, path, headers, true).await
}

async fn unyank(state: Shared, path: Path<(String, String)>, headers: HeaderMap) -> Result<Response, Problem> {
    set_yanked(state, path, headers, false).await
}

async fn set_yanked(
    State(registry): Shared,
    Path((name, version)): Path<(String, String)>,
    headers: HeaderMap,
    yanked: bool,
) -> Result<Response, Problem> {
    let account = account(&registry, &headers)?;
    run(move || registry.store.set_yanked(&account, &name, &version, yanked)).await?;
    Ok(answer(&json!({ "ok": true })))
}

/// As at crates.io, everybody may ask.
async fn owners(State(registry): Shared, Path(name): Path<String>) -> Result<Response, Problem> {
    let owners = registry.store.owners(&name)?;
    if owners.is_empty() {
        return Err(Refusal::NoCrate(name).into());
    }
    let users = owners.iter().zip(1..).map(|(login, id)| json!({ "id": id, "login": login, "name": login }));
    Ok(answer(&json!({ "users": users.collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
struct Users {
    users: Vec<String>,
}

async fn add_owners(state: Shared, path: Path<String>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    change_owners(state, path, headers, body, true).await
}

async fn remove_owners(
    state: Shared,
    path: Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    change_owners(state, path, headers, body, false).await
}

async fn change_owners(
    State(registry): Shared,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
    add: bool,
) -> Result<Response, Problem> {
    let account = account(&registry, &headers)?;
    let bad = |error: serde_json::Error| Problem::new(StatusCode::BAD_REQUEST, format!("invalid request: {error}"));
    let Users { users } = serde_json::from_slice(&body).map_err(bad)?;
    for user in &users {
        if add && !registry.accounts.exists(user)? {
            return Err(Problem::new(StatusCode::BAD_REQUEST, format!("could not find user with login `{user}`")));
        }
    }
    let done = format!("{} {name}: {}", if add { "added owners of" } else { "removed owners of" }, users.join(", "));
    run(move || registry.store.change_owners(&account, &name, &users, add)).await?;
    Ok(answer(&json!({ "ok": true, "msg": done })))
}

/// The token of a request.
pub(super) fn secret(headers: &HeaderMap) -> Result<&str, Problem> {
    let none = || Problem::new(StatusCode::UNAUTHORIZED, "this action requires authentication".to_owned());
    let secret = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(none)?;
    Ok(secret.strip_prefix("Bearer ").unwrap_or(secret))
}

/// Who uploads. A token of trusted publishing is good for that, and for nothing else.
fn publisher(registry: &Registry, headers: &HeaderMap) -> Result<Publisher, Problem> {
    let secret = secret(headers)?;
    if registry.weather.has_ended(secret) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "authentication failed: this token has ended"));
    }
    match registry.trust.holder(secret) {
        Some(account) => Ok(Publisher { account, may_create: false }),
        None => Ok(Publisher { account: account(registry, headers)?, may_create: true }),
    }
}

/// Who asks.
fn account(registry: &Registry, headers: &HeaderMap) -> Result<String, Problem> {
    let secret = secret(headers)?;
    let holder = registry.accounts.holder(secret)?;
    holder.ok_or_else(|| {
        Problem::new(StatusCode::FORBIDDEN, "authentication failed: no account has this token".to_owned())
    })
}

/// Work on files, off the threads that serve requests.
async fn run(work: impl FnOnce() -> Result<(), Refusal> + Send + 'static) -> Result<(), Problem> {
    let ended = |error: tokio::task::JoinError| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    Ok(spawn_blocking(work).await.map_err(ended)??)
}
