//! Whether a crate carries a lock file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which packaged crates hold a `Cargo.lock`. It serves those who build a crate by itself: `cargo install --locked`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LockFile {
    /// None.
    Never,
    /// Those with a binary.
    #[default]
    Binaries,
    /// All.
    Always,
}

impl LockFile {
    /// Whether a crate is to hold one.
    pub fn is_wanted(self, has_binary: bool) -> bool {
        match self {
            Self::Never => false,
            Self::Binaries => has_binary,
            Self::Always => true,
        }
    }
}
