//! The HTTP client: rustls with ring, HTTP/2 where the other side has it; and whole replies, within limits of size and time.

use std::{error::Error, time::Duration};

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use stationmaster_core::retry::asked_pause;
use tokio::{sync::Semaphore, time::timeout};

/// A client for reading, with patience for a slow registry, and none for a dead one. It follows redirects; to another host it takes
/// no token along.
pub(crate) fn client() -> Result<Client, reqwest::Error> {
    builder().build()
}

/// A client for what carries a secret or changes something: it goes where it was told, and nowhere else.
pub(crate) fn steadfast() -> Result<Client, reqwest::Error> {
    builder().redirect(Policy::none()).build()
}

fn builder() -> ClientBuilder {
    // A second installation fails, and is not needed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("stationmaster/", env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_REPOSITORY"), ")"))
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(60))
}

/// A request for what the registry says now. Caches on the way must neither answer it (RFC 9111, 5.2.1.4) nor keep the answer
/// (5.2.1.5): an index read before an upload would otherwise be what everybody is shown after it.
pub(crate) fn get_uncached(client: &Client, url: &str) -> RequestBuilder {
    client.get(url).header(header::CACHE_CONTROL, "no-cache, no-store")
}

/// The most that a reply may hold, and the time for it: from the first byte that is sent to the last that is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// In bytes.
    pub(crate) size: usize,
    pub(crate) time: Duration,
}

impl Room {
    /// An answer of an API, or an index's `config.json`.
    pub(crate) const ANSWER: Self = Self { size: 1 << 20, time: Duration::from_secs(30) };
    /// An index entry: the longest of crates.io have some ten megabytes.
    pub(crate) const ENTRY: Self = Self { size: 64 << 20, time: Duration::from_secs(60) };
    /// A crate file.
    pub(crate) const CRATE: Self = Self { size: 256 << 20, time: Duration::from_secs(300) };
    /// The answer to an upload: ten megabytes over a slow line come before it.
    pub(crate) const UPLOAD: Self = Self { size: 1 << 20, time: Duration::from_secs(300) };
}

/// Replies larger than this, in bytes, are read one after the other: an index is asked for many entries at once.
const LARGE: usize = 4 << 20;
static LARGE_REPLIES: Semaphore = Semaphore::const_new(1);

/// A whole reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// What its header `Retry-After` asks for.
    pub(crate) pause: Option<SignedDuration>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Why there is none; in words.
#[derive(Debug)]
pub(crate) enum Unread {
    /// There was no connection, so nothing was sent.
    NotSent(String),
    /// It broke off, or took too long. Whatever was asked for may have been done.
    Broken(String),
    /// It is larger than anything that is wanted.
    TooLarge(String),
}

/// Send, and read the whole reply.
pub(crate) async fn send(request: RequestBuilder, room: Room) -> Result<Reply, Unread> {
    let whole = async {
        let response = request.send().await.map_err(unread)?;
        let (status, pause) = (response.status(), pause(&response));
        Ok(Reply { status, pause, body: body(response, room.size).await? })
    };
    let late = |_| Unread::Broken(format!("the answer was not complete after {} s", room.time.as_secs_f32()));
    timeout(room.time, whole).await.unwrap_or_else(|elapsed| Err(late(elapsed)))
}

fn unread(mut error: reqwest::Error) -> Unread {
    if let Some(url) = error.url_mut() {
        // Neither fails for an address that a request was sent to.
        let _ = (url.set_username(""), url.set_password(None));
    }
    let why = causes(&error);
    if error.is_connect() || error.is_builder() { Unread::NotSent(why) } else { Unread::Broken(why) }
}

async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, Unread> {
    let (mut body, mut turn) = (Vec::new(), None);
    while let Some(piece) = response.chunk().await.map_err(unread)? {
        if body.len() + piece.len() > most {
            return Err(Unread::TooLarge(format!("the answer has more than {} MB", most >> 20)));
        }
        body.extend_from_slice(&piece);
        if body.len() > LARGE && turn.is_none() {
            // It is never closed.
            turn = LARGE_REPLIES.acquire().await.ok();
        }
    }
    Ok(body)
}

fn pause(response: &Response) -> Option<SignedDuration> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    asked_pause(text(header::RETRY_AFTER)?, text(header::DATE), Timestamp::now())
}

/// An error with its causes, for people.
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
