//! What checks say of a commit, and what they come to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What one check says of one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// It has not ended.
    Pending,
    /// It passed.
    Success,
    /// It failed.
    Failure,
}

/// What checks were reported, by name.
pub type Checks = BTreeMap<String, CheckOutcome>;

/// What all checks come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// All have passed, or there are none.
    Green,
    /// Some have not ended.
    Pending,
    /// At least one failed.
    Failed,
}

impl CheckState {
    /// Of what is required; where nothing is, of all that was reported. A required check that was not reported has not ended.
    pub fn of(required: &[String], reported: &Checks) -> Self {
        let said: Vec<CheckOutcome> = match required {
            [] => reported.values().copied().collect(),
            _ => required.iter().map(|name| reported.get(name).copied().unwrap_or(CheckOutcome::Pending)).collect(),
        };
        if said.contains(&CheckOutcome::Failure) {
            Self::Failed
        } else if said.contains(&CheckOutcome::Pending) {
            Self::Pending
        } else {
            Self::Green
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_come_to_what_is_required_of_them() {
        use CheckOutcome::{Failure, Pending, Success};
        type Row = (&'static [&'static str], &'static [(&'static str, CheckOutcome)], CheckState);
        let rows: [Row; 8] = [
            (&[], &[], CheckState::Green),
            (&[], &[("lint", Success)], CheckState::Green),
            (&[], &[("lint", Pending)], CheckState::Pending),
            (&[], &[("lint", Success), ("test", Failure)], CheckState::Failed),
            (&["test"], &[], CheckState::Pending),
            (&["test"], &[("lint", Failure), ("test", Success)], CheckState::Green),
            (&["test", "doc"], &[("test", Success)], CheckState::Pending),
            (&["test", "doc"], &[("test", Failure)], CheckState::Failed),
        ];
        for (required, reported, expected) in rows {
            let required: Vec<String> = required.iter().map(|name| (*name).to_owned()).collect();
            let reported = reported.iter().map(|(name, said)| ((*name).to_owned(), *said)).collect();
            assert_eq!(CheckState::of(&required, &reported), expected, "{required:?} {reported:?}");
        }
    }
}
