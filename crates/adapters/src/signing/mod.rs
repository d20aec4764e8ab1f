//! Signing (X10): with Ed25519 keys that minisign made, or that minisign can use; or with an identity, by [`sigstore`].
//!
//! A key's signatures are deterministic: the same key and the same bytes give the same, so that signing again changes nothing.

mod error;
mod key_files;
mod notary;
mod password;
mod protection;
mod secret_key;
mod signature;
pub mod sigstore;

pub use error::{SignatureError, SigningError};
pub use key_files::{KeyFiles, read_public_key, read_secret_key};
pub use notary::{LocalNotary, Vouching};
pub use password::Password;
pub use secret_key::{KeptKey, SecretKey};
pub use signature::{verify_bytes, verify_file};
