//! What is wrong with a crate, a release or a history, and how to fix it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Rule;

/// Something a person should know before the day it would hurt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// What sort of thing it is, in kebab-case: `unknown-category`. Stable, for programs.
    pub kind: String,
    /// How bad it is.
    #[serde(default)]
    pub severity: Severity,
    /// What it is about: a crate with its version, a tag, a branch.
    pub subject: String,
    /// What is wrong, as one sentence without a full stop.
    pub detail: String,
    /// What to do, as one sentence without a full stop. May be empty for information. Journals of earlier versions say `mend`.
    #[serde(alias = "mend")]
    pub help: String,
    /// The rule behind. Journals of earlier versions do not say.
    #[serde(default = "unsaid")]
    pub rule: Rule,
    /// The day that it is about: of a tag, of a commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// What shows it: a tag, a commit, a line as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The file to change, from the repository's root (or the package's, where only that is known).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in it, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

impl Finding {
    /// A breach of a rule, about nothing yet.
    pub fn of(rule: Rule) -> Self {
        Self {
            kind: String::new(),
            severity: Severity::Finding,
            subject: String::new(),
            detail: String::new(),
            help: String::new(),
            rule,
            date: None,
            evidence: None,
            file: None,
            line: None,
        }
    }
}

/// The rule of a finding that does not say which: what must not fail on the day.
fn unsaid() -> Rule {
    Rule::X12
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It would fail, or break a rule. Exit code 1.
    #[default]
    Finding,
    /// Good to know; nothing fails.
    Information,
}
