//! What a registry's answer to an upload means.

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde::Deserialize;
use stationmaster_core::retry::is_weather;
use stationmaster_engine::ports::{PortError, PortResult, UploadReply};

use crate::http::Reply;

/// How long to wait where a registry asks us to, but not how long: crates.io lets one version through each minute.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);

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
    /// How long it wants to be left alone.
    pub(super) pause: Option<SignedDuration>,
    pub(super) body: String,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { status: reply.status, pause: reply.pause, body: reply.text() }
    }
}

impl Answer {
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
        let again = |pause: SignedDuration| Ok(UploadReply::RetryAt(now.checked_add(pause).unwrap_or(Timestamp::MAX)));
        let unclear = || Ok(UploadReply::Unclear(self.words()));
        match self.status.as_u16() {
            200..=299 => match self.errors() {
                Some(errors) if errors.is_empty() => Ok(UploadReply::Accepted),
                // The first registries said 200 to everything, with the refusal in the body.
                Some(_) if self.is_duplicate() => Ok(UploadReply::AlreadyThere(self.words())),
                Some(_) if self.is_for_later() => self.pause.map_or_else(unclear, again),
                Some(_) => refused(),
                None => Ok(UploadReply::Unclear("the answer is not the registry's JSON".to_owned())),
            },
            // Perhaps our own upload, whose answer was lost: only the checksum in the index can tell.
            400..=499 if self.is_duplicate() => Ok(UploadReply::AlreadyThere(self.words())),
            429 => again(self.pause.unwrap_or(PATIENCE)),
            // What somebody else does at the same moment is in the way, or it is there already in words that we do not know.
            409 => unclear(),
            status if is_weather(status) => self.pause.map_or_else(unclear, again),
            400..=499 => refused(),
            _ => unclear(),
        }
    }

    /// The refusal of a moment, said with a status that does not tell.
    fn is_for_later(&self) -> bool {
        const SIGNS: [&str; 8] = [
            "try again",
            "try later",
            "retry",
            "too many",
            "temporarily",
            "unavailable",
            "timed out",
            "internal server error",
        ];
        let words = self.words().to_lowercase();
        SIGNS.iter().any(|sign| words.contains(sign))
    }

    fn is_duplicate(&self) -> bool {
        let words = self.words().to_lowercase();
        ["already uploaded", "already exists", "already published"].iter().any(|sign| words.contains(sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-05T10:00:00Z".parse().expect("timestamp")
    }

    fn reply(status: u16, pause: Option<i64>, body: &str) -> PortResult<UploadReply> {
        let status = StatusCode::from_u16(status).expect("status");
        let answer = Answer { status, pause: pause.map(SignedDuration::from_secs), body: body.to_owned() };
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
            assert!(matches!(reply(status, None, body), Ok(UploadReply::AlreadyThere(_))), "{status}");
        }
    }

    #[test]
    fn a_registry_that_wants_to_be_left_alone_is_left_alone() {
        for status in [429, 503, 500, 408] {
            assert_eq!(reply(status, Some(90), ""), at("2026-11-05T10:01:30Z"), "{status}");
        }
        assert_eq!(reply(429, None, ""), at("2026-11-05T10:01:00Z"));
    }

    #[test]
    fn a_success_with_a_refusal_of_the_moment_in_it_is_weather() {
        for words in ["Please try again later", "the database is temporarily unavailable", "Too many requests"] {
            let body = serde_json::json!({ "errors": [{ "detail": words }] }).to_string();
            assert_eq!(reply(200, None, &body), Ok(UploadReply::Unclear(words.to_owned())));
            assert_eq!(reply(200, Some(30), &body), at("2026-11-05T10:00:30Z"), "{words}");
        }
    }

    #[test]
    fn an_answer_that_does_not_tell_is_unclear_and_never_a_success() {
        for (status, body) in [
            (500, ""),
            (502, "<html>"),
            (503, ""),
            (504, ""),
            (408, ""),
            (409, "in the way"),
            (200, "<html>"),
            (200, ""),
            (200, "{\"errors\":null}"),
            (302, ""),
        ] {
            assert!(matches!(reply(status, None, body), Ok(UploadReply::Unclear(_))), "{status}");
        }
    }
}
