//! A CI that gives its word: an issuer of identity tokens on loopback, with a key of its own.

mod rsa;

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use rsa::Key;

/// What lets a job ask for its token.
pub(crate) const BEARER: &str = "the-job-may-ask";
/// The repository and workflow of the job.
pub(crate) const REPOSITORY: &str = "abacist/abacist";
pub(crate) const WORKFLOW: &str = "release.yml";
const KEY: &str = "key-1";

/// It answers until the process ends.
#[derive(Clone)]
pub(crate) struct Issuer {
    pub(crate) address: String,
    key: Arc<Key>,
    asked: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
}

impl Issuer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("for tokio");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let issuer = Self { address, key: Arc::new(Key::generate()), asked: Arc::default(), made: Arc::default() };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", get(token))
            .with_state(issuer.clone());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                axum::serve(listener, routes).await
            })
        });
        issuer
    }

    /// Where a job asks for its token, as GitHub says it.
    pub(crate) fn request_url(&self) -> String {
        format!("{}/token?api-version=2.0", self.address)
    }

    /// How often a job asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The rule of a registry that trusts the job.
    pub(crate) fn rule(&self) -> String {
        format!("{}#repository={REPOSITORY};workflow={WORKFLOW}", self.address)
    }

    /// What a sound token for this audience says.
    pub(crate) fn claims(&self, audience: &str) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let number = self.made.fetch_add(1, Ordering::SeqCst);
        json!({
            "iss": self.address, "aud": audience, "iat": now, "nbf": now, "exp": now + 300, "jti": format!("t{number}"),
            "repository": REPOSITORY, "workflow_ref": format!("{REPOSITORY}/.github/workflows/{WORKFLOW}@refs/heads/main"),
        })
    }

    /// A token that says this, signed with the issuer's key.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as(&json!({ "typ": "JWT", "alg": "RS256", "kid": KEY }), claims)
    }

    /// The same, with this header.
    pub(crate) fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = format!("{header}.{claims}");
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

async fn discovery(State(issuer): State<Issuer>) -> String {
    json!({ "issuer": issuer.address, "jwks_uri": format!("{}/keys", issuer.address) }).to_string()
}

async fn keys(State(issuer): State<Issuer>) -> String {
    json!({ "keys": [issuer.key.jwk(KEY)] }).to_string()
}

async fn token(State(issuer): State<Issuer>, headers: HeaderMap, uri: Uri) -> Result<String, StatusCode> {
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
    if bearer != Some(&format!("Bearer {BEARER}")) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let audience = uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("audience=")));
    let audience = audience.ok_or(StatusCode::BAD_REQUEST)?.replace("%3A", ":");
    issuer.asked.fetch_add(1, Ordering::SeqCst);
    Ok(json!({ "value": issuer.sign(&issuer.claims(&audience)) }).to_string())
}
