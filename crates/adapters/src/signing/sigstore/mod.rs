//! Sigstore (X10): an identity signs, not a key that somebody keeps.
//!
//! A CI says in an identity token which workflow of which repository runs. Fulcio gives a certificate with that identity to a key
//! that lives for this one signature, and Rekor's public log remembers it. All of that goes into a bundle, which is checked
//! without asking anyone.

mod crypto;
mod sign;
mod trust;
mod verify;

pub use sign::{SignError, sign};
pub use trust::{Trust, TrustError};
pub use verify::{BundleError, CheckedBundle, verify_bundle};
