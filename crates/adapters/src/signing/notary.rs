//! Whoever says where the files of a release are from, with a key from a file or without one.

use std::path::PathBuf;

use async_trait::async_trait;
use stationmaster_core::{
    model::{FileDigest, PublicKey},
    provenance::Signer,
};
use stationmaster_engine::ports::{ArchiveFile, Forge, Notary, PortError, PortResult};
use tokio::task::spawn_blocking;

use super::SecretKey;
use crate::release_folder;

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

/// A notary of one process.
pub struct KeyNotary {
    /// The key that was named, opened.
    pub key: Option<SecretKey>,
    /// Digest of the policy's text.
    pub policy: Option<FileDigest>,
    /// Our own version.
    pub tool: String,
    /// Where texts are kept until they are delivered: `<store>/<tag>/NAME`.
    pub store: PathBuf,
}

#[async_trait]
impl Notary for KeyNotary {
    fn key(&self) -> Option<PublicKey> {
        self.key.as_ref().map(SecretKey::public)
    }

    fn signer(&self, key: PublicKey) -> Option<&dyn Signer> {
        self.key.as_ref().filter(|held| held.public() == key).map(|held| held as &dyn Signer)
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
        let folder = tempfile::Builder::new().prefix("stationmaster-see-").tempdir();
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
        // A tag may have slashes in it, and is then no name of a folder.
        let folder = self.store.join(tag.replace(['/', '\\'], "_"));
        let (digest, size, path) = (FileDigest::of(text.as_bytes()), text.len() as u64, folder.join(name));
        let (into, named, bytes) = (folder, name.to_owned(), text.as_bytes().to_vec());
        let put = move || release_folder::put(&into, &named, &bytes).map_err(|error| error.to_string());
        spawn_blocking(put).await.map_err(|error| failed(error.to_string()))?.map_err(failed)?;
        Ok(ArchiveFile { name: name.to_owned(), path, digest, size })
    }
}
