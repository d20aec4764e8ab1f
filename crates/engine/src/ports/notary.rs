//! Signing.

use async_trait::async_trait;
use stationmaster_core::{
    model::{FileDigest, PublicKey, SignerIdentity},
    provenance::Signer,
};

use super::{ArchiveFile, Forge, PortResult};

/// Whoever says where the files of a release are from (X10).
#[async_trait]
pub trait Notary: Send + Sync {
    /// The key that can sign here. None: no key was named.
    fn key(&self) -> Option<PublicKey>;
    /// Who signs with this key, if it is at hand.
    fn signer(&self, key: PublicKey) -> Option<&dyn Signer>;
    /// Whether what runs here can sign with the identity of its CI.
    fn vouches(&self) -> bool;
    /// The bundle of Sigstore in which this identity signs the statement of a release. One that was made here before is given
    /// again: others differ, each time.
    async fn vouch(&self, tag: &str, statement: &[u8], wanted: &SignerIdentity) -> PortResult<String>;
    /// The digest of the policy's text, if there is one.
    fn policy(&self) -> Option<FileDigest>;
    /// Our own version.
    fn tool(&self) -> &str;
    /// Look at a file of a release as the forge gives it: nothing is signed that was not seen. [`PortError::Moved`] where it has
    /// other bytes than these.
    async fn see(&self, forge: &dyn Forge, tag: &str, name: &str, digest: FileDigest) -> PortResult<()>;
    /// Keep a text of a release, to be delivered.
    async fn keep(&self, tag: &str, name: &str, text: &str) -> PortResult<ArchiveFile>;
}
