//! What sort of change an entry tells of.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The sort of a change: the headings of Keep a Changelog, which Wasmtime's notes use as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A vulnerability is gone.
    Security,
    /// Something new.
    Added,
    /// Something works in another way.
    Changed,
    /// Something will go.
    Deprecated,
    /// Something is gone.
    Removed,
    /// Something works as it should have.
    Fixed,
}

impl Kind {
    /// All, in the order in which their headings are written.
    pub const ALL: [Self; 6] =
        [Self::Security, Self::Added, Self::Changed, Self::Deprecated, Self::Removed, Self::Fixed];

    /// The heading of such entries, without `#`.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Security => "Security",
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Deprecated => "Deprecated",
            Self::Removed => "Removed",
            Self::Fixed => "Fixed",
        }
    }

    /// The kind that a heading stands for: `Fixed`, `Fixed.`, `Security Fixes`, `Bug fixes` and the like. None: another
    /// heading, such as `Cranelift changes`.
    pub fn of_heading(heading: &str) -> Option<Self> {
        let words = heading.trim().trim_end_matches(['.', ':']).to_lowercase();
        Some(match words.as_str() {
            "security" | "security fixes" | "security fix" => Self::Security,
            "added" | "new" | "features" | "new features" | "additions" => Self::Added,
            "changed" | "changes" => Self::Changed,
            "deprecated" | "deprecations" => Self::Deprecated,
            "removed" | "removals" => Self::Removed,
            "fixed" | "fixes" | "bug fixes" | "bugfixes" => Self::Fixed,
            _ => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.heading().to_lowercase())
    }
}
