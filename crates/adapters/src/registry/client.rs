//! The HTTP client: rustls with ring, HTTP/2 where the other side has it.

use std::{error::Error, time::Duration};

use reqwest::{Client, RequestBuilder, header};
use stationmaster_engine::ports::PortError;

/// A client with patience for a slow registry, and none for a dead one.
pub(crate) fn client() -> Result<Client, reqwest::Error> {
    // A second installation fails, and is not needed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("stationmaster/", env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_REPOSITORY"), ")"))
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(60))
        .build()
}

/// A request for what the registry says now. Caches on the way must neither answer it (RFC 9111, 5.2.1.4) nor keep the answer
/// (5.2.1.5): an index read before an upload would otherwise be what everybody is shown after it.
pub(crate) fn get_uncached(client: &Client, url: &str) -> RequestBuilder {
    client.get(url).header(header::CACHE_CONTROL, "no-cache, no-store")
}

/// An error with its causes, for people. The address in a request's never holds a secret: tokens travel in headers.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

/// A request that did not go through.
pub(crate) fn failed(what: impl Into<String>, error: &reqwest::Error) -> PortError {
    PortError::Failed { what: what.into(), why: causes(error) }
}
