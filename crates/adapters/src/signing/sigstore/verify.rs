//! Whether a bundle is what it says, by what is known of an instance, and nothing else.

use jiff::Timestamp;
use sigstore_verify::{
    VerificationPolicy, VerificationResult, Verifier,
    types::{Artifact, Bundle, Sha256Hash},
};
use stationmaster_core::model::{FileDigest, Vouched};
use thiserror::Error;

use super::{Trust, crypto};

/// Why a bundle proves nothing.
#[derive(Debug, Error)]
pub enum BundleError {
    /// It is none.
    #[error("it is no Sigstore bundle: {0}")]
    Shape(String),
    /// It is one, and does not hold.
    #[error("{0}")]
    Untrue(String),
    /// Its certificate does not say for whom it is.
    #[error("its certificate names nobody")]
    Nobody,
}

/// Check the bundle of a statement that speaks of a file with this digest: the certificate is of an authority that is trusted, it
/// was good when the log took the signature, the log has it, and the signature is over the statement in the bundle. Whose word
/// it is must then be compared with whose is wanted.
///
/// # Errors
/// Any of that does not hold.
pub fn verify_bundle(trust: &Trust, bundle: &str, subject: FileDigest) -> Result<Vouched, BundleError> {
    crypto::install();
    let bundle = Bundle::from_json(bundle).map_err(|error| BundleError::Shape(error.to_string()))?;
    let untrue = |error: sigstore_verify::Error| BundleError::Untrue(error.to_string());
    let verifier = Verifier::new(&trust.root).map_err(untrue)?;
    let artifact = Artifact::from_digest(Sha256Hash::new(*subject.as_bytes()));
    // Whose word is wanted is not asked here: the policy of a project knows patterns.
    let checked = verifier.verify(artifact, &bundle, &VerificationPolicy::any_identity()).map_err(untrue)?;
    vouched(&checked).ok_or(BundleError::Nobody)
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
