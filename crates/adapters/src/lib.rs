//! Stationmaster's real world: git, forges, registries, builds, the journal

pub mod build;
pub mod ci;
pub mod clock;
mod durable;
pub mod forge;
pub mod git;
pub mod http;
pub mod journal;
pub mod lease;
pub mod registry;
pub mod release_folder;
pub mod secrets;
pub mod signing;
mod state;
