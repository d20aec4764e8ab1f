//! Patches that a person asks for: which line may get one, and as which version (R7).

use jiff::civil::Date;
use semver::Version;
use thiserror::Error;

use super::demand::LineState;
use crate::{
    facts::Facts,
    model::{Bump, LastVersion, LineName, bump_version},
    policy::Project,
    releases::Releases,
};

/// Why a line gets no patch.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatchRefusal {
    /// Its support ended.
    #[error("support for {line} ended on {day}")]
    EndOfLife {
        /// The line.
        line: LineName,
        /// The last day of support.
        day: Date,
    },
    /// It has no release that a patch could follow.
    #[error("{line} has no release yet, so it cannot be patched")]
    Unreleased {
        /// The line.
        line: LineName,
    },
    /// Its branch is where its newest release is.
    #[error("{line} has no changes since its newest release")]
    NothingNew {
        /// The line.
        line: LineName,
    },
    /// Its newest release has the greatest number there is.
    #[error(transparent)]
    Last(#[from] LastVersion),
}

/// The version of a line's next patch, where it may get one. `forced`: also past its end of life.
///
/// # Errors
/// [`PatchRefusal`].
pub fn request_patch(
    project: &Project,
    (seen, releases): (&Facts, &Releases<'_>),
    line: LineName,
    state: LineState,
    forced: bool,
) -> Result<Version, PatchRefusal> {
    if let LineState::Ended(day) = state
        && !forced
    {
        return Err(PatchRefusal::EndOfLife { line, day });
    }
    let newest = releases.newest_of(line).filter(|_| state != LineState::Boarding);
    let (newest, released) = newest.ok_or(PatchRefusal::Unreleased { line })?;
    let head = seen.own.branch(&project.release_branch.with(&line.first_version()));
    if head == Some(released) {
        return Err(PatchRefusal::NothingNew { line });
    }
    Ok(bump_version(newest, Bump::Patch)?)
}
