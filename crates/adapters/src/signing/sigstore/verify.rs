//! Whether a bundle is what it says, by what is known of an instance, and nothing else.

use jiff::Timestamp;
use serde::Deserialize;
use sigstore_verify::{
    VerificationPolicy, VerificationResult, Verifier,
    types::{Artifact, Bundle, Sha256Hash, SignatureContent},
};
use stationmaster_core::model::Vouched;
use thiserror::Error;

use super::{Trust, crypto};

/// As much of an in-toto statement as names its files.
#[derive(Deserialize)]
struct Statement {
    subject: Vec<Subject>,
}

#[derive(Deserialize)]
struct Subject {
    digest: Digest,
}

#[derive(Deserialize)]
struct Digest {
    sha256: Option<String>,
}

/// Why a bundle proves nothing.
#[derive(Debug, Error)]
pub enum BundleError {
    /// It is none.
    #[error("it is not a Sigstore bundle: {0}")]
    Shape(String),
    /// It is one, and does not hold.
    #[error("{0}")]
    Untrue(String),
    /// Its certificate does not say for whom it is.
    #[error("its certificate names no identity")]
    Nobody,
}

/// A bundle that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedBundle {
    /// Whose word it is.
    pub vouched: Vouched,
    /// What they say.
    pub statement: Vec<u8>,
}

/// Check a bundle with a statement: the certificate is of an authority that is trusted, it was good when the log took the
/// signature, the log has it, and the signature is over the statement in the bundle. Whose word it is must then be compared with
/// whose is wanted, and what they say with the files.
///
/// # Errors
/// Any of that does not hold.
pub fn verify_bundle(trust: &Trust, bundle: &str) -> Result<CheckedBundle, BundleError> {
    crypto::install();
    let bundle = Bundle::from_json(bundle).map_err(|error| BundleError::Shape(error.to_string()))?;
    let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
        return Err(BundleError::Shape("it holds no statement".to_owned()));
    };
    let statement = envelope.payload.as_bytes().to_vec();
    // Any file of the statement will do: all of them are compared with it later.
    let subject = first_file(&statement).ok_or_else(|| BundleError::Shape("it speaks of no file".to_owned()))?;
    let untrue = |error: sigstore_verify::Error| BundleError::Untrue(error.to_string());
    let verifier = Verifier::new(&trust.root).map_err(untrue)?;
    let artifact = Artifact::from_digest(subject);
    // Whose word is wanted is not asked here: the policy of a project knows patterns.
    let checked = verifier.verify(artifact, &bundle, &VerificationPolicy::any_identity()).map_err(untrue)?;
    let vouched = vouched(&checked).ok_or(BundleError::Nobody)?;
    Ok(CheckedBundle { vouched, statement })
}

fn first_file(statement: &[u8]) -> Option<Sha256Hash> {
    let statement: Statement = serde_json::from_slice(statement).ok()?;
    statement.subject.into_iter().find_map(|file| Sha256Hash::from_hex(&file.digest.sha256?).ok())
}

fn vouched(checked: &VerificationResult) -> Option<Vouched> {
    let claims = checked.certificate().map(|certificate| certificate.ci_claims.clone()).unwrap_or_default();
    Some(Vouched {
        identity: checked.identity()?.as_str().to_owned(),
        issuer: checked.issuer()?.to_owned(),
        at: earliest(checked.verified_timestamps())?,
        commit: claims.source_repository_digest,
        run: claims.run_invocation_uri,
    })
}

fn earliest(times: &[Timestamp]) -> Option<Timestamp> {
    times.iter().min().copied()
}
