//! Whose word is good enough for a token.

use std::str::FromStr;

use thiserror::Error;

/// One workflow of one repository, as an issuer of identity tokens vouches for it (X10).
///
/// As text: `ISSUER-URL#repository=OWNER/NAME;workflow=FILE`, with `;account=NAME` if need be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustRule {
    /// The issuer's address, as its tokens have it in `iss`: `https://token.actions.githubusercontent.com`.
    pub issuer: String,
    /// `OWNER/NAME`; upper and lower case are the same.
    pub repository: String,
    /// The workflow's file: for GitHub its name (`release.yml`), for GitLab its path (`.gitlab-ci.yml`).
    pub workflow: String,
    /// The account whose crates it may publish new versions of.
    pub account: String,
}

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TrustRuleError {
    /// There is no issuer, or it is no web address.
    #[error(
        "it does not begin with the address of an issuer and `#`, such as `https://token.actions.githubusercontent.com#`"
    )]
    NoIssuer,
    /// A part is not `KEY=VALUE` with a known key and a value, or is there twice.
    #[error("`{0}` is none of `repository=OWNER/NAME`, `workflow=FILE`, `account=NAME`, or is there twice")]
    BadPart(String),
    /// A part is missing.
    #[error("`{0}=` is missing")]
    Missing(&'static str),
}

impl TrustRule {
    /// The account of a rule that names none.
    pub const ACCOUNT: &'static str = "stationmaster";
}

impl FromStr for TrustRule {
    type Err = TrustRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (issuer, parts) = text.split_once('#').ok_or(TrustRuleError::NoIssuer)?;
        if !issuer.starts_with("https://") && !issuer.starts_with("http://") {
            return Err(TrustRuleError::NoIssuer);
        }
        let (mut repository, mut workflow, mut account) = (None, None, None);
        for part in parts.split(';') {
            let bad = || TrustRuleError::BadPart(part.to_owned());
            let (key, value) = part.split_once('=').filter(|(_, value)| !value.is_empty()).ok_or_else(bad)?;
            let place = match key {
                "repository" if value.contains('/') => &mut repository,
                "workflow" => &mut workflow,
                "account" => &mut account,
                _ => return Err(bad()),
            };
            if place.replace(value.to_owned()).is_some() {
                return Err(bad());
            }
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            repository: repository.ok_or(TrustRuleError::Missing("repository"))?,
            workflow: workflow.ok_or(TrustRuleError::Missing("workflow"))?,
            account: account.unwrap_or_else(|| Self::ACCOUNT.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_an_issuer_a_repository_and_a_workflow() {
        let rule = |text: &str| text.parse::<TrustRule>();
        let found = rule("http://127.0.0.1:4000#repository=o/n;workflow=release.yml").expect("a rule");
        assert_eq!((found.issuer.as_str(), found.repository.as_str()), ("http://127.0.0.1:4000", "o/n"));
        assert_eq!((found.workflow.as_str(), found.account.as_str()), ("release.yml", TrustRule::ACCOUNT));
        assert_eq!(rule("https://i#repository=o/n;workflow=r;account=a").map(|it| it.account), Ok("a".to_owned()));
        assert_eq!(rule("https://i"), Err(TrustRuleError::NoIssuer));
        assert_eq!(rule("i#repository=o/n;workflow=r"), Err(TrustRuleError::NoIssuer));
        assert_eq!(rule("https://i#repository=o/n"), Err(TrustRuleError::Missing("workflow")));
        for bad in ["repository=n", "workflow=", "ref=main", "workflow"] {
            let text = format!("https://i#repository=o/n;{bad}");
            assert_eq!(rule(&text), Err(TrustRuleError::BadPart(bad.to_owned())), "{bad}");
        }
        let twice = "https://i#workflow=a;workflow=b;repository=o/n";
        assert_eq!(rule(twice), Err(TrustRuleError::BadPart("workflow=b".to_owned())));
    }
}
