//! Who owns a crate, asked of the embedded registry, and of one that has had enough.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, http::StatusCode, routing::get};
use stationmaster_adapters::registry::{CargoRegistry, RegistryTarget};
use stationmaster_core::model::UploadKind;
use stationmaster_engine::ports::{PortError, Registry};

use super::{
    Hours, Yard,
    upload::{staged, uploader},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_of_a_crate_are_told_to_anybody() {
    let yard = Yard::new().await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    uploader(&yard).upload(&staged[0], UploadKind::NewCrate).await.expect("uploaded");
    std::fs::write(yard.path("registry/owners/sm-base.json"), "[\"alice\", \"github:org:team\"]").expect("owners");
    let anybody = CargoRegistry::new(RegistryTarget::StandIn(yard.registry.index_url.clone()), None);
    let owners = anybody.owners("sm-base").await.expect("an answer");
    assert_eq!(owners, BTreeSet::from(["alice".to_owned(), "github:org:team".to_owned()]));
    let none = anybody.owners("sm-tool").await;
    assert!(matches!(&none, Err(PortError::Failed { why, .. }) if why.contains("does not exist")), "{none:?}");
    let offline = anybody.offline(true).owners("sm-base").await;
    assert!(matches!(offline, Err(PortError::Failed { .. })), "{offline:?}");
}

/// A registry that answers the first requests for owners with 429, and names these seconds. Says how often it was asked.
async fn busy(refusals: usize, seconds: u32) -> (CargoRegistry, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let (config, count) = (format!("{{\"dl\":\"{origin}\",\"api\":\"{origin}\"}}"), Arc::clone(&asked));
    let owners = move || async move {
        let refused = count.fetch_add(1, Ordering::SeqCst) < refusals;
        let status = if refused { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK };
        (status, [("retry-after", seconds.to_string())], "{\"users\":[{\"id\":1,\"login\":\"alice\"}]}")
    };
    let routes = Router::new()
        .route("/index/config.json", get(move || async move { config }))
        .route("/api/v1/crates/sm-base/owners", get(owners));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (CargoRegistry::new(RegistryTarget::StandIn(format!("sparse+{origin}/index/")), None), asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_asked_too_much_is_left_alone_for_as_long_as_it_says() {
    let (registry, asked) = busy(1, 100).await;
    let hours = Hours::new();
    let registry = registry.with_patience(hours.patience());
    assert_eq!(registry.owners("sm-base").await, Ok(BTreeSet::from(["alice".to_owned()])));
    assert_eq!(hours.passed().as_secs(), 100);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let (registry, asked) = busy(usize::MAX, 0).await;
    assert!(registry.with_patience(Hours::new().patience()).owners("sm-base").await.is_err());
    assert_eq!(asked.load(Ordering::SeqCst), 6, "not for ever");
    let (registry, asked) = busy(1, 3600).await;
    let given_up = registry.owners("sm-base").await;
    assert!(matches!(&given_up, Err(PortError::Failed { why, .. }) if why.contains("3600 s")), "{given_up:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
