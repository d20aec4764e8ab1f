//! Who owns a crate (X12), asked as politely as the registry wants it.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use reqwest::{StatusCode, header};
use serde::Deserialize;
use stationmaster_engine::ports::{PortError, PortResult};
use tokio::{sync::Mutex, time::sleep};

use super::{CargoRegistry, RegistryTarget, credential::Operation, reply::Answer};
use crate::http::{Reply, Room, Token, Try, get_uncached};

/// crates.io asks programs for no more than one request a second of its API, and for a name by which they can be found: that
/// is in the client. The index is not counted.
const CRATES_IO_PACE: Duration = Duration::from_secs(1);
/// No pause of one crate holds up the others for longer.
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
        let client = self.reader(&what).await?;
        let address = format!("{}/api/v1/crates/{name}/owners", self.api(&what).await?);
        let token = self.reading_token(name).await;
        let attempt = || async {
            let apart = if self.target == RegistryTarget::CratesIo { CRATES_IO_PACE } else { Duration::ZERO };
            self.pace.turn(apart).await;
            let mut request = get_uncached(client, &address);
            if let Some(token) = &token {
                request = request.header(header::AUTHORIZATION, token.header());
            }
            let read = |reply: Reply| owners(&reply.into(), token.as_ref());
            let heard = self.patience.try_once(request, Room::ANSWER, read).await;
            // Whoever asks for other crates meanwhile waits as well.
            if let Try::Weather { pause: Some(pause), .. } = &heard {
                self.pace.pause(Duration::try_from(*pause).unwrap_or_default().min(LONGEST_PAUSE)).await;
            }
            heard
        };
        self.patience.until_answered("the registry", attempt).await.map_err(failed)
    }

    /// The token, where there is one: crates.io tells everybody, other registries may want to know who asks.
    async fn reading_token(&self, name: &str) -> Option<Token> {
        if self.target == RegistryTarget::CratesIo {
            return None;
        }
        let found = self.keeper.token_to_look("asking who owns crates", &Operation::Owners { name }).await;
        found.ok().map(|found| found.token)
    }
}

fn owners(answer: &Answer, token: Option<&Token>) -> Try<BTreeSet<String>> {
    if answer.status != StatusCode::OK {
        return Try::Hopeless(token.map_or_else(|| answer.words(), |token| token.hidden_in(&answer.words())));
    }
    match serde_json::from_str::<Owners>(&answer.body) {
        Ok(owners) => Try::Answer(owners.users.into_iter().map(|owner| owner.login).collect()),
        Err(error) => Try::Weather { why: format!("the answer is no list of owners: {error}"), pause: None },
    }
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
