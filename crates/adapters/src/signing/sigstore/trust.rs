//! Whom Sigstore's word rests on: the authorities and logs of one instance, and where its services are.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;
use sigstore_sign::SigningServices;
use sigstore_verify::trust_root::{SigningConfig, SigstoreInstance, TrustedRoot};
use thiserror::Error;

/// One instance of Sigstore.
#[derive(Debug, Clone)]
pub struct Trust {
    pub(super) root: TrustedRoot,
    /// None: it can be checked, and not be signed with.
    pub(super) services: Option<SigningServices>,
}

/// Why an instance is not known.
#[derive(Debug, Error)]
pub enum TrustError {
    /// The file cannot be read.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file holds something else.
    #[error("{} does not describe a Sigstore instance: {why}", path.display())]
    Shape {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// What is built in cannot be used.
    #[error("the public instance, as it is known here, cannot be used: {0}")]
    BuiltIn(String),
}

/// Sigstore's `ClientTrustConfig`: both in one file. Each part is read by those who know it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrustConfig {
    trusted_root: Option<Value>,
    signing_config: Option<Value>,
}

impl Trust {
    /// The public instance, as it was when this program was made: nobody is asked.
    ///
    /// # Errors
    /// What is built in is of no use.
    pub fn public() -> Result<Self, TrustError> {
        let built_in = |error: &dyn std::error::Error| TrustError::BuiltIn(error.to_string());
        let root = TrustedRoot::from_embedded(SigstoreInstance::PublicGood).map_err(|error| built_in(&error))?;
        let services =
            SigningServices::from_embedded(SigstoreInstance::PublicGood).map_err(|error| built_in(&error))?;
        Ok(Self { root, services: Some(services) })
    }

    /// The instance of a file: a `ClientTrustConfig`, or a `TrustedRoot` alone, with which nothing can be signed.
    ///
    /// # Errors
    /// The file cannot be read, or holds something else.
    pub fn read(path: &Path) -> Result<Self, TrustError> {
        let text = fs::read_to_string(path).map_err(|error| TrustError::File { path: path.to_owned(), error })?;
        Self::parse(&text).map_err(|why| TrustError::Shape { path: path.to_owned(), why })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let config: TrustConfig = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let root = config.trusted_root.map_or_else(|| text.to_owned(), |root| root.to_string());
        let root = TrustedRoot::from_json(&root).map_err(|error| error.to_string())?;
        let services = config.signing_config.map(|config| services(&config.to_string())).transpose()?;
        Ok(Self { root, services })
    }
}

/// The services to sign with. An instance without an authority for times has a log that says when.
fn services(text: &str) -> Result<SigningServices, String> {
    let config = SigningConfig::from_json(text).map_err(|error| error.to_string())?;
    if !config.tsa_urls.is_empty() {
        return SigningServices::from_signing_config(&config).map_err(|error| error.to_string());
    }
    let (authority, log) = config.fulcio_url().zip(config.rekor_url(Some(1))).ok_or("it names no services")?;
    Ok(SigningServices::new(&authority.url, &log.url))
}
