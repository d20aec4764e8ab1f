//! The name of a step.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::RepositoryId;

/// A stable name for a step, such as `cut release-5.0.0`. The same step has the same name in every plan. Made by the kinds of
/// step alone: whoever means a step asks its kind what it is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(String);

impl StepId {
    /// What is done, and to what.
    pub(crate) fn of(verb: &str, what: impl fmt::Display) -> Self {
        Self(format!("{verb} {what}"))
    }

    /// The same, done in a repository.
    pub(crate) fn at(self, repository: &RepositoryId) -> Self {
        Self(format!("{self}{repository}"))
    }

    /// What is done.
    pub(crate) fn verb_is(&self, verb: &str) -> bool {
        self.0.strip_prefix(verb).is_some_and(|rest| rest.starts_with(' '))
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
