//! The registry's port.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_core::model::{CrateFacts, CrateVersions, Credential, Observed, UploadKind};

#[cfg(doc)]
use super::PortError;
use super::{PortResult, StagedCrate};

/// What the registry said to an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadReply {
    /// It took it. The index will show it, perhaps later.
    Accepted,
    /// It has this version already, perhaps from an upload of ours whose answer was lost. The index knows.
    AlreadyThere(String),
    /// No answer came, or one that does not tell. The index knows.
    Unclear(String),
    /// Not before this time: the rate limit.
    RetryAt(Timestamp),
}

/// Where crates go.
#[async_trait]
pub trait Registry: Send + Sync {
    /// Whether the index lets us read. [`PortError::NoToken`] or [`PortError::TokenRefused`] where it wants a token that is not to be
    /// had, or is not good. One that cannot be reached is [`PortError::Failed`].
    async fn may_read(&self) -> PortResult<()> {
        Ok(())
    }
    /// What the index says of these crates, asked in parallel, past any cache.
    async fn index(&self, names: &[String]) -> BTreeMap<String, Observed<CrateVersions>>;
    /// Whether a crate of others that its index lacks does not exist. Not so where it stands in for a registry that it cannot ask.
    fn knows_others(&self) -> bool {
        true
    }
    /// Packaged crates as this registry sees them: what they need from this registry names no other.
    ///
    /// # Errors
    /// It is not known which registry this is.
    fn sees(&self, facts: Vec<CrateFacts>) -> PortResult<Vec<CrateFacts>> {
        Ok(facts)
    }
    /// Accounts and teams that own a crate which it has, as it writes them. Asked past any cache, and no faster than the registry
    /// wants to be asked.
    async fn owners(&self, name: &str) -> PortResult<BTreeSet<String>>;
    /// With what crates of this kind would be uploaded. Nothing is sent to the registry, and no token is minted.
    async fn credential(&self, kind: UploadKind) -> PortResult<Credential>;
    /// Upload one crate. A breach of the registry's rules is [`PortError::Refused`]; a version that is there already is
    /// [`UploadReply::AlreadyThere`], for it may be our own. A token that ends on the way is replaced if it can be; if not, that is
    /// [`PortError::TokenRefused`], or [`PortError::NoToken`] where the only one is used up.
    async fn upload(&self, staged: &StagedCrate, kind: UploadKind) -> PortResult<UploadReply>;
    /// No more is uploaded for now: take back what was minted for it. To be called however a publish ended; where it is not,
    /// short-lived tokens end by themselves.
    async fn finish(&self) -> PortResult<()>;
    /// Withdraw one version. Already withdrawn: fine.
    async fn yank(&self, name: &str, version: &semver::Version) -> PortResult<UploadReply>;
}
