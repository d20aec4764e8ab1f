//! What is not done, and what it waits for.

use jiff::civil::Date;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::{CommitId, Finding, LineName, Rule, StepId};

/// Something that is not done yet, typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The release concerned.
    pub version: Version,
    /// What would be done.
    pub step: StepId,
    /// The rule behind.
    pub rule: Rule,
    /// What is missing.
    pub reason: WaitReason,
}

/// What a train waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "for")]
pub enum WaitReason {
    /// A day.
    Date {
        /// Not before this day.
        day: Date,
    },
    /// A person merges a pull request.
    Merge {
        /// Which.
        number: u64,
        /// Its address for people, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// Its title.
        title: String,
        /// The day it was opened.
        opened: Date,
        /// Open for longer than the policy's patience (R2).
        overdue: bool,
    },
    /// A person reopens a pull request that was closed without a merge, or takes the train off the schedule.
    Reopen {
        /// Which.
        number: u64,
    },
    /// Checks of a commit.
    Checks {
        /// The pull request.
        number: u64,
        /// They failed: a person must act.
        failed: bool,
    },
    /// Approvals that the policy requires.
    Approval {
        /// The pull request.
        number: u64,
        /// How many more.
        missing: u32,
    },
    /// Another release line, which needs a fix as well: all or none (X5).
    Line {
        /// The line.
        line: LineName,
        /// The fix.
        change: CommitId,
        /// The first line of its message.
        subject: String,
        /// Where it stands there, in words.
        standing: String,
    },
    /// Nothing: the line's support has ended (R7).
    EndOfLife {
        /// The line.
        line: LineName,
        /// The last day of support.
        day: Date,
    },
    /// An earlier train.
    Train {
        /// The train that goes first.
        before: Version,
    },
    /// A finding of a gate: a person must fix it.
    Finding(Box<Finding>),
    /// Archives of the release that other machines make and deliver to the forge (R11).
    Archives {
        /// Which, and why not this machine.
        expected: Vec<Elsewhere>,
    },
    /// Files of the release that a person makes and delivers to the forge (R11, X10).
    Files {
        /// Their names.
        missing: Vec<String>,
    },
    /// A part of the world could not be observed.
    Unknown {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
}

impl From<Finding> for WaitReason {
    fn from(finding: Finding) -> Self {
        Self::Finding(Box::new(finding))
    }
}

impl WaitReason {
    /// Only a person can end this wait: exit code 3.
    pub fn needs_person(&self) -> bool {
        match self {
            Self::Merge { .. }
            | Self::Reopen { .. }
            | Self::Approval { .. }
            | Self::Finding(_)
            | Self::Files { .. } => true,
            Self::Checks { failed, .. } => *failed,
            Self::Date { .. }
            | Self::Line { .. }
            | Self::EndOfLife { .. }
            | Self::Train { .. }
            | Self::Archives { .. }
            | Self::Unknown { .. } => false,
        }
    }

    /// Something in the way could not be observed: exit code 4.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    /// The pull request that it is about.
    pub fn pull_request(&self) -> Option<u64> {
        match self {
            Self::Merge { number, .. }
            | Self::Reopen { number }
            | Self::Checks { number, .. }
            | Self::Approval { number, .. } => Some(*number),
            Self::Date { .. }
            | Self::Line { .. }
            | Self::EndOfLife { .. }
            | Self::Train { .. }
            | Self::Finding(_)
            | Self::Archives { .. }
            | Self::Files { .. }
            | Self::Unknown { .. } => None,
        }
    }
}

/// An archive that another machine is expected to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The name of the file.
    pub name: String,
    /// Why not this machine, for people.
    pub why: String,
}
