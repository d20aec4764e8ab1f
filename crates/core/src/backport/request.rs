//! Patches that a person asks for: which line may get one, and as which version (R7).

use jiff::civil::Date;
use semver::Version;
use thiserror::Error;

use super::demand::LineState;
use crate::{
    model::{Bump, LastVersion, LineName, Observation, bump_version},
    policy::Project,
};

/// Why a line gets no patch.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatchRefusal {
    /// Its support ended.
    #[error("the support of {line} ended on {day} (R7)")]
    EndOfLife {
        /// The line.
        line: LineName,
        /// The last day of support.
        day: Date,
    },
    /// It has no release that a patch could follow.
    #[error("{line} has no release yet, so it gets no patch")]
    Unreleased {
        /// The line.
        line: LineName,
    },
    /// Its branch is where its newest release is.
    #[error("{line} has nothing that its newest release lacks")]
    NothingNew {
        /// The line.
        line: LineName,
    },
    /// Its newest release has the greatest number there is.
    #[error(transparent)]
    Last(#[from] LastVersion),
}

/// The newest release of a line.
pub fn newest_release(project: &Project, seen: &Observation, line: LineName) -> Option<Version> {
    let versions = seen.tags.keys().filter_map(|tag| project.tag.version_of(tag));
    versions.filter(|version| version.pre.is_empty() && LineName::of(version) == line).max()
}

/// The version of a line's next patch, where it may get one. `forced`: also past its end of life.
///
/// # Errors
/// [`PatchRefusal`].
pub fn request_patch(
    project: &Project,
    seen: &Observation,
    line: LineName,
    state: LineState,
    forced: bool,
) -> Result<Version, PatchRefusal> {
    if let LineState::Ended(day) = state
        && !forced
    {
        return Err(PatchRefusal::EndOfLife { line, day });
    }
    let newest = newest_release(project, seen, line).filter(|_| state != LineState::Boarding);
    let newest = newest.ok_or(PatchRefusal::Unreleased { line })?;
    let released = seen.tags.get(&project.tag.with(&newest)).map(|tag| &tag.commit);
    let head = seen.branches.get(&project.release_branch.with(&line.first_version())).map(|head| &head.commit);
    if head == released {
        return Err(PatchRefusal::NothingNew { line });
    }
    Ok(bump_version(&newest, Bump::Patch)?)
}
