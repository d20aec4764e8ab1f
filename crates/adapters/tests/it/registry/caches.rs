//! What we ask of the caches between us and a registry.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::Request};
use stationmaster_adapters::{
    http::Token,
    registry::{CargoRegistry, RegistryTarget},
};
use stationmaster_engine::ports::Registry;

/// Path and `Cache-Control` of each request that came.
type Requests = Arc<Mutex<Vec<(String, String)>>>;

/// An HTTP server on loopback that has nothing, and writes down what it is asked.
async fn listener() -> (String, Requests) {
    let requests = Requests::default();
    let written = Arc::clone(&requests);
    let routes = Router::new().fallback(async move |request: Request| {
        let control = request.headers().get("cache-control").and_then(|value| value.to_str().ok()).unwrap_or_default();
        written.lock().expect("lock").push((request.uri().path().to_owned(), control.to_owned()));
        axum::http::StatusCode::NOT_FOUND
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
    let address = listener.local_addr().expect("address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (format!("sparse+http://{address}/"), requests)
}

#[tokio::test]
async fn caches_are_asked_neither_to_answer_for_the_index_nor_to_keep_it() {
    let (index, requests) = listener().await;
    let registry =
        CargoRegistry::new(RegistryTarget::StandIn(index), None).with_token(Token::new("of-a-test").expect("token"));
    let names = ["sm-base", "sm-tool"].map(str::to_owned);
    registry.index(&names).await;
    // The server has no config.json either, so that the yank ends with that request.
    registry.yank("sm-base", &"1.0.0".parse().expect("version")).await.expect_err("no API");
    let found = requests.lock().expect("lock").clone();
    let paths: BTreeSet<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, BTreeSet::from(["/config.json", "/sm/-b/sm-base", "/sm/-t/sm-tool"]));
    assert_eq!(found.len(), 3, "it is asked for its configuration once");
    for (path, control) in &found {
        assert_eq!(control, "no-cache, no-store", "{path}");
    }
}
