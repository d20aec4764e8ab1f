//! The signatures beside the files of a release, checked by those whose word is asked for.
//!
//! Rules: X10.

use std::path::PathBuf;

use clap::Args;
use stationmaster_adapters::{
    release_folder::FolderContents,
    signing::{
        sigstore::{Trust, TrustError, verify_bundle},
        verify_bytes, verify_file,
    },
};
use stationmaster_core::{
    model::{PublicKey, SignerIdentity, Vouched},
    policy::Provenance,
    provenance::{Envelope, PROVENANCE, PROVENANCE_BUNDLE, SUMS, SUMS_SIGNATURE, SignatureState, Signed},
};

use crate::diagnostics::{Ending, Failure};

/// Another Sigstore than the public one.
#[derive(Debug, Args)]
pub(crate) struct SigstoreInstance {
    /// Use a private Sigstore instance: its `ClientTrustConfig` file. To verify only, its `TrustedRoot` is enough.
    #[arg(long, value_name = "FILE", env = "STATIONMASTER_TRUST_CONFIG")]
    trust_config: Option<PathBuf>,
}

impl SigstoreInstance {
    /// What is known of it.
    pub(crate) fn trust(&self) -> Result<Trust, Failure> {
        let trust = self.trust_config.as_deref().map_or_else(Trust::public, Trust::read);
        trust.map_err(|error| {
            let failure = Failure::new(Ending::Usage, error.to_string());
            match error {
                TrustError::BuiltIn(_) => failure.hint("give a current one with `--trust-config FILE`"),
                TrustError::File { .. } | TrustError::Shape { .. } => {
                    failure.hint("name the `ClientTrustConfig` of your Sigstore, or its `trusted_root.json`")
                }
            }
        })
    }
}

/// What becomes of the signatures by those whose word is wanted. None wanted: nothing is checked.
pub(crate) fn signed(
    wanted: &Provenance,
    instance: &SigstoreInstance,
    contents: &FolderContents,
) -> Result<Vec<Signed>, Failure> {
    let mut signed: Vec<Signed> = wanted.key.iter().map(|key| by_key(key, contents)).collect();
    if let Some(identity) = &wanted.identity {
        let provenance = of_bundle(&instance.trust()?, contents).of(identity);
        signed.push(Signed::ByIdentity { wanted: identity.clone(), provenance });
    }
    Ok(signed)
}

fn by_key(key: &PublicKey, contents: &FolderContents) -> Signed {
    let text = |name: &str| contents.texts.get(name);
    let sums = match (text(SUMS), text(SUMS_SIGNATURE)) {
        (Some(sums), Some(minisig)) => match verify_file(key, sums, &String::from_utf8_lossy(minisig)) {
            Ok(_) => SignatureState::Holds(()),
            Err(error) => SignatureState::Wrong(error.to_string()),
        },
        _ => SignatureState::Absent,
    };
    let envelope = text(PROVENANCE).and_then(|bytes| Envelope::read(&String::from_utf8_lossy(bytes)).ok());
    let provenance = envelope.map_or(SignatureState::Absent, |envelope| of_envelope(key, &envelope));
    Signed::ByKey { key: key.id, sums, provenance }
}

/// One signature of the key is enough; what others say besides is no matter.
fn of_envelope(key: &PublicKey, envelope: &Envelope) -> SignatureState<()> {
    let bytes = envelope.signed_bytes();
    match &envelope.signatures[..] {
        [] => SignatureState::Absent,
        signatures if signatures.iter().any(|it| verify_bytes(key, &bytes, &it.sig)) => SignatureState::Holds(()),
        signatures => {
            let named: Vec<&str> = signatures.iter().map(|it| it.keyid.as_str()).collect();
            let id = key.id.to_string();
            SignatureState::Wrong(match named.contains(&id.as_str()) {
                true => "it does not sign these bytes".to_owned(),
                false => format!("it was made with key {}", named.join(", ")),
            })
        }
    }
}

fn of_bundle(trust: &Trust, contents: &FolderContents) -> SignatureState<Vouched> {
    match contents.texts.get(PROVENANCE_BUNDLE) {
        None => SignatureState::Absent,
        Some(bundle) => checked(trust, &String::from_utf8_lossy(bundle)),
    }
}

/// Whose word a bundle is, if it holds.
pub(crate) fn checked(trust: &Trust, bundle: &str) -> SignatureState<Vouched> {
    match verify_bundle(trust, bundle) {
        Ok(checked) => SignatureState::Holds(checked.vouched),
        Err(error) => SignatureState::Wrong(error.to_string()),
    }
}

/// Who may sign, as a command line says it.
pub(crate) fn identity(name: &str, issuer: Option<&str>) -> Result<SignerIdentity, Failure> {
    SignerIdentity::new(name, issuer).map_err(|error| {
        Failure::new(Ending::Usage, format!("`{name}` does not name a signer: {error}"))
            .hint("write it like `https://github.com/OWNER/NAME/.github/workflows/release.yml@refs/tags/v*`")
    })
}
