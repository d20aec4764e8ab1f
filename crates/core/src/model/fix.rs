//! Fixes: changes of main that release lines may need, and what people decided about them.

use jiff::Timestamp;
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::{CommitId, LineName};

/// Why a change is made (R6, R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeClass {
    /// A vulnerability.
    Security,
    /// The code generator makes wrong code (R9).
    Miscompilation,
    /// A critical correctness fix of behavior that is on by default.
    Correctness,
    /// Something new, or behavior that is off by default.
    Feature,
    /// Anything else.
    Other,
}

impl ChangeClass {
    /// All of them, the gravest first.
    pub const ALL: [Self; 5] = [Self::Security, Self::Miscompilation, Self::Correctness, Self::Feature, Self::Other];

    /// Its name, as the policy writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Miscompilation => "miscompilation",
            Self::Correctness => "correctness",
            Self::Feature => "feature",
            Self::Other => "other",
        }
    }

    /// The class of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl std::fmt::Display for ChangeClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What a person decided about a fix or a patch. The journal keeps it, with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "decision")]
pub enum FixDecision {
    /// A change of main is a fix of this class. A later one replaces it.
    Nominate {
        /// The commit on main.
        change: CommitId,
        /// Its class.
        class: ChangeClass,
        /// The faulty behavior is on by default (R6).
        on_by_default: bool,
        /// Lines that are to have it although the policy only allows it there.
        lines: Vec<LineName>,
        /// In that person's words; or what the class was read from.
        why: String,
    },
    /// It is no fix after all.
    Withdraw {
        /// The commit on main.
        change: CommitId,
        /// In that person's words.
        why: String,
    },
    /// A line does without a fix that it should have (X5).
    Waive {
        /// The commit on main.
        change: CommitId,
        /// The line.
        line: LineName,
        /// In that person's words.
        why: String,
    },
    /// Patch releases are asked for by hand, all of them or none (X5).
    Patch {
        /// One version of each line.
        versions: Vec<Version>,
        /// Also of lines that are past their end of life (R7).
        forced: bool,
        /// In that person's words.
        why: String,
    },
}

/// A decision, with who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// What.
    pub decision: FixDecision,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
