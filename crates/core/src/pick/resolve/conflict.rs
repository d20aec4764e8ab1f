//! What a change and a line both changed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::text::{Meeting, meetings};

/// A file that a change and a line both changed, and that does not merge as text; or that does, and may be wrong all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictedFile {
    /// Where it is on the line, or where the change has it.
    pub path: String,
    /// What stands in the way.
    pub kind: ConflictKind,
    /// Its text before the change; none if it is absent there, or no text.
    pub base: Option<String>,
    /// Its text on the line.
    pub ours: Option<String>,
    /// Its text after the change.
    pub theirs: Option<String>,
    /// Its text with both changes, where it merges.
    pub merged: Option<String>,
    /// Of a lock file: the manifests that the change touches, as they are to be on the line, by path.
    pub manifests: BTreeMap<String, String>,
}

impl ConflictedFile {
    /// Where the change and the line meet. Empty where one of them is no text.
    pub fn meetings(&self) -> Vec<Meeting> {
        match (&self.base, &self.ours, &self.theirs) {
            (Some(base), Some(ours), Some(theirs)) => meetings(base, ours, theirs),
            _ => Vec::new(),
        }
    }
}

/// What stands in the way of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// Both changed the same lines of a text, or lines next to each other.
    Text,
    /// Both changed a file that is no text.
    Binary,
    /// Both changed where a symbolic link leads, or a link became a file.
    Link,
    /// Both moved a submodule.
    Submodule,
    /// The line does not have the file.
    Absent,
    /// The change removes what the line changed.
    Removed,
    /// What is a file on one side is a folder on the other.
    Folder,
}
