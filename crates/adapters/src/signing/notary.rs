//! Whoever says where the files of a release are from: with a key from a file, with the identity of a CI, or with neither.

use std::{fs, path::PathBuf, time::Duration};

use async_trait::async_trait;
use stationmaster_core::{
    model::{FileDigest, PublicKey, SignerIdentity},
    provenance::{PROVENANCE_BUNDLE, Signer},
};
use stationmaster_engine::ports::{ArchiveFile, Forge, Notary, PortError, PortResult};
use tokio::task::spawn_blocking;

use super::{
    SecretKey,
    sigstore::{CheckedBundle, SignError, Trust, sign, verify_bundle},
};
use crate::{ci::Ci, durable, release_folder};

/// Start of the names of the folders into which files of a release are fetched to be looked at.
const SEE: &str = "stationmaster-see-";
/// After so long, whoever made one is gone: large files take long.
const STALE: Duration = Duration::from_secs(24 * 3600);

impl Signer for SecretKey {
    fn public(&self) -> PublicKey {
        Self::public(self)
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        Self::sign(self, bytes)
    }

    fn sign_file(&self, bytes: &[u8], comment: &str) -> String {
        Self::sign_file(self, bytes, comment)
    }
}

/// The identity of a CI, and who certifies it.
pub struct Vouching {
    /// The CI.
    pub ci: Ci,
    /// The instance of Sigstore.
    pub trust: Trust,
}

/// A notary of one process.
pub struct LocalNotary {
    /// The key that was named, opened.
    pub key: Option<SecretKey>,
    /// The CI that gives its word, and the Sigstore that takes it.
    pub vouching: Option<Vouching>,
    /// Digest of the policy's text.
    pub policy: Option<FileDigest>,
    /// Our own version.
    pub tool: String,
    /// Where texts are kept until they are delivered: `<store>/<tag>/NAME`.
    pub store: PathBuf,
}

impl LocalNotary {
    /// Where the texts of a release are kept. A tag may have slashes in it, and is then no name of a folder.
    fn folder(&self, tag: &str) -> PathBuf {
        self.store.join(tag.replace(['/', '\\'], "_"))
    }
}

#[async_trait]
impl Notary for LocalNotary {
    fn key(&self) -> Option<PublicKey> {
        self.key.as_ref().map(SecretKey::public)
    }

    fn signer(&self, key: PublicKey) -> Option<&dyn Signer> {
        self.key.as_ref().filter(|held| held.public() == key).map(|held| held as &dyn Signer)
    }

    fn vouches(&self) -> bool {
        self.vouching.is_some()
    }

    async fn vouch(&self, tag: &str, statement: &[u8], wanted: &SignerIdentity) -> PortResult<String> {
        let what = format!("signing {tag} as {wanted}");
        let refused = |why: String| PortError::Refused { what: what.clone(), why };
        let Vouching { ci, trust } =
            self.vouching.as_ref().ok_or_else(|| refused("no CI gives its word here".to_owned()))?;
        let holds = |bundle: &str| {
            let CheckedBundle { vouched, statement: said } =
                verify_bundle(trust, bundle).map_err(|error| error.to_string())?;
            match wanted.is(&vouched.identity, &vouched.issuer) && said == statement {
                true => Ok(()),
                false => Err(format!("it is the word of {}, for whom {} vouches", vouched.identity, vouched.issuer)),
            }
        };
        let kept = fs::read_to_string(self.folder(tag).join(PROVENANCE_BUNDLE)).ok();
        if let Some(kept) = kept.filter(|kept| holds(kept).is_ok()) {
            return Ok(kept);
        }
        let failed = |error: SignError| PortError::Failed { what: what.clone(), why: error.to_string() };
        let bundle = sign(trust, ci, statement).await.map_err(failed)?;
        holds(&bundle).map_err(refused)?;
        // The next run finds it, should this one end before it is delivered.
        self.keep(tag, PROVENANCE_BUNDLE, &bundle).await?;
        Ok(bundle)
    }

    fn policy(&self) -> Option<FileDigest> {
        self.policy
    }

    fn tool(&self) -> &str {
        &self.tool
    }

    async fn see(&self, forge: &dyn Forge, tag: &str, name: &str, digest: FileDigest) -> PortResult<()> {
        let what = format!("reading {name} of release {tag}");
        let failed = |why: String| PortError::Failed { what: what.clone(), why };
        let _best_effort = durable::clear_stale(&std::env::temp_dir(), SEE, STALE);
        let folder = tempfile::Builder::new().prefix(SEE).tempdir();
        let folder = folder.map_err(|error| failed(error.to_string()))?;
        forge.get_file(tag, name, folder.path()).await?;
        let path = folder.path().join(name);
        let read = spawn_blocking(move || release_folder::digest(&path)).await;
        let found = read.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
        if found != digest {
            return Err(PortError::Moved {
                what,
                found: format!("its digest is {found}, and the forge says {digest}"),
            });
        }
        Ok(())
    }

    async fn keep(&self, tag: &str, name: &str, text: &str) -> PortResult<ArchiveFile> {
        let failed = |why: String| PortError::Failed { what: format!("writing {name} of release {tag}"), why };
        let folder = self.folder(tag);
        let (digest, size, path) = (FileDigest::of(text.as_bytes()), text.len() as u64, folder.join(name));
        let (into, named, bytes) = (folder, name.to_owned(), text.as_bytes().to_vec());
        let put = move || release_folder::put(&into, &named, &bytes).map_err(|error| error.to_string());
        spawn_blocking(put).await.map_err(|error| failed(error.to_string()))?.map_err(failed)?;
        Ok(ArchiveFile { name: name.to_owned(), path, digest, size })
    }
}
