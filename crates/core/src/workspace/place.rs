//! Where something stands.

use serde::Serialize;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// From the repository's root.
    pub file: String,
    /// From 1.
    pub line: u32,
}
