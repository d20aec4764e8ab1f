//! Who signs with an identity instead of a key (X10).

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Who may sign: as Sigstore's certificates name them, and who vouches for that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignerIdentity {
    /// Such as `https://github.com/OWNER/NAME/.github/workflows/release.yml@refs/tags/v*`.
    name: String,
    /// Whose identity tokens say so.
    issuer: String,
}

/// A text that names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidSigner {
    /// It is empty, or has spaces in it.
    #[error("it is not a name: it is empty or contains a space")]
    Name,
    /// It would be many people's name.
    #[error(
        "a `*` may only be its end, after the `@` of a workflow's address: the branch or the tag may vary, and nothing else"
    )]
    Wild,
    /// The issuer is no address.
    #[error("`{0}` is not the `https://` address of an issuer")]
    Issuer(String),
}

/// What a bundle of Sigstore says, once it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Vouched {
    /// Who signed, as the certificate names them.
    pub identity: String,
    /// Who vouches for that name.
    pub issuer: String,
    /// When at the latest: the time of the log, or of an authority for times.
    pub at: Timestamp,
    /// The commit at which the CI ran, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The page of that run, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

impl SignerIdentity {
    /// Who signs the tokens of GitHub Actions.
    pub const GITHUB: &str = "https://token.actions.githubusercontent.com";

    /// A name, in which a `*` at the end stands for any branch or tag, and its issuer; GitHub's if none.
    ///
    /// # Errors
    /// The name is nobody's, or anybody's.
    pub fn new(name: &str, issuer: Option<&str>) -> Result<Self, InvalidSigner> {
        let issuer = issuer.unwrap_or(Self::GITHUB);
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(InvalidSigner::Name);
        }
        if let Some((before, after)) = name.split_once('*')
            && !(after.is_empty() && has_whole_workflow(before))
        {
            return Err(InvalidSigner::Wild);
        }
        if !issuer.starts_with("https://") && !issuer.starts_with("http://") {
            return Err(InvalidSigner::Issuer(issuer.to_owned()));
        }
        Ok(Self { name: name.to_owned(), issuer: issuer.to_owned() })
    }

    /// Who vouches for the name.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether a certificate that was checked is theirs.
    pub fn is(&self, name: &str, issuer: &str) -> bool {
        let is_name = match self.name.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == self.name,
        };
        is_name && issuer == self.issuer
    }
}

/// Whether host and path are there to the last letter, and the branch or tag has begun. Neither the domain of a mail address nor
/// the part of a URL that comes after a user's name is a branch.
fn has_whole_workflow(start: &str) -> bool {
    let address = start.split_once("://").and_then(|(_, rest)| rest.split_once('@'));
    address.is_some_and(|(workflow, _)| workflow.contains('/'))
}

impl fmt::Display for SignerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKFLOW: &str = "https://github.com/example/abacus/.github/workflows/release.yml";

    #[test]
    fn only_the_branch_or_the_tag_may_vary() {
        let of_tags = SignerIdentity::new(&format!("{WORKFLOW}@refs/tags/v*"), None).expect("a signer");
        assert!(of_tags.is(&format!("{WORKFLOW}@refs/tags/v1.0.0"), SignerIdentity::GITHUB));
        assert!(!of_tags.is(&format!("{WORKFLOW}@refs/heads/main"), SignerIdentity::GITHUB));
        assert!(!of_tags.is(&format!("{WORKFLOW}@refs/tags/v1.0.0"), "https://gitlab.com"));
        let exact = SignerIdentity::new("someone@example.com", Some("https://accounts.example.com")).expect("a signer");
        assert!(exact.is("someone@example.com", "https://accounts.example.com"));
        assert!(!exact.is("someone@example.community", "https://accounts.example.com"));
    }

    #[test]
    fn a_name_that_is_anybodys_is_refused() {
        for name in [
            "*",
            "https://github.com/*",
            "https://github.com/*/abacus/release.yml@main",
            "*@example.com",
            "release@*",
            "https://someone@github.com/*",
        ] {
            assert_eq!(SignerIdentity::new(name, None), Err(InvalidSigner::Wild), "{name}");
        }
        for name in ["", "two words"] {
            assert_eq!(SignerIdentity::new(name, None), Err(InvalidSigner::Name), "{name}");
        }
        assert!(matches!(SignerIdentity::new(WORKFLOW, Some("github")), Err(InvalidSigner::Issuer(_))));
    }
}
