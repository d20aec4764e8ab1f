//! The secret that an upload is made with, as far as it can be told without showing it.

use serde::{Deserialize, Serialize};

/// What an upload is to the registry. The two may need different secrets, and are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UploadKind {
    /// The first version of a crate that the registry has never seen.
    NewCrate,
    /// A new version of a crate that it has.
    Update,
}

/// The secret itself is nowhere in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// A token that somebody keeps.
    Kept {
        /// Where it was found, for people: `the variable CARGO_REGISTRY_TOKEN`.
        from: String,
    },
    /// Short-lived tokens, got on the way for the word of a CI (X10).
    Minted(Minter),
}

/// Who gives its word for us, so that the registry mints a token (X10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Minter {
    /// For people: `GitHub Actions`.
    pub name: String,
    /// It can be asked for its word again, so that a publish may take longer than a token lives.
    pub renews: bool,
}

/// With what each kind of upload would be made from here, or why with nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// New versions.
    pub updates: Result<Credential, String>,
    /// New crates.
    pub new_crates: Result<Credential, String>,
}
