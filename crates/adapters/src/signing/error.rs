//! Why there is no key, and why a signature does not hold.

use std::{io, path::PathBuf};

use stationmaster_core::model::{InvalidPublicKey, KeyId};
use thiserror::Error;

/// Why a key cannot be used or made. Holds nothing of the secret.
#[derive(Debug, Error)]
pub enum SigningError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file is in the way, and a key that is lost cannot be made again.
    #[error("{} already exists", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The file of the secret key can be read by others than its owner.
    #[error("{} can be read by others than its owner (mode {mode:o})", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file holds no secret key of minisign.
    #[error("{} is not a minisign secret key: {why}", path.display())]
    NoSecretKey {
        /// Which.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// The file holds no public key of minisign.
    #[error("{} is not a minisign public key: {why}", path.display())]
    NoPublicKey {
        /// Which.
        path: PathBuf,
        /// Why.
        why: InvalidPublicKey,
    },
    /// The key is protected, and no password was given.
    #[error("the key is protected by a password, and none was given")]
    NoPassword,
    /// The password does not open the key.
    #[error("the password is wrong")]
    WrongPassword,
    /// The checksum of a key without a password does not fit.
    #[error("the key is damaged: its checksum does not match")]
    Damaged,
    /// Opening the key would take more than a gigabyte of memory.
    #[error("opening the key would take more memory than minisign ever uses")]
    TooCostly,
    /// The system gives no random numbers.
    #[error("the system provides no random numbers")]
    NoRandomness,
}

/// Why a signature is not one of a key over given bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// It is not what minisign writes.
    #[error("it is not in minisign's format")]
    Shape,
    /// It is by minisign's old way, which we do not read.
    #[error("it uses minisign's legacy format (`-l`)")]
    Legacy,
    /// It is by another key.
    #[error("it was made with key {0}")]
    OtherKey(KeyId),
    /// It is over other bytes, or forged.
    #[error("it does not sign these bytes")]
    OtherBytes,
    /// The comment that it vouches for is another.
    #[error("its trusted comment is not the one that was signed")]
    Comment,
}
