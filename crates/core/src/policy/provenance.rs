//! What lies beside the files of a release.

use serde::Serialize;

use crate::model::{PublicKey, SignerIdentity};

/// `[provenance]` (X10).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The key that releases are signed with.
    pub key: Option<PublicKey>,
    /// Who signs them with Sigstore.
    pub identity: Option<SignerIdentity>,
}
