//! The numbered rules of the release process (`docs/rules.md`).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule of the release process that the product implements. Written as `R7` or `X13` in JSON; people read what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "`says` is what each rule is")]
pub enum Rule {
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    X1,
    X2,
    X3,
    X4,
    X5,
    X6,
    X7,
    X8,
    X9,
    X10,
    X11,
    X12,
    X13,
    X14,
}

impl Rule {
    /// What it says, as one sentence without a full stop.
    pub fn says(self) -> &'static str {
        match self {
            Self::R1 => "A new major once a month; every version group moves by its semver-major step",
            Self::R2 => {
                "The bump's pull request is opened on its day; merging it makes the release; one that waits too long is overdue"
            }
            Self::R3 => "A breaking change has an entry in the release notes",
            Self::R4 => "A major breaking change needs an accepted RFC",
            Self::R5 => "The notes say which major breaking changes came through RFCs",
            Self::R6 => "Patches are for security and critical correctness fixes only",
            Self::R7 => "Fixes go to the latest two releases",
            Self::R8 => "A patch keeps API and behavior",
            Self::R9 => "A miscompilation earns a patch of the code generator",
            Self::R10 => "Coupled groups release together",
            Self::R11 => "A release is its crates and its artifacts",
            Self::R12 => "Satellites follow",
            Self::R13 => "A satellite's bug earns no patch of the core",
            Self::X1 => "The branch is cut on one day and released on a later one, on a working day",
            Self::X2 => "Changes land on main first and are backported",
            Self::X3 => "The notes hold one branch only; at the cut they become a template and an archive link",
            Self::X4 => "Every k-th major has long-term support for m months",
            Self::X5 => "No patch before every supported release has it",
            Self::X6 => "Public crates are required by caret, internal ones with `=`",
            Self::X7 => "A patch does not raise the minimum Rust version",
            Self::X8 => "Every supported branch is tested weekly",
            Self::X9 => "A security fix is prepared in private and disclosed on one day",
            Self::X10 => "Crates are published with short-lived tokens; artifacts carry provenance",
            Self::X11 => "Main carries `-dev`; candidates are published from the cut on and yanked when superseded",
            Self::X12 => "Each crate is known to pass the registry's own rules before anything leaves",
            Self::X13 => "The newest by version is marked latest",
            Self::X14 => "Formats that users keep stay loadable across a patch",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
