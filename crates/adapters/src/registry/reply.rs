//! What a registry's answer to an upload means.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::{RequestBuilder, StatusCode, header};
use serde::Deserialize;
use stationmaster_engine::ports::{PortError, PortResult, UploadReply};

/// How long to wait where a registry asks us to, but not how long: crates.io lets one version through each minute.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);
/// A registry that asks for more than this is not believed.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    errors: Vec<ErrorText>,
}

#[derive(Deserialize)]
struct ErrorText {
    detail: String,
}

/// The answer to a request of the registry's API.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The header of that name.
    pub(super) retry_after: Option<String>,
    pub(super) body: String,
}

impl Answer {
    /// Send, and read the whole answer.
    pub(super) async fn of(request: RequestBuilder) -> Result<Self, reqwest::Error> {
        let response = request.header(header::ACCEPT, "application/json").send().await?;
        let status = response.status();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Self { status, retry_after, body: response.text().await? })
    }

    /// The registry knows nobody by this token, or nobody who may do this.
    pub(super) fn is_unknown_token(&self) -> bool {
        matches!(self.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) && !self.is_duplicate()
    }

    /// The registry's own words; its status where it has none.
    pub(super) fn words(&self) -> String {
        let errors = self.errors().unwrap_or_default();
        if errors.is_empty() { format!("it answered {}", self.status) } else { errors.join("; ") }
    }

    /// The errors in the body; none where it is not the API's JSON.
    fn errors(&self) -> Option<Vec<String>> {
        let body: Body = serde_json::from_str(&self.body).ok()?;
        Some(body.errors.into_iter().map(|error| error.detail).collect())
    }

    /// What it means for an upload.
    pub(super) fn of_upload(&self, what: &str, now: Timestamp) -> PortResult<UploadReply> {
        let refused = || Err(PortError::Refused { what: what.to_owned(), why: self.words() });
        match self.status.as_u16() {
            200..=299 => match self.errors() {
                Some(errors) if errors.is_empty() => Ok(UploadReply::Accepted),
                // The first registries said 200 to everything, with the refusal in the body.
                Some(_) if self.is_duplicate() => Ok(UploadReply::Unclear(self.words())),
                Some(_) => refused(),
                None => Ok(UploadReply::Unclear("the answer is not the registry's JSON".to_owned())),
            },
            429 => Ok(UploadReply::RetryAt(self.retry_at(now).unwrap_or_else(|| later(now, PATIENCE)))),
            503 => Ok(match self.retry_at(now) {
                Some(at) => UploadReply::RetryAt(at),
                None => UploadReply::Unclear(self.words()),
            }),
            // Perhaps our own upload, whose answer was lost: only the checksum in the index can tell.
            400..=499 if self.is_duplicate() => Ok(UploadReply::Unclear(self.words())),
            400..=499 => refused(),
            _ => Ok(UploadReply::Unclear(self.words())),
        }
    }

    /// How long the registry wants us to wait.
    pub(super) fn pause(&self, now: Timestamp) -> Duration {
        let until = self.retry_at(now).unwrap_or_else(|| later(now, PATIENCE));
        Duration::try_from(until.duration_since(now)).unwrap_or_default()
    }

    fn is_duplicate(&self) -> bool {
        let words = self.words();
        ["already uploaded", "already exists"].iter().any(|sign| words.contains(sign))
    }

    /// `Retry-After`: seconds or a date.
    fn retry_at(&self, now: Timestamp) -> Option<Timestamp> {
        let text = self.retry_after.as_deref()?.trim();
        let at = match text.parse::<i64>() {
            Ok(seconds) => later(now, SignedDuration::from_secs(seconds.clamp(0, LONGEST.as_secs()))),
            Err(_) => DateTimeParser::new().parse_timestamp(text).ok()?,
        };
        Some(at.clamp(now, later(now, LONGEST)))
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-05T10:00:00Z".parse().expect("timestamp")
    }

    fn reply(status: u16, retry_after: Option<&str>, body: &str) -> PortResult<UploadReply> {
        let status = StatusCode::from_u16(status).expect("status");
        let answer = Answer { status, retry_after: retry_after.map(str::to_owned), body: body.to_owned() };
        answer.of_upload("upload of a 1.0.0", now())
    }

    fn at(text: &str) -> PortResult<UploadReply> {
        Ok(UploadReply::RetryAt(text.parse().expect("timestamp")))
    }

    #[test]
    fn warnings_do_not_hinder_an_upload() {
        let warnings = "{\"warnings\":{\"invalid_categories\":[\"x\"],\"invalid_badges\":[],\"other\":[]}}";
        assert_eq!(reply(200, None, warnings), Ok(UploadReply::Accepted));
    }

    #[test]
    fn a_refusal_keeps_the_registrys_words() {
        let said = |status| match reply(status, None, "{\"errors\":[{\"detail\":\"max upload size is: 10\"}]}") {
            Err(PortError::Refused { why, .. }) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!([200, 400, 403, 413].map(said), ["max upload size is: 10"; 4]);
    }

    #[test]
    fn a_duplicate_may_be_our_own_lost_upload() {
        let body = "{\"errors\":[{\"detail\":\"crate version `1.0.0` is already uploaded\"}]}";
        for status in [200, 400, 409] {
            assert!(matches!(reply(status, None, body), Ok(UploadReply::Unclear(_))), "{status}");
        }
    }

    #[test]
    fn the_rate_limit_says_when_in_seconds_or_as_a_date() {
        assert_eq!(reply(429, Some("90"), ""), at("2026-11-05T10:01:30Z"));
        assert_eq!(reply(429, Some("Thu, 05 Nov 2026 10:02:00 GMT"), ""), at("2026-11-05T10:02:00Z"));
        assert_eq!(reply(503, Some("5"), ""), at("2026-11-05T10:00:05Z"));
        assert_eq!(reply(429, None, ""), at("2026-11-05T10:01:00Z"));
        assert_eq!(reply(429, Some("soon"), ""), at("2026-11-05T10:01:00Z"));
        assert_eq!(reply(429, Some("Thu, 05 Nov 2020 10:02:00 GMT"), ""), at("2026-11-05T10:00:00Z"));
        assert_eq!(reply(429, Some("99999999999"), ""), at("2026-11-06T10:00:00Z"));
    }

    #[test]
    fn an_answer_that_does_not_tell_is_unclear_and_never_a_success() {
        for (status, body) in [(500, ""), (502, "<html>"), (503, ""), (200, "<html>"), (302, "")] {
            assert!(matches!(reply(status, None, body), Ok(UploadReply::Unclear(_))), "{status}");
        }
    }
}
