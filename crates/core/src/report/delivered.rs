//! What was put beside a release on the forge.

use serde::Serialize;

/// The files of a release that this delivery is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Delivered {
    /// The tag of the release.
    pub tag: String,
    /// Put there now.
    pub delivered: Vec<String>,
    /// Not there yet.
    pub missing: Vec<String>,
}
