//! What came of a step, and the record of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Finding, FixDecision, Precondition, StepId};

/// What came of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The step.
    pub step: StepId,
    /// What came of it.
    pub result: StepResult,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "result")]
pub enum StepResult {
    /// Done. The words say what came out: a commit id, a number, a checksum.
    Done {
        /// For the journal.
        evidence: String,
    },
    /// Not done, because the world is not as the plan expected.
    Refused {
        /// What does not hold.
        precondition: Precondition,
        /// What is so instead.
        found: String,
    },
    /// Tried, and the outside world failed or said no.
    Failed {
        /// For people.
        error: String,
        /// What a person must do before it can be tried again. None: trying again may help.
        #[serde(default, alias = "mend", skip_serializing_if = "Option::is_none")]
        help: Option<String>,
        /// The outside world or this machine failed, so that nothing was judged: no network, a full disk, a killed program.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        outside: bool,
    },
}

/// One line of the journal. Each holds the hash of the one before, so that none can be changed or taken out unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// From 1, without gaps.
    pub sequence: u64,
    /// When, by the clock of whoever wrote it.
    pub at: Timestamp,
    /// Who: a user name and host, or the name of a CI job.
    pub who: String,
    /// What.
    pub event: JournalEvent,
    /// SHA-256 of the entry before, in hex; 64 zeros for the first.
    pub previous: String,
    /// SHA-256 over all of the above, in hex.
    pub hash: String,
}

/// What the journal records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum JournalEvent {
    /// A step is about to be done.
    Intent {
        /// Which.
        step: StepId,
        /// Why, as the plan says it.
        reason: String,
    },
    /// A part of a step was done, such as one crate of a publish.
    Progress {
        /// Which.
        step: StepId,
        /// What.
        evidence: String,
    },
    /// A step ended.
    Outcome(Outcome),
    /// Something that a person must fix was found.
    Finding(Box<Finding>),
    /// A person decided something about a fix or a patch.
    Fix(FixDecision),
    /// A person decided something else: an approval, a merge.
    Decision {
        /// What.
        what: String,
        /// Why, in that person's words.
        why: String,
    },
}

impl JournalEvent {
    /// Its kind.
    pub fn kind(&self) -> JournalKind {
        match self {
            Self::Intent { .. } => JournalKind::Intent,
            Self::Progress { .. } => JournalKind::Progress,
            Self::Outcome(_) => JournalKind::Outcome,
            Self::Finding(_) => JournalKind::Finding,
            Self::Fix(_) => JournalKind::Fix,
            Self::Decision { .. } => JournalKind::Decision,
        }
    }
}

/// A kind of event, as the JSON of an event names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "named after the events")]
pub enum JournalKind {
    Intent,
    Progress,
    Outcome,
    Finding,
    Fix,
    Decision,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_of_an_earlier_journal_is_read() {
        let old = r#"{"event":"finding","kind":"too-large","subject":"demo 5.0.0","detail":"it is","mend":"make it smaller"}"#;
        let JournalEvent::Finding(finding) = serde_json::from_str(old).expect("it is read") else {
            panic!("a finding")
        };
        assert_eq!((finding.kind.as_str(), finding.help.as_str()), ("too-large", "make it smaller"));
    }
}
