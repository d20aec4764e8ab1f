//! Whoever says where files are from. A signature in here says no more than whose it is.

use std::path::PathBuf;

use async_trait::async_trait;
use stationmaster_core::{
    model::{FileDigest, PublicKey, SignerIdentity},
    provenance::Signer,
};
use stationmaster_engine::ports::{ArchiveFile, Forge, Notary, PortError, PortResult};

use crate::process::{Process, missing, moved};

#[async_trait]
impl Notary for Process {
    fn key(&self) -> Option<PublicKey> {
        None
    }

    fn signer(&self, _key: PublicKey) -> Option<&dyn Signer> {
        None
    }

    fn vouches(&self) -> bool {
        false
    }

    async fn vouch(&self, tag: &str, _statement: &[u8], wanted: &SignerIdentity) -> PortResult<String> {
        Err(PortError::Refused { what: format!("signing {tag} as {wanted}"), why: "no CI runs here".to_owned() })
    }

    fn policy(&self) -> Option<FileDigest> {
        None
    }

    fn tool(&self) -> &str {
        "0.0.0"
    }

    async fn see(&self, _forge: &dyn Forge, tag: &str, name: &str, digest: FileDigest) -> PortResult<()> {
        self.turn().await;
        self.ask_outside("file of a release", |state| {
            let what = format!("{name} of release {tag}");
            match state.at(self.here()).forge.releases.get(tag).and_then(|release| release.files.get(name)) {
                None => Err(missing(what)),
                Some(there) if *there != digest => Err(moved(what, there.to_string())),
                Some(_) => Ok(()),
            }
        })
    }

    async fn keep(&self, _tag: &str, name: &str, text: &str) -> PortResult<ArchiveFile> {
        let (digest, size) = (FileDigest::of(text.as_bytes()), text.len() as u64);
        Ok(ArchiveFile { name: name.to_owned(), path: PathBuf::from(name), digest, size })
    }
}
