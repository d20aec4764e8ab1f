//! Patches that a person asked for.

use semver::Version;
use serde::Serialize;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PatchesAsked {
    /// One version a line.
    pub versions: Vec<Version>,
}
