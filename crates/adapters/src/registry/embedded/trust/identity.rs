//! An identity token of a CI, and what it proves.

use jsonwebtoken::{
    Algorithm, DecodingKey, DecodingKeyKind, EncodingKey, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    dangerous::insecure_decode_claims,
    decode, decode_header,
    errors::{Error, ErrorKind},
    signature,
};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;

use super::TrustRule;

/// Seconds that the clocks of issuer and registry may be apart.
const LEEWAY: u64 = 5;

/// What is read before anything is proved, to find the key that can prove it.
pub(super) struct Claimed {
    pub(super) issuer: String,
    pub(super) key: String,
}

/// What a sound token says of whoever has it. GitHub and GitLab have different words for the same.
#[derive(Debug, Deserialize)]
pub(super) struct Identity {
    /// Unlike any other token's: a token is good once.
    pub(super) jti: String,
    /// When it ends, in seconds since 1970.
    pub(super) exp: i64,
    repository: Option<String>,
    workflow_ref: Option<String>,
    project_path: Option<String>,
    ci_config_ref_uri: Option<String>,
}

#[derive(Deserialize)]
struct Issuer {
    iss: String,
}

/// What a token says of its issuer and key, unproved. None where it is no token.
pub(super) fn claimed(jwt: &str) -> Option<Claimed> {
    let key = decode_header(jwt).ok()?.kid?;
    let Issuer { iss: issuer } = insecure_decode_claims(jwt).ok()?;
    Some(Claimed { issuer, key })
}

/// Signature, issuer, audience and end of a token, all of which must be there and right.
pub(super) fn prove(jwt: &str, key: &DecodingKey, issuer: &str, audience: &str) -> Result<Identity, Error> {
    // A second installation fails, and is not needed.
    let _ = RING.install_default();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = LEEWAY;
    validation.set_required_spec_claims(&["iss", "exp", "aud"]);
    validation.validate_nbf = true;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    Ok(decode(jwt, key, &validation)?.claims)
}

impl Identity {
    /// Its repository, for people.
    pub(super) fn repository(&self) -> &str {
        self.repository.as_deref().or(self.project_path.as_deref()).unwrap_or("without a repository")
    }

    /// Whether it is the workflow that a rule is about.
    pub(super) fn is_of(&self, rule: &TrustRule) -> bool {
        let Some(repository) = self.repository.as_deref().or(self.project_path.as_deref()) else { return false };
        // What stands before the `@` of a reference is compared whole, for a branch may be called anything.
        let of_github = self.workflow_ref.as_ref().is_some_and(|workflow| {
            workflow.starts_with(&format!("{repository}/.github/workflows/{}@", rule.workflow))
        });
        let of_gitlab = self.ci_config_ref_uri.as_ref().is_some_and(|uri| {
            let path = uri.split_once('/').map(|(_host, path)| path);
            path.is_some_and(|path| path.starts_with(&format!("{repository}//{}@", rule.workflow)))
        });
        repository.eq_ignore_ascii_case(&rule.repository) && (of_github || of_gitlab)
    }
}

/// Verifies RS256, which is what GitHub and GitLab sign with, by the cryptography that TLS has here too. Nothing is signed.
static RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, _: &EncodingKey| -> Result<Box<dyn JwtSigner>, Error> {
        Err(ErrorKind::UnsupportedAlgorithm.into())
    },
    verifier_factory: |algorithm, key| match (algorithm, key.kind()) {
        (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            Ok(Box::new(Rs256 { n: n.clone(), e: e.clone() }) as Box<dyn JwtVerifier>)
        }
        _ => Err(ErrorKind::UnsupportedAlgorithm.into()),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Rs256 {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl signature::Verifier<Vec<u8>> for Rs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let key = RsaPublicKeyComponents { n: &self.n, e: &self.e };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Rs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(claims: serde_json::Value) -> Identity {
        serde_json::from_value(claims).expect("claims")
    }

    #[test]
    fn a_workflow_is_compared_whole_and_a_branch_cannot_look_like_another() {
        let rule: TrustRule = "https://i#repository=Own/name;workflow=release.yml".parse().expect("a rule");
        let github = |repository: &str, workflow: &str| {
            let claims =
                serde_json::json!({ "jti": "1", "exp": 1, "repository": repository, "workflow_ref": workflow });
            identity(claims).is_of(&rule)
        };
        assert!(github("own/name", "own/name/.github/workflows/release.yml@refs/heads/main"));
        for (repository, workflow) in [
            ("own/other", "own/other/.github/workflows/release.yml@refs/heads/main"),
            ("own/name", "own/name/.github/workflows/test.yml@refs/heads/release.yml@x"),
            ("own/name", "own/name/.github/workflows/test.yml@refs/heads/.github/workflows/release.yml@x"),
            ("own/name", "evil/name/.github/workflows/release.yml@refs/heads/main"),
            ("own/name", "own/name/.github/workflows/release.yml.yml@refs/heads/main"),
        ] {
            assert!(!github(repository, workflow), "{workflow}");
        }
        let gitlab = |uri: &str| {
            let claims =
                serde_json::json!({ "jti": "1", "exp": 1, "project_path": "own/name", "ci_config_ref_uri": uri });
            identity(claims).is_of(&rule)
        };
        assert!(gitlab("gitlab.com/own/name//release.yml@refs/heads/main"));
        assert!(!gitlab("gitlab.com/own/name//test.yml@refs/heads/own/name//release.yml@x"));
        assert!(!identity(serde_json::json!({ "jti": "1", "exp": 1 })).is_of(&rule));
    }
}
