//! What became of signatures, by those whose word is asked for.

use crate::model::{KeyId, SignerIdentity, Vouched};

/// What became of the signatures of one who is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// By a key.
    ByKey {
        /// The key.
        key: KeyId,
        /// The signature of the list of sums.
        sums: SignatureState<()>,
        /// The signature of the envelope.
        provenance: SignatureState<()>,
    },
    /// By an identity, with Sigstore. It signs the statement, which speaks of every file.
    ByIdentity {
        /// Whose word is wanted.
        wanted: SignerIdentity,
        /// The bundle.
        provenance: SignatureState<Vouched>,
    },
}

/// What became of one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureState<T> {
    /// It is theirs, over these very bytes.
    Holds(T),
    /// There is none.
    Absent,
    /// It is not theirs, or not over these bytes; why, for people.
    Wrong(String),
}

impl Signed {
    /// Whether all of them hold.
    pub fn holds(&self) -> bool {
        match self {
            Self::ByKey { sums, provenance, .. } => sums.held().is_some() && provenance.held().is_some(),
            Self::ByIdentity { provenance, .. } => provenance.held().is_some(),
        }
    }
}

impl<T> SignatureState<T> {
    /// What it says, if it holds.
    pub fn held(&self) -> Option<&T> {
        if let Self::Holds(what) = self { Some(what) } else { None }
    }
}

impl SignatureState<Vouched> {
    /// The same, if it is of those whose word is wanted.
    #[must_use]
    pub fn of(self, wanted: &SignerIdentity) -> Self {
        match self {
            Self::Holds(vouched) if !wanted.is(&vouched.identity, &vouched.issuer) => {
                Self::Wrong(format!("it is of {}, for whom {} vouches", vouched.identity, vouched.issuer))
            }
            other => other,
        }
    }
}
