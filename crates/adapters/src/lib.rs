//! Stationmaster's real world: git, forges, registries, builds, the journal

pub mod clock;
pub mod git;
pub mod lease;
