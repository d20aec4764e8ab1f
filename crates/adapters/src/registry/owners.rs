//! Who owns a crate (X12), asked as politely as the registry wants it.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use reqwest::{StatusCode, header};
use serde::Deserialize;
use stationmaster_engine::ports::{PortError, PortResult};
use tokio::{sync::Mutex, time::sleep};

use super::{
    CargoRegistry, RegistryTarget, Token,
    client::{self, get_uncached},
    credential::Operation,
    reply::Answer,
};

/// crates.io asks programs for no more than one request a second of its API, and for a name by which they can be found: that
/// is in the client. The index is not counted.
const CRATES_IO_PACE: Duration = Duration::from_secs(1);
/// Requests for one crate, where the registry says that it is too many.
const ATTEMPTS: u32 = 3;
/// A registry that wants a longer pause is not waited for: who owns a crate is then not known.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Requests one after the other, each so long after the one before.
#[derive(Debug, Default)]
pub(super) struct Pace {
    next: Mutex<Option<Instant>>,
}

#[derive(Deserialize)]
struct Owners {
    users: Vec<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    login: String,
}

impl Pace {
    /// Wait for one's turn.
    async fn turn(&self, apart: Duration) {
        if !apart.is_zero() {
            sleep(self.reserve(Instant::now(), apart).await).await;
        }
    }

    /// Nobody's turn comes before this time has passed.
    async fn pause(&self, pause: Duration) {
        let mut next = self.next.lock().await;
        let until = Instant::now() + pause;
        *next = Some(next.map_or(until, |next| next.max(until)));
    }

    /// How long it is until one's turn.
    async fn reserve(&self, now: Instant, apart: Duration) -> Duration {
        let mut next = self.next.lock().await;
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + apart);
        turn - now
    }
}

impl CargoRegistry {
    /// The owners of one crate.
    pub(super) async fn ask_owners(&self, name: &str) -> PortResult<BTreeSet<String>> {
        let what = format!("asking who owns {name}");
        let failed = |why: String| PortError::Failed { what: what.clone(), why };
        let client = self.client(&what).await?;
        let address = format!("{}/api/v1/crates/{name}/owners", self.api(&what).await?);
        let apart = if self.target == RegistryTarget::CratesIo { CRATES_IO_PACE } else { Duration::ZERO };
        for attempt in 1.. {
            self.pace.turn(apart).await;
            let mut request = get_uncached(client, &address);
            let token = self.reading_token(name).await;
            if let Some(secret) = token.as_ref().and_then(header_of) {
                request = request.header(header::AUTHORIZATION, secret);
            }
            let answer = Answer::of(request).await.map_err(|error| client::failed(&*what, &error))?;
            let words = || token.as_ref().map_or_else(|| answer.words(), |token| token.hidden_in(&answer.words()));
            match answer.status {
                StatusCode::OK => {
                    let owners: Owners = serde_json::from_str(&answer.body)
                        .map_err(|error| failed(format!("the answer is no list of owners: {error}")))?;
                    return Ok(owners.users.into_iter().map(|owner| owner.login).collect());
                }
                StatusCode::TOO_MANY_REQUESTS if attempt < ATTEMPTS => {
                    let pause = answer.pause(Timestamp::now());
                    if pause > LONGEST_PAUSE {
                        return Err(failed(format!("it wants to be left alone for {} s", pause.as_secs())));
                    }
                    self.pace.pause(pause).await;
                    sleep(pause).await;
                }
                _ => return Err(failed(words())),
            }
        }
        Err(failed("it was asked too often".to_owned()))
    }

    /// The token, where there is one: crates.io tells everybody, other registries may want to know who asks.
    async fn reading_token(&self, name: &str) -> Option<Token> {
        if self.target == RegistryTarget::CratesIo {
            return None;
        }
        let found = self.token("asking who owns crates", &Operation::Owners { name }).await;
        found.ok().map(|found| found.token)
    }
}

fn header_of(token: &Token) -> Option<header::HeaderValue> {
    let mut secret = header::HeaderValue::from_str(token.expose()).ok()?;
    secret.set_sensitive(true);
    Some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_are_so_far_apart_however_many_ask_at_once() {
        let (pace, now) = (Pace::default(), Instant::now());
        let mut waits = Vec::new();
        for seconds in [0, 0, 0, 1, 10] {
            let asked = now + Duration::from_secs(seconds);
            waits.push(pace.reserve(asked, CRATES_IO_PACE).await.as_secs());
        }
        assert_eq!(waits, [0, 1, 2, 2, 0]);
        pace.pause(Duration::from_secs(100)).await;
        assert!(pace.reserve(now, CRATES_IO_PACE).await > Duration::from_secs(90));
    }
}
