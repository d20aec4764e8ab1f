//! The steps that a person can ask for, and where each leads (R1, R8, X11).
//!
//! Rules: R2.

use jiff::civil::Date;
use semver::Version;
use thiserror::Error;

use super::{Move, NotesChange};
use crate::{
    model::{LastVersion, bump_version, strip_pre},
    policy::{ReleaseDay, Rules},
};

/// The suffix of development versions where the policy names none.
const DEVELOPMENT: &str = "dev";
/// The word of candidates where the policy names none.
const CANDIDATE: &str = "rc";

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Every group takes its step of the train: 4.0.0 to 5.0.0, 0.91.2 to 0.92.0 (R1).
    Major,
    /// The same, but the first group's next version was decided, not counted: 0.41.0 to 1.0.0.
    MajorTo(Version),
    /// Every group's last number goes up: 4.0.0 to 4.0.1 (R8, R10).
    Patch,
    /// 49.0.0-dev to 49.0.0-rc.1, and that to 49.0.0-rc.2 (X11).
    Candidate,
    /// 49.0.0-rc.2 to 49.0.0. Where there is no suffix, only the notes are dated.
    Release,
    /// 49.0.0-dev to 50.0.0-dev (X11).
    Development,
}

/// Why a step does not lead on from a version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StepError {
    /// A decided version that is no later one.
    #[error("{to} does not come after {from}")]
    Backwards {
        /// The version it has.
        from: Version,
        /// The one that was decided.
        to: Version,
    },
    /// A patch of what is no release yet.
    #[error("{version} is not released yet, so it cannot be patched: `bump release` makes it {}", strip_pre(version))]
    PatchOfUnreleased {
        /// The version it has.
        version: Version,
    },
    /// Its number is the greatest there is.
    #[error(transparent)]
    Last(#[from] LastVersion),
    /// A candidate with the greatest number there is.
    #[error("there is no candidate after {0}")]
    LastCandidate(Version),
}

impl Step {
    /// What becomes of versions and of notes.
    pub(super) fn on(&self, from: &Version, rules: &Rules, day: Date) -> Result<(Move, NotesChange), StepError> {
        let old = strip_pre(from);
        let next = match self {
            Self::MajorTo(to) if *to <= old => return Err(StepError::Backwards { from: from.clone(), to: to.clone() }),
            Self::MajorTo(to) => to.clone(),
            Self::Major | Self::Development => bump_version(&old, rules.groups[0].step)?,
            Self::Patch | Self::Candidate | Self::Release => old.clone(),
        };
        let cut = |suffix: Option<String>| {
            let notes = NotesChange::Cut { old: old.clone(), new: next.clone() };
            (Move::Next { first: next.clone(), suffix }, notes)
        };
        Ok(match self {
            Self::Major | Self::MajorTo(_) if rules.train.release == ReleaseDay::OnMerge => {
                let notes = NotesChange::Release { version: next.clone(), day };
                (Move::Next { first: next, suffix: None }, notes)
            }
            Self::Major | Self::MajorTo(_) => cut(None),
            Self::Development => cut(Some(rules.train.development.as_deref().unwrap_or(DEVELOPMENT).to_owned())),
            Self::Patch if !from.pre.is_empty() => return Err(StepError::PatchOfUnreleased { version: from.clone() }),
            Self::Patch => {
                let version = bump_version(from, crate::model::Bump::Patch)?;
                (Move::Patch, NotesChange::Date { version, day, entries: Vec::new() })
            }
            Self::Candidate => {
                let word = rules.train.candidates.as_deref().unwrap_or(CANDIDATE);
                (Move::Candidate(next_candidate(from, word)?), NotesChange::Keep)
            }
            Self::Release => (Move::Final, NotesChange::Release { version: old, day }),
        })
    }
}

/// `rc.1` first, and `rc.2` after `rc.1`.
fn next_candidate(from: &Version, word: &str) -> Result<String, StepError> {
    let number = from.pre.as_str().strip_prefix(word).and_then(|rest| rest.strip_prefix('.'));
    let last = || StepError::LastCandidate(from.clone());
    let next = match number.filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty()) {
        Some(number) => number.parse::<u64>().ok().and_then(|number| number.checked_add(1)).ok_or_else(last)?,
        None => 1,
    };
    Ok(format!("{word}.{next}"))
}
