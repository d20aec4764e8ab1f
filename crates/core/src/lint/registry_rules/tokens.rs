//! Whether short-lived tokens will do for a release (X10).

use jiff::SignedDuration;

use super::{CrateFacts, breach, information, preflight::release};
use crate::model::{Credential, Credentials, Finding, Rule, Severity};

/// The life of a token from trusted publishing (X10).
const TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// How a job gets a CI to give its word.
const HELP: &str = "in GitHub Actions give the job `permissions: id-token: write`; in GitLab CI give it `id_tokens` with \
    `CRATES_IO_ID_TOKEN` and the registry's host as `aud`";

/// What is to be known of the tokens before a publish of so many seconds, with these crates among them that the registry has
/// never seen.
pub(super) fn judge(credentials: &Credentials, new: &[&CrateFacts], seconds: i64) -> Vec<Finding> {
    let mut found = vec![source(credentials)];
    found.extend(short(credentials, seconds));
    found.extend(new.iter().map(|facts| created(credentials, facts)));
    found.into_iter().map(|finding| Finding { rule: Rule::X10, ..finding }).collect()
}

/// With what uploads would be made from here.
fn source(credentials: &Credentials) -> Finding {
    let outside = "the policy publishes with short-lived tokens, and nobody here gives its word for one";
    let (detail, help) = match &credentials.updates {
        Ok(Credential::Minted(minter)) => {
            (format!("uploads from here use short-lived tokens, got for the word of {}", minter.name), "")
        }
        Ok(Credential::Kept { from }) => (format!("{outside}: uploads from here use the token from {from}"), HELP),
        Err(why) => (format!("{outside}; a publish from here would stop before it sends anything: {why}"), HELP),
    };
    release("token-source", detail, help)
}

/// A token that ends before the last upload.
fn short(credentials: &Credentials, seconds: i64) -> Option<Finding> {
    let takes = format!("publishing takes {} min, and a token lives for 30", seconds / 60);
    (seconds > TOKEN_LIFE.as_secs()).then(|| match &credentials.updates {
        Ok(Credential::Minted(minter)) if minter.renews => {
            release("short-token", format!("{takes}: it is renewed on the way"), "")
        }
        Ok(Credential::Minted(minter)) => Finding {
            severity: Severity::Finding,
            ..release(
                "short-token",
                format!("{takes}: {} gives its word only once, and the publish stops there", minter.name),
                "run the job again for the rest, or publish in a CI that gives its word again, such as GitHub Actions",
            )
        },
        Ok(Credential::Kept { .. }) | Err(_) => release(
            "short-token",
            format!("{takes}: it must be renewed on the way"),
            "publish in a CI that gives its word again, such as GitHub Actions",
        ),
    })
}

/// The registry creates no crate for a short-lived token.
fn created(credentials: &Credentials, facts: &CrateFacts) -> Finding {
    let never = "the registry has never seen it, and short-lived tokens cannot create it";
    match &credentials.new_crates {
        Ok(Credential::Kept { from }) => {
            information(facts, "new-crate", format!("{never}: it goes out with the token from {from}"), "")
        }
        Ok(Credential::Minted(_)) | Err(_) => breach(
            facts,
            "new-crate",
            format!("{never}: there is no other token for it"),
            "publish its first version with a token of your own and let the registry trust the workflow for it, or set \
                CARGO_REGISTRY_TOKEN for the publish",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Minter;

    fn minted(renews: bool) -> Result<Credential, String> {
        Ok(Credential::Minted(Minter { name: "A CI".to_owned(), renews }))
    }

    fn kept() -> Result<Credential, String> {
        Ok(Credential::Kept { from: "a drawer".to_owned() })
    }

    fn none() -> Result<Credential, String> {
        Err("none is there".to_owned())
    }

    /// Kind and severity of what is found.
    fn found(updates: Result<Credential, String>, new_crates: Result<Credential, String>, minutes: i64) -> Vec<String> {
        let facts = CrateFacts { name: "fresh".to_owned(), version: "1.0.0".to_owned(), ..CrateFacts::default() };
        let found = judge(&Credentials { updates, new_crates }, &[&facts], minutes * 60);
        assert!(found.iter().all(|it| it.rule == Rule::X10));
        assert!(found.iter().all(|it| it.severity == Severity::Information || !it.help.is_empty()));
        let words = |it: &Finding| {
            let sign = if it.severity == Severity::Finding { "!" } else { "" };
            format!("{}{sign}", it.kind)
        };
        found.iter().map(words).collect()
    }

    #[test]
    fn a_new_crate_needs_a_token_that_somebody_keeps() {
        assert_eq!(found(minted(true), kept(), 1), ["token-source", "new-crate"]);
        assert_eq!(found(minted(true), none(), 1), ["token-source", "new-crate!"]);
        assert_eq!(found(none(), none(), 1), ["token-source", "new-crate!"]);
    }

    #[test]
    fn half_an_hour_is_too_short_only_where_the_word_is_given_once() {
        assert_eq!(found(minted(true), kept(), 31), ["token-source", "short-token", "new-crate"]);
        assert_eq!(found(minted(false), kept(), 31), ["token-source", "short-token!", "new-crate"]);
        assert_eq!(found(minted(false), kept(), 30), ["token-source", "new-crate"]);
        assert_eq!(found(kept(), kept(), 31), ["token-source", "short-token", "new-crate"]);
    }
}
