//! What was put beside the files of a release.

use serde::Serialize;

use crate::model::CommitId;

/// The files of a release, and what was written beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attested {
    /// The commit that the files are said to be of.
    pub commit: CommitId,
    /// The tag that it has.
    pub reference: Option<String>,
    /// How many files were there.
    pub files: usize,
    /// How many archives have an SBOM.
    pub described: usize,
    /// The number of the key; none: nobody signed.
    pub key: Option<String>,
    /// The identity that signed with Sigstore; none: none did.
    pub identity: Option<String>,
    /// Files that were written now.
    pub written: Vec<String>,
    /// Files that were there, with the same bytes.
    pub unchanged: Vec<String>,
}
