//! How others are asked over HTTP: the client, patience with those who do not answer, and the secrets that are shown to them.

mod client;
mod patience;
mod token;

pub use patience::Patience;
pub use token::Token;

pub(crate) use client::{Reply, Room, Unread, causes, client, get_uncached, send, steadfast};
pub(crate) use patience::Try;
