//! Stationmaster's real world: git, forges, registries, builds, the journal
