//! When a question that got no answer is asked again: one policy for all reads, and for whatever else may safely be repeated.
//!
//! Weather is what passes by itself: a connection that breaks, a server that has trouble, an answer that is not one. It is
//! asked again, a few times, after pauses that grow and differ from one client to the next, and within a total time. A refusal
//! is an answer, and is not asked again.

use std::fmt;

use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimeParser};

/// A registry that asks for a longer pause is not believed.
const LONGEST_ASKED: SignedDuration = SignedDuration::from_hours(24);

/// How often and how long a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryLimits {
    /// Tries, the first among them.
    pub tries: u32,
    /// After the first try; twice as long after each further one.
    pub first_pause: SignedDuration,
    /// No pause of ours is longer.
    pub longest_pause: SignedDuration,
    /// No try begins so long after the first one began.
    pub total: SignedDuration,
}

impl RetryLimits {
    /// For everything that reads.
    pub const READS: Self = Self {
        tries: 6,
        first_pause: SignedDuration::from_millis(500),
        longest_pause: SignedDuration::from_secs(10),
        total: SignedDuration::from_secs(120),
    };

    /// What follows a try that met weather. `tried` counts the tries so far, `elapsed` is the time since the first began,
    /// `asked_for` is the pause that the other side wants, and `jitter` any number: clients that failed together do not come
    /// back together.
    pub fn next(&self, tried: u32, elapsed: SignedDuration, asked_for: Option<SignedDuration>, jitter: u8) -> Next {
        if tried >= self.tries {
            return Next::GiveUp(GivenUp::Tries { tries: tried, elapsed });
        }
        let own = self.pause(tried, jitter);
        let pause = asked_for.map_or(own, |asked| asked.max(own));
        if elapsed.saturating_add(pause) <= self.total {
            return Next::AskAgain(pause);
        }
        Next::GiveUp(match asked_for {
            Some(asked) if asked > own => GivenUp::ToldToWait(asked),
            _ => GivenUp::Tries { tries: tried, elapsed },
        })
    }

    /// Between half of the full pause and all of it.
    fn pause(&self, tried: u32, jitter: u8) -> SignedDuration {
        let doubled = self.first_pause.checked_mul(1 << tried.saturating_sub(1).min(16));
        let full = doubled.unwrap_or(SignedDuration::MAX).min(self.longest_pause);
        let half = full / 2;
        half + half / 255 * i32::from(jitter)
    }
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask again after this time.
    AskAgain(SignedDuration),
    /// Ask no more.
    GiveUp(GivenUp),
}

/// Why it is asked no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// It was asked so often, for so long.
    Tries {
        /// How often.
        tries: u32,
        /// Since the first try.
        elapsed: SignedDuration,
    },
    /// The other side wants to be left alone for longer than we wait.
    ToldToWait(SignedDuration),
}

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tries { tries: 1, elapsed } => write!(f, "asked once, for {} s", elapsed.as_secs()),
            Self::Tries { tries, elapsed } => write!(f, "asked {tries} times in {} s", elapsed.as_secs()),
            Self::ToldToWait(pause) => write!(f, "it asks to be left alone for {} s", pause.as_secs()),
        }
    }
}

/// A question that will be asked again, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedAgain {
    /// Who did not answer: `the index`.
    pub whom: String,
    /// What came instead.
    pub why: String,
    /// How long it is until then.
    pub pause: SignedDuration,
}

/// Whether an HTTP status says that asking again may help.
pub fn is_weather(status: u16) -> bool {
    match status {
        // A request that came too slowly or too early, and too many of them.
        408 | 425 | 429 => true,
        // What the server will never do.
        501 | 505 => false,
        _ => (500..=599).contains(&status),
    }
}

/// The pause that an answer asks for, by its header `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). A date is compared with
/// the header `Date` of the same answer, if there is one: the two clocks may differ. None where it is neither.
pub fn asked_pause(retry_after: &str, date: Option<&str>, now: Timestamp) -> Option<SignedDuration> {
    let parse = |text: &str| DateTimeParser::new().parse_timestamp(text.trim()).ok();
    let pause = match retry_after.trim().parse::<i64>() {
        Ok(seconds) => SignedDuration::from_secs(seconds),
        Err(_) => parse(retry_after)?.duration_since(date.and_then(parse).unwrap_or(now)),
    };
    Some(pause.clamp(SignedDuration::ZERO, LONGEST_ASKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: RetryLimits = RetryLimits::READS;

    fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    fn pauses(jitter: u8) -> Vec<SignedDuration> {
        let (mut elapsed, mut found) = (SignedDuration::ZERO, Vec::new());
        for tried in 1.. {
            let Next::AskAgain(pause) = LIMITS.next(tried, elapsed, None, jitter) else { break };
            elapsed += pause;
            found.push(pause);
        }
        found
    }

    #[test]
    fn pauses_grow_and_differ_from_client_to_client_and_end() {
        for jitter in [0, 1, 128, 255] {
            let found = pauses(jitter);
            assert_eq!(found.len(), 5, "{jitter}: {found:?}");
            assert!(found.is_sorted(), "{jitter}: {found:?}");
            assert!(found.iter().sum::<SignedDuration>() < seconds(16), "{jitter}: {found:?}");
        }
        assert_ne!(pauses(3), pauses(200));
    }

    #[test]
    fn the_other_side_may_ask_for_a_longer_pause_within_the_total_time() {
        let next = |elapsed, asked| LIMITS.next(1, seconds(elapsed), Some(seconds(asked)), 0);
        assert_eq!(next(0, 30), Next::AskAgain(seconds(30)));
        assert_eq!(next(0, 0), Next::AskAgain(SignedDuration::from_millis(250)), "never at once");
        assert_eq!(next(0, 900), Next::GiveUp(GivenUp::ToldToWait(seconds(900))));
        assert_eq!(next(100, 30), Next::GiveUp(GivenUp::ToldToWait(seconds(30))));
    }

    #[test]
    fn neither_tries_nor_time_are_without_end() {
        let elapsed = seconds(5);
        let tries = LIMITS.tries;
        assert_eq!(LIMITS.next(tries, elapsed, None, 9), Next::GiveUp(GivenUp::Tries { tries, elapsed }));
        let elapsed = seconds(120);
        assert_eq!(LIMITS.next(1, elapsed, None, 9), Next::GiveUp(GivenUp::Tries { tries: 1, elapsed }));
        let long = RetryLimits { tries: u32::MAX, total: SignedDuration::MAX, ..LIMITS };
        assert_eq!(long.next(u32::MAX - 1, SignedDuration::MAX, None, 0), Next::AskAgain(seconds(5)));
    }

    #[test]
    fn refusals_are_answers_and_trouble_is_weather() {
        for status in [408, 425, 429, 500, 502, 503, 504, 520, 529] {
            assert!(is_weather(status), "{status}");
        }
        for status in [200, 204, 301, 304, 400, 401, 403, 404, 409, 410, 413, 451, 501, 505] {
            assert!(!is_weather(status), "{status}");
        }
    }

    #[test]
    fn the_wanted_pause_is_in_seconds_or_a_date_by_the_other_sides_clock() {
        let now = "2026-11-05T10:00:00Z".parse().expect("timestamp");
        let pause = |text, date| asked_pause(text, date, now).map(|pause| pause.as_secs());
        assert_eq!(pause(" 90 ", None), Some(90));
        assert_eq!(pause("Thu, 05 Nov 2026 10:02:00 GMT", None), Some(120));
        let ahead = Some("Thu, 05 Nov 2026 11:01:30 GMT");
        assert_eq!(pause("Thu, 05 Nov 2026 11:02:00 GMT", ahead), Some(30), "its clock is an hour ahead");
        assert_eq!(pause("Thu, 05 Nov 2020 10:02:00 GMT", None), Some(0));
        assert_eq!(pause("-5", None), Some(0));
        assert_eq!(pause("99999999999", None), Some(86400));
        assert_eq!([pause("soon", None), pause("", None), pause("99999999999999999999", None)], [None; 3]);
    }
}
