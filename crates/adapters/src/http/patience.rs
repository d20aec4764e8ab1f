//! How a question is asked until there is an answer, by the core's one policy: over HTTP, and by programs.

use std::{fmt, sync::Arc, time::Duration};

use jiff::SignedDuration;
use reqwest::RequestBuilder;
use stationmaster_core::retry::{AskedAgain, Next, RetryLimits, is_weather};
use stationmaster_engine::ports::Clock;

use super::client::{Reply, Room, Unread, send};
use crate::clock::SystemClock;

/// How long we go on asking, by which clock, and who is told that we do.
#[derive(Clone)]
pub struct Patience {
    limits: RetryLimits,
    /// One try takes no longer, whatever it is for.
    longest_try: Duration,
    clock: Arc<dyn Clock>,
    tell: Arc<dyn Fn(&AskedAgain) + Send + Sync>,
}

/// What came of one try.
pub(crate) enum Try<T> {
    /// An answer, be it a refusal.
    Answer(T),
    /// It will not be better the next time; in words.
    Hopeless(String),
    /// It may be better the next time.
    Weather {
        /// What came instead of an answer.
        why: String,
        /// The pause that the other side wants.
        pause: Option<SignedDuration>,
    },
}

impl<T> Try<T> {
    /// The same with another answer.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Try<U> {
        match self {
            Self::Answer(answer) => Try::Answer(change(answer)),
            Self::Hopeless(why) => Try::Hopeless(why),
            Self::Weather { why, pause } => Try::Weather { why, pause },
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            limits: RetryLimits::READS,
            longest_try: Duration::MAX,
            clock: Arc::new(SystemClock),
            tell: Arc::new(|_| {}),
        }
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Patience {
    /// The same, by this clock.
    #[must_use]
    pub fn by(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The same, telling of each question that will be asked again.
    #[must_use]
    pub fn telling(self, tell: impl Fn(&AskedAgain) + Send + Sync + 'static) -> Self {
        Self { tell: Arc::new(tell), ..self }
    }

    /// The same, where one try ends after this time at the latest.
    #[must_use]
    pub fn within(self, longest_try: Duration) -> Self {
        Self { longest_try, ..self }
    }

    /// The time that one try may take.
    pub(crate) fn time_for(&self, time: Duration) -> Duration {
        time.min(self.longest_try)
    }

    /// Try until there is an answer. `whom` is for people: `the index`. The error says what came instead, and how often it
    /// was tried.
    pub(crate) async fn until_answered<T, F: Future<Output = Try<T>>>(
        &self,
        whom: &str,
        attempt: impl Fn() -> F,
    ) -> Result<T, String> {
        let begun = self.clock.now();
        for tried in 1.. {
            let (why, pause) = match attempt().await {
                Try::Answer(answer) => return Ok(answer),
                Try::Hopeless(why) => return Err(why),
                Try::Weather { why, pause } => (why, pause),
            };
            let now = self.clock.now();
            match self.limits.next(tried, now.duration_since(begun), pause, jitter()) {
                Next::AskAgain(pause) => {
                    (self.tell)(&AskedAgain { whom: whom.to_owned(), why, pause });
                    self.clock.sleep_until(now.checked_add(pause).unwrap_or(now)).await;
                }
                Next::GiveUp(given_up) => return Err(format!("{whom} does not answer ({why}); {given_up}")),
            }
        }
        Err("it was asked without end".to_owned())
    }

    /// The same over HTTP. `read` is given every reply whose status is an answer.
    pub(crate) async fn ask<T>(
        &self,
        whom: &str,
        room: Room,
        request: impl Fn() -> RequestBuilder,
        read: impl Fn(Reply) -> Try<T>,
    ) -> Result<T, String> {
        let (request, read) = (&request, &read);
        let attempt = || async move { self.try_once(request(), room, read).await };
        self.until_answered(whom, attempt).await
    }

    /// One try over HTTP.
    pub(crate) async fn try_once<T>(
        &self,
        request: RequestBuilder,
        room: Room,
        read: impl FnOnce(Reply) -> Try<T>,
    ) -> Try<T> {
        let room = Room { time: self.time_for(room.time), ..room };
        match send(request, room).await {
            Ok(reply) if is_weather(reply.status.as_u16()) => {
                Try::Weather { why: reply.status.to_string(), pause: reply.pause }
            }
            Ok(reply) => read(reply),
            Err(Unread::TooLarge(why)) => Try::Hopeless(why),
            Err(Unread::NotSent(why) | Unread::Broken(why)) => Try::Weather { why, pause: None },
        }
    }
}

/// Any number. Where the system has none to give, clients come back together, and that is all.
fn jitter() -> u8 {
    let mut number = [0];
    getrandom::fill(&mut number).map(|()| number[0]).unwrap_or_default()
}
