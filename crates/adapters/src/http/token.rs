//! The secret that lets us upload.

use std::fmt;

use reqwest::header::HeaderValue;

use crate::secrets;

/// A registry token. Debug and Display show `[hidden]`; the text leaves it only for the request's header.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Take a secret. Space around it, such as a file's last newline, is dropped. None where nothing is left, or where it
    /// could not be sent in a header.
    pub fn new(secret: &str) -> Option<Self> {
        let secret = secret.trim();
        let sendable = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        sendable.then(|| {
            secrets::remember(secret);
            Self(secret.to_owned())
        })
    }

    /// A registry's words without the secret: some say in full which token they do not know, in whichever escapes.
    pub(crate) fn hidden_in(&self, words: &str) -> String {
        // `Bearer TOKEN`: the registry may say either.
        let bare = self.0.rsplit(' ').next().unwrap_or(&self.0);
        secrets::without(words, [self.0.as_str(), bare].into_iter())
    }

    /// For the header `Authorization`, as registries want it; it is not shown.
    pub(crate) fn header(&self) -> HeaderValue {
        let mut value = HeaderValue::from_str(&self.0).expect("a token is visible ASCII");
        value.set_sensitive(true);
        value
    }

    /// For the header `Authorization` of those who want a bearer's; it is not shown.
    pub(crate) fn bearer(&self) -> HeaderValue {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0)).expect("a token is visible ASCII");
        value.set_sensitive(true);
        value
    }

    /// The secret itself: for a request's header, or for the one time that its owner is shown it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_cannot_be_printed() {
        let token = Token::new("cio-secret\n").expect("token");
        assert_eq!(format!("{token:?} {token} {:?}", Some(&token)), "[hidden] [hidden] Some([hidden])");
        assert_eq!(token.expose(), "cio-secret");
        assert!(Token::new(" \n").is_none());
        assert!(Token::new("two\nlines").is_none());
    }

    #[test]
    fn a_registry_that_repeats_the_token_does_not_give_it_away() {
        for secret in ["cio-secret", "Bearer cio-secret"] {
            let token = Token::new(secret).expect("token");
            assert_eq!(token.hidden_in("invalid token: cio-secret"), "invalid token: [hidden]");
        }
    }
}
