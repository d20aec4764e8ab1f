//! What waits, where no step is known yet that would be done.

use semver::Version;

use crate::model::StepId;

/// Something that will become a step, or only a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intention<'w> {
    /// Propose the release that moves main to this version.
    Bump(&'w Version),
    /// Move main on to this version.
    BumpMain(&'w Version),
    /// Carry fixes to the lines that need them.
    CarryFixes,
    /// See a part of the world.
    LookAt(&'w str),
}

impl From<Intention<'_>> for StepId {
    fn from(intention: Intention<'_>) -> Self {
        match intention {
            Intention::Bump(version) => Self::of("bump to", version),
            Intention::BumpMain(version) => Self::of("bump main to", version),
            Intention::CarryFixes => Self::of("carry", "fixes to the lines that need them"),
            Intention::LookAt(what) => Self::of("look at", what),
        }
    }
}
